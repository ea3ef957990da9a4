import { isRegion, regions } from "../fly/regions.ts";
import type { Service } from "./config-record.ts";
import { readiness } from "./machine-check.ts";
import { send } from "./machine-life.ts";
import type { App, Machine, Stream } from "./record.ts";
import type { World } from "./state.ts";
import { whyNotSuspend } from "./suspend.ts";

/*
 * Fly's proxy, as far as it starts and stops machines (superfly/docs, fly-proxy-autostop-autostart). No request passes
 * here: how many are open is scripted. Assumed: the primary region is the PRIMARY_REGION in a machine's environment,
 * which flyctl writes, and where there is none no minimum counts; a lease fences callers of the API and not the proxy;
 * autostart is on where a service does not say; without soft_limit it is 20.
 */

const defaultSoftLimit = 20;

const softLimit = ({ concurrency }: Service) => Math.max(1, concurrency?.soft_limit ?? defaultSoftLimit);
const hardLimit = ({ concurrency }: Service) => concurrency?.hard_limit ?? Number.POSITIVE_INFINITY;

const servicesOf = ({ config }: Machine) => config.services ?? [];

/** What of a machine would answer those requests. */
const serviceFor = (machine: Machine, { port }: Stream) =>
  servicesOf(machine).find(({ ports = [] }) => port === undefined || ports.some((open) => open.port === port));

/** Those that are open at that moment. */
const flowing = ({ traffic = [] }: App, at: number) =>
  traffic.filter(({ until, requests }) => requests > 0 && (until === undefined || at < until));

/** What the proxy may send requests to, now or later. */
const isRoutable = ({ cordoned, hostStatus }: Machine) => !cordoned && hostStatus === "ok";

const comingStates = ["starting", "restarting", "replacing"];
const isComing = (world: World, machine: Machine) =>
  comingStates.includes(machine.state) || (machine.state === "started" && readiness(world, machine) === "soon");
const isServing = (world: World, machine: Machine) =>
  machine.state === "started" && readiness(world, machine) === "passing";

function distance(from: string, to: string): number {
  if (from === to) return 0;
  const geo = (code: string) => regions.find((region) => region.code === code)?.geoRegion;
  return isRegion(from) && geo(from) === geo(to) ? 1 : 2;
}

/** The app's machines that could answer, the nearest first. */
const able = (world: World, app: App, stream: Stream) =>
  world.machines
    .of(app.name)
    .filter((machine) => isRoutable(machine) && serviceFor(machine, stream) !== undefined)
    .sort((a, b) => distance(stream.region, a.region) - distance(stream.region, b.region));

/** Which machine has how many open requests, and how many find none: up to the soft limits first, then to the hard. */
function spread(world: World, app: App, at: number): { loads: Map<string, number>; unserved: number } {
  const loads = new Map<string, number>();
  let unserved = 0;
  for (const stream of flowing(app, at)) {
    const machines = able(world, app, stream).filter((machine) => isServing(world, machine));
    let left = stream.requests;
    for (const limit of [softLimit, hardLimit]) {
      for (const machine of machines) {
        const service = serviceFor(machine, stream);
        const load = loads.get(machine.id) ?? 0;
        const taken = service === undefined ? 0 : Math.min(left, Math.max(0, limit(service) - load));
        if (taken > 0) loads.set(machine.id, load + taken);
        left -= taken;
      }
    }
    unserved += left;
  }
  return { loads, unserved };
}

const sleeping = ["stopped", "suspended"];

const canWake = (machine: Machine, { autostart }: Service) =>
  sleeping.includes(machine.state) &&
  machine.due === undefined &&
  autostart !== false &&
  machine.config["disable_machine_autostart"] !== true;

/** Starts machines where those that run are at their soft limits, the nearest first. */
export function wake(world: World, app: App, at: number): string[] {
  const woken: string[] = [];
  const taken = new Map<string, number>();
  for (const stream of flowing(app, at)) {
    const machines = able(world, app, stream);
    let left = stream.requests;
    const take = (machine: Machine) => {
      const service = serviceFor(machine, stream);
      const before = taken.get(machine.id) ?? 0;
      const more = service === undefined ? 0 : Math.min(left, Math.max(0, softLimit(service) - before));
      taken.set(machine.id, before + more);
      left -= more;
    };
    for (const machine of machines) if (isServing(world, machine) || isComing(world, machine)) take(machine);
    for (const machine of machines) {
      const service = serviceFor(machine, stream);
      if (left <= 0 || service === undefined || !canWake(machine, service)) continue;
      take(machine);
      woken.push(machine.id);
      machine.restarts = 0;
      send(world, machine, machine.state === "suspended" ? "resume" : "start", "start", { source: "proxy", at });
    }
  }
  return woken;
}

/** When the proxy next looks at an app: never at one without traffic, where nothing is to stop by itself. */
export function nextLook(world: World, app: App): number | undefined {
  const position = world.position("autostop");
  const always = position === "as-profile" ? world.profile.autostop : position === "on";
  if (app.traffic === undefined && !always) return undefined;
  return (app.lookedAt ?? app.createdAt) + world.profile.durations.look;
}

/** Starts what is missing, and stops one machine too many in each region and process group. */
export function look(world: World, app: App, at: number): void {
  const woken = wake(world, app, at);
  const { loads } = spread(world, app, at);
  const running = world.machines
    .of(app.name)
    .filter((machine) => machine.state === "started" && isRoutable(machine) && servicesOf(machine).length > 0);
  const crowds = Map.groupBy(running, ({ region, config }) => `${region} ${config.metadata?.["fly_process_group"]}`);
  const stopped = [...crowds.values()].filter((crowd) => stopOne(world, crowd, loads, at));
  const isQuiet =
    woken.length + stopped.length === 0 && world.machines.of(app.name).every(({ due }) => due === undefined);
  const ends = (app.traffic ?? []).map(({ until }) => until ?? at).filter((end) => end > at);
  // A local Fly that slept for long need not look at every five minutes of it.
  app.lookedAt = isQuiet ? Math.max(at, Math.min(world.clock.now(), ...ends)) : at;
  world.put(world.apps, app);
}

function stopOne(world: World, crowd: Machine[], loads: Map<string, number>, at: number): boolean {
  const load = ({ id }: Machine) => loads.get(id) ?? 0;
  const over = crowd.filter((machine) => load(machine) >= Math.min(...servicesOf(machine).map(softLimit))).length;
  const excess = crowd.length > 1 ? crowd.length - (over + 1) : 1 - Math.min(1, crowd.map(load)[0] ?? 1);
  const idle = crowd.filter(({ config }) => config.services?.some(({ autostop = false }) => autostop !== false));
  const machine = idle.sort((a, b) => load(a) - load(b))[0];
  if (machine === undefined || excess < 1 || crowd.length <= least(machine)) return false;
  const suspends = servicesOf(machine).some(({ autostop }) => autostop === "suspend");
  const verb = suspends && whyNotSuspend(machine) === undefined ? "suspend" : "stop";
  send(world, machine, verb, verb, { source: "proxy", at });
  return true;
}

/** How many of the machine's kind go on running there. */
function least({ region, config }: Machine): number {
  const primary = (config["env"] as Record<string, string> | undefined)?.["PRIMARY_REGION"];
  if (primary !== region) return 0;
  return Math.max(0, ...(config.services ?? []).map(({ min_machines_running = 0 }) => min_machines_running));
}

/** What arrives from now on, in place of what arrived near that region at that port. */
export function script(world: World, app: App, stream: Stream) {
  const now = world.clock.now();
  const others = (app.traffic ?? []).filter(({ region, port }) => region !== stream.region || port !== stream.port);
  app.traffic = [...others, stream];
  app.lookedAt ??= now;
  world.put(world.apps, app);
  const woken = wake(world, app, now);
  const { loads, unserved } = spread(world, app, now);
  return { served: Object.fromEntries(loads), woken, unserved };
}
