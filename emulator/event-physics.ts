import { z } from "zod";
import { isRegion } from "../fly/regions.ts";
import { refuse } from "./errors.ts";
import { fill } from "./growth.ts";
import { hostOf, migrate, scriptHost } from "./host.ts";
import { load } from "./load.ts";
import { hasCheck } from "./machine-check.ts";
import { nearestRegion } from "./placement.ts";
import { script } from "./proxy.ts";
import type { App, CheckResult, Machine, Volume } from "./record.ts";
import type { World } from "./state.ts";

export const ofMachine = { app: z.string(), machine: z.string() };

const status = z.enum(["passing", "warning", "critical"]);

/** At most a year: longer scripts help nobody. */
export const ms = z.number().min(0).max(3.2e10);

/** What happens to machines, volumes and the hosts below them. */
export const physicsEvents = [
  z.strictObject({ kind: z.literal("host-migration"), ...ofMachine }),
  z.strictObject({ kind: z.literal("host-failure"), ...ofMachine, over: z.boolean().default(false) }),
  /** By its name, or by what lives there. `room`: for how many machines in all, those that are there included. */
  z.strictObject({
    kind: z.literal("host"),
    host: z.string().optional(),
    app: z.string().optional(),
    machine: z.string().optional(),
    volume: z.string().optional(),
    room: z.int().min(0).optional(),
    failed: z.boolean().optional(),
  }),
  /** One result that stays, or a script of them: each from so many milliseconds after now on. */
  z.strictObject({
    kind: z.literal("check"),
    ...ofMachine,
    check: z.string(),
    status: status.optional(),
    output: z.string().default(""),
    script: z
      .array(z.strictObject({ status, output: z.string().default(""), afterMs: ms }))
      .min(1)
      .optional(),
  }),
  /** So many requests are open at once near a region from now on, in place of what was there; 0 is none. */
  z.strictObject({
    kind: z.literal("traffic"),
    app: z.string(),
    region: z.string().refine(isRegion, "is no region of Fly").default(nearestRegion),
    port: z.int().min(1).max(65_535).optional(),
    requests: z.int().min(0).max(1e6),
    forMs: ms.optional(),
  }),
  /** What a machine uses from now on, as shares of its size. */
  z.strictObject({
    kind: z.literal("machine-load"),
    ...ofMachine,
    cpu: z.number().min(0).max(1).optional(),
    memory: z.number().min(0).max(1).optional(),
  }),
  z.strictObject({ kind: z.literal("volume-filled"), app: z.string(), volume: z.string(), bytesUsed: z.int().min(0) }),
] as const;

type Event = z.infer<(typeof physicsEvents)[number]>;
type Happens = { [K in Event["kind"]]: (world: World, event: Extract<Event, { kind: K }>) => unknown };

export function machineOf(world: World, { app, machine }: { app: string; machine: string }): Machine {
  const found = world.machines.get(machine);
  return found?.app === app ? found : refuse("machineMissing");
}

function volumeOf(world: World, { app, volume }: { app: string; volume: string }): Volume {
  const found = world.volumes.get(volume);
  return found?.app === app ? found : refuse("volumeMissing");
}

const appOf = (world: World, { app }: { app: string }): App => world.apps.get(app) ?? refuse("appMissing");

export const physicsHappens: Happens = {
  "host-migration": (world, event) => migrate(world, machineOf(world, event)),
  "host-failure": (world, { over, ...event }) =>
    scriptHost(world, hostOf(world, machineOf(world, event)), { failed: !over }),
  host: (world, { room, failed, ...event }) => {
    const host = hostNamed(world, event);
    scriptHost(world, host, { room, failed });
    return { host };
  },
  check: (world, { check, script: results, ...event }) => {
    const machine = machineOf(world, event);
    if (!hasCheck(machine, check)) refuse("invalid", { what: `machine ${machine.id} has no check ${check}` });
    const [first, ...then] = (results ?? [alone(event)])
      .map(({ status, output, afterMs }): CheckResult => ({ status, output, at: world.clock.now() + afterMs }))
      .sort((a, b) => a.at - b.at);
    if (first === undefined) return;
    machine.scripted = { ...machine.scripted, [check]: { ...first, then } };
    world.put(world.machines, machine);
  },
  traffic: (world, { forMs, region, port, requests, ...event }) => {
    const until = forMs === undefined ? undefined : world.clock.now() + forMs;
    return script(world, appOf(world, event), { region, port, requests, until });
  },
  "machine-load": (world, { cpu, memory, ...event }) => load(world, machineOf(world, event), { cpu, memory }),
  "volume-filled": (world, { bytesUsed, ...event }) => fill(world, volumeOf(world, event), bytesUsed),
};

function alone({ status, output }: { status?: CheckResult["status"] | undefined; output: string }) {
  if (status === undefined) refuse("invalid", { what: "a check needs a status or a script" });
  return { status, output, afterMs: 0 };
}

type Place = Pick<Extract<Event, { kind: "host" }>, "host" | "app" | "machine" | "volume">;

function hostNamed(world: World, { host, app = "", machine, volume }: Place): string {
  if (host !== undefined) return host;
  if (machine !== undefined) return hostOf(world, machineOf(world, { app, machine }));
  if (volume !== undefined) return volumeOf(world, { app, volume }).host;
  return refuse("invalid", { what: "name a host, or a machine or volume of an app that lives there" });
}
