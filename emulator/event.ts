import { z } from "zod";
import { postgresPlanNames } from "../fly/postgres-plans.ts";
import { read } from "./call.ts";
import { refuse } from "./errors.ts";
import { machineOf, ofMachine, physicsEvents, physicsHappens } from "./event-physics.ts";
import { processEvents, processHappens } from "./event-process.ts";
import { newApp } from "./handlers/app.ts";
import { dnsChanged } from "./issuance.ts";
import { fullImage } from "./machine-config.ts";
import { processExits } from "./machine-life.ts";
import { localOrg, type World } from "./state.ts";
import { newToken } from "./token.ts";

/** Things that happen at Fly without anybody calling it. */
const event = z.discriminatedUnion("kind", [
  ...physicsEvents,
  ...processEvents,
  z.strictObject({ kind: z.literal("volume-grown"), app: z.string(), volume: z.string(), sizeGb: z.int().min(1) }),
  z.strictObject({ kind: z.literal("exit"), ...ofMachine, exitCode: z.int().default(0) }),
  z.strictObject({ kind: z.literal("unpullable-image"), image: z.string(), over: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal("failing-image"), image: z.string(), over: z.boolean().default(false) }),
  /** `machines`: how many the region has room for in all, those that are there included. */
  z.strictObject({ kind: z.literal("capacity"), region: z.string(), machines: z.int().min(0) }),
  /** `machines`: how many the organisation may have. */
  z.strictObject({ kind: z.literal("machine-limit"), machines: z.int().min(0) }),
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

/** A text added to a list, or taken out where it is over. */
const toggled = (list: string[], item: string, over: boolean) => [
  ...list.filter((other) => other !== item),
  ...(over ? [] : [item]),
];

const happens: Happens = {
  ...physicsHappens,
  ...processHappens,
  "volume-grown": (world, { app, volume: id, sizeGb }) => {
    const volume = world.volumes.get(id);
    if (volume?.app !== app) refuse("volumeMissing");
    volume.sizeGb = Math.max(volume.sizeGb, sizeGb);
    world.put(world.volumes, volume);
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
  capacity: (world, { region, machines }) =>
    world.setPlatform({ capacity: { ...world.platform.capacity, [region]: machines } }),
  "machine-limit": (world, { machines }) => world.setPlatform({ machineLimit: machines }),
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

/** An event as somebody described it, or what is wrong with that. */
export const readEvent = (body: unknown): Event => read(event, body);

/** Makes it happen. What it answers, if anything, is what a test needs to go on. */
export function happen(world: World, body: unknown): unknown {
  const parsed = readEvent(body);
  const handler = happens[parsed.kind] as (world: World, event: Event) => unknown;
  return handler(world, parsed);
}
