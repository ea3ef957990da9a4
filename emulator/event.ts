import { z } from "zod";
import { postgresPlanNames } from "../fly/postgres-plans.ts";
import { read } from "./call.ts";
import { refuse } from "./errors.ts";
import { newApp } from "./handlers/app.ts";
import { privateIp } from "./handlers/machine.ts";
import { volumeId } from "./identifier.ts";
import { dnsChanged } from "./issuance.ts";
import { hasCheck } from "./machine-check.ts";
import { fullImage } from "./machine-config.ts";
import { processExits } from "./machine-life.ts";
import type { Machine } from "./record.ts";
import { localOrg, type World } from "./state.ts";
import { newToken } from "./token.ts";

const ofMachine = { app: z.string(), machine: z.string() };

/** Things that happen at Fly without anybody calling it. */
const event = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("host-migration"), ...ofMachine }),
  z.strictObject({ kind: z.literal("volume-grown"), app: z.string(), volume: z.string(), sizeGb: z.int().min(1) }),
  z.strictObject({
    kind: z.literal("check"),
    ...ofMachine,
    check: z.string(),
    status: z.enum(["passing", "warning", "critical"]),
    output: z.string().default(""),
  }),
  z.strictObject({ kind: z.literal("exit"), ...ofMachine, exitCode: z.int().default(0) }),
  z.strictObject({ kind: z.literal("unpullable-image"), image: z.string(), over: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal("failing-image"), image: z.string(), over: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal("host-failure"), ...ofMachine, over: z.boolean().default(false) }),
  /** `machines`: how many the region has room for in all, those that are there included. */
  z.strictObject({ kind: z.literal("capacity"), region: z.string(), machines: z.int().min(0) }),
  /** Somebody at the dashboard, which can do what the API cannot. */
  z.strictObject({
    kind: z.literal("postgres-changed"),
    cluster: z.string(),
    plan: z.enum(postgresPlanNames).optional(),
    diskSizeGb: z.int().optional(),
  }),
  z.strictObject({ kind: z.literal("failing-postgres"), name: z.string(), over: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal("foreign-app"), name: z.string(), org: z.string() }),
  /** What the records of a host name say from now on: that they are as Fly wants them, and whose the name is. */
  z.strictObject({
    kind: z.literal("dns"),
    hostname: z.string(),
    app: z.string().optional(),
    validated: z.boolean().optional(),
    ownership: z.boolean().optional(),
  }),
  z.strictObject({
    kind: z.literal("foreign-certificate"),
    hostname: z.string(),
    over: z.boolean().default(false),
  }),
  /** Somebody makes a token, in whatever organisation. */
  z.strictObject({
    kind: z.literal("token"),
    org: z.string().default(localOrg.slug),
    app: z.string().default(""),
    readOnly: z.boolean().default(false),
    expiresInMs: z.number().min(0).max(1e13).optional(),
  }),
  z.strictObject({
    kind: z.literal("status-page"),
    indicator: z.string(),
    incidents: z.array(z.unknown()).default([]),
  }),
]);

type Event = z.infer<typeof event>;
type Happens = { [K in Event["kind"]]: (world: World, event: Extract<Event, { kind: K }>) => unknown };

function machineOf(world: World, { app, machine }: { app: string; machine: string }): Machine {
  const found = world.machines.get(machine);
  return found?.app === app ? found : refuse("machineMissing");
}

/** A text added to a list, or taken out where it is over. */
const toggled = (list: string[], item: string, over: boolean) => [
  ...list.filter((other) => other !== item),
  ...(over ? [] : [item]),
];

const happens: Happens = {
  "host-migration": (world, event) => migrate(world, machineOf(world, event)),
  "volume-grown": (world, { app, volume: id, sizeGb }) => {
    const volume = world.volumes.get(id);
    if (volume?.app !== app) refuse("volumeMissing");
    volume.sizeGb = Math.max(volume.sizeGb, sizeGb);
    world.put(world.volumes, volume);
  },
  check: (world, { check, status, output, ...event }) => {
    const machine = machineOf(world, event);
    if (!hasCheck(machine, check)) refuse("invalid", { what: `machine ${machine.id} has no check ${check}` });
    machine.scripted = { ...machine.scripted, [check]: { status, output, at: world.clock.now() } };
    world.put(world.machines, machine);
  },
  exit: (world, event) => {
    const machine = machineOf(world, event);
    if (machine.state !== "started") refuse("wrongState", { verb: "exit", state: machine.state });
    processExits(world, machine, event.exitCode);
  },
  "unpullable-image": (world, { image, over }) =>
    world.setPlatform({ unpullable: toggled(world.platform.unpullable, fullImage(image), over) }),
  "failing-image": (world, { image, over }) =>
    world.setPlatform({ failing: toggled(world.platform.failing, fullImage(image), over) }),
  "host-failure": (world, { over, ...event }) => {
    const machine = machineOf(world, event);
    machine.hostStatus = over ? "ok" : "unreachable";
    world.put(world.machines, machine);
    for (const volume of world.volumes.of(machine.app)) {
      if (volume.attachedTo !== machine.id) continue;
      volume.hostStatus = machine.hostStatus;
      world.put(world.volumes, volume);
    }
  },
  capacity: (world, { region, machines }) =>
    world.setPlatform({ capacity: { ...world.platform.capacity, [region]: machines } }),
  "foreign-app": (world, { name, org }) => {
    if (org === localOrg.slug) refuse("invalid", { what: `org: ${org} is this token's own organisation` });
    if (world.apps.get(name) !== undefined) refuse("nameTaken");
    world.put(world.apps, newApp(world, name, org));
  },
  dns: (world, { hostname, app, validated, ownership }) => {
    const { dns = {} } = world.platform;
    const before = dns[hostname];
    const now = {
      app: app ?? before?.app,
      validated: validated ?? before?.validated ?? false,
      ownership: ownership ?? before?.ownership ?? false,
    };
    world.setPlatform({ dns: { ...dns, [hostname]: now } });
    dnsChanged(world, hostname);
  },
  "foreign-certificate": (world, { hostname, over }) => {
    world.setPlatform({ foreignHostnames: toggled(world.platform.foreignHostnames ?? [], hostname, over) });
    dnsChanged(world, hostname);
  },
  "postgres-changed": (world, { cluster: id, plan, diskSizeGb }) => {
    const cluster = world.clusters.get(id) ?? refuse("clusterMissing");
    cluster.plan = plan ?? cluster.plan;
    cluster.diskSizeGb = diskSizeGb ?? cluster.diskSizeGb;
    world.put(world.clusters, cluster);
  },
  "failing-postgres": (world, { name, over }) =>
    world.setPlatform({ failingClusters: toggled(world.platform.failingClusters ?? [], name, over) }),
  token: (world, { kind: name, org, app, readOnly, expiresInMs: lifeMs }) => {
    if (app !== "" && world.apps.get(app)?.org !== org) refuse("appMissing");
    const { value, token } = newToken(world, { name, org, app, readOnly, lifeMs });
    return { id: token.id, token: value };
  },
  "status-page": (world, { indicator, incidents }) => world.setPlatform({ indicator, incidents }),
};

/**
 * Fly moves a machine to another host: it keeps its id and version, its private address and its volume's id change
 * (superfly/docs, machine-migration).
 */
function migrate(world: World, machine: Machine): { volume: string | undefined } {
  const number = world.nextNumber();
  machine.privateIp = privateIp(number);
  const old = world.volumes.of(machine.app).find(({ attachedTo }) => attachedTo === machine.id);
  if (old !== undefined) {
    const moved = { ...old, id: volumeId(), host: `${old.region}-${number}`, createdAt: world.clock.now() };
    // What is dropped must not be on its way any more, or it would come back.
    world.put(world.volumes, Object.assign(old, { due: undefined }));
    world.volumes.drop(old);
    world.put(world.volumes, moved);
    const mounts = machine.config.mounts?.map((mount) => ({ ...mount, volume: moved.id }));
    machine.config = { ...machine.config, mounts };
    const [current] = machine.versions;
    if (current !== undefined) current.config = machine.config;
  }
  world.put(world.machines, machine);
  return { volume: world.volumes.of(machine.app).find(({ attachedTo }) => attachedTo === machine.id)?.id };
}

/** Makes it happen. What it answers, if anything, is what a test needs to go on. */
export function happen(world: World, body: unknown): unknown {
  const parsed = read(event, body);
  const handler = happens[parsed.kind] as (world: World, event: Event) => unknown;
  return handler(world, parsed);
}
