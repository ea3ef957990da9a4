import { isRegion } from "../../fly/regions.ts";
import { type Answer, appOf, type Call, flag, type JsonObject, machineOf, ok, text, whole } from "../call.ts";
import { refuse } from "../errors.ts";
import { newHost, privateIp, refuseGrowth } from "../host.ts";
import { hex, machineName, ulid } from "../identifier.ts";
import { allPass, nextCheckChange } from "../machine-check.ts";
import { normalConfig } from "../machine-config.ts";
import { note, send } from "../machine-life.ts";
import { leaseView, liveLease, machineSummary, machineView } from "../machine-view.ts";
import { attach, volumeFor } from "../mount.ts";
import { cursorHeader, mostListed, pageOf } from "../page.ts";
import { nearestRegion, place, placeOn } from "../placement.ts";
import type { App, Config, Machine } from "../record.ts";
import type { World } from "../state.ts";
import { destroyableStates } from "../transitions.ts";
import { fence, grant, leaseSeconds } from "./lease.ts";

/** Lists an app's machines. Destroyed ones only where asked for. */
export function machineList(call: Call): Answer {
  const app = appOf(call);
  const { world, query } = call;
  const states = (query.get("state") ?? "").split(",").filter(Boolean);
  const wanted = [...query].filter(([key]) => key.startsWith("metadata."));
  const isWanted = ({ state, region, config }: Machine) =>
    (state !== "destroyed" || query.get("include_deleted") === "true") &&
    (query.get("region") ?? region) === region &&
    (states.length === 0 || states.includes(state)) &&
    wanted.every(([key, value]) => config.metadata?.[key.slice("metadata.".length)] === value);
  const { page, next } = pageOf(query, world.machines.of(app.name), isWanted, mostListed);
  const row = query.get("summary") === "true" ? machineSummary : (machine: Machine) => withLease(world, query, machine);
  const answer = { status: 200, body: page.map(row), ...cursorHeader(next) };
  if (world.clock.virtual) {
    const events = world.machines.of(app.name).flatMap((machine) => nextStage(world, machine) ?? []);
    if (events.length > 0) world.moveOn(Math.min(...events));
  }
  return answer;
}

/** What somebody who watches many machines waits for: what is up and healthy may go on being so. */
const nextStage = (world: World, machine: Machine) =>
  world.nextChange(machine) ??
  (allPass(world, machine, world.clock.now()) ? undefined : nextCheckChange(world, machine));

function withLease(world: World, query: URLSearchParams, machine: Machine, version?: string) {
  const lease = query.get("include_leases") === "true" ? liveLease(world, machine) : undefined;
  return { ...machineView(world, machine, version), ...(lease && { lease: leaseView(world, lease) }) };
}

/** Shows a machine, also a destroyed one for a while; an old version reads as replaced. */
export function machineShow(call: Call): Answer {
  const machine = machineOf(call);
  const version = call.query.get("version") ?? machine.instanceId;
  if (!machine.versions.some((known) => known.version === version)) refuse("machineMissing");
  const answer = { status: 200, body: withLease(call.world, call.query, machine, version) };
  call.world.moveOn(call.world.nextChange(machine) ?? nextCheckChange(call.world, machine));
  return answer;
}

/** Makes a machine, which starts by itself unless skip_launch is asked for. */
export function machineCreate(call: Call): Answer {
  const app = appOf(call);
  const { world, body } = call;
  const config = normalConfig(body["config"]);
  const name = text(body, "name") ?? freeName(world, app);
  refuseNameTaken(world, app, name);
  if (!isRoomFor(world, 1, app.org)) refuse("machineLimit");
  refuseSecretsBehind(app, body);
  const skipLaunch = flag(body, "skip_launch") === true;
  const ttl = leaseSeconds(body, "lease_ttl");
  const expression = text(body, "region");
  const volume = volumeFor(world, app.name, config, expression && isRegion(expression) ? expression : undefined);
  const region = volume === undefined ? place(world, expression ?? nearestRegion) : placeOn(world, volume);
  // Assumed: what Fly's proxy was not told of reads as cordoned until it is (flyctl, strategy_bluegreen).
  const cordoned = flag(body, "skip_service_registration") === true;
  const machine = blankMachine(world, app, { name, region, config, cordoned });
  attach(world, machine, volume);
  machine.versions = [{ version: machine.instanceId, config: machine.config }];
  send(world, machine, skipLaunch ? "prepare" : "launch");
  note(machine, machine.createdAt, { type: "launch", status: "created", source: "user" });
  if (!app.deployed) {
    app.deployed = true;
    world.put(world.apps, app);
  }
  const nonce = ttl === undefined ? undefined : grant(world, machine, ttl, "").nonce;
  return { status: 200, body: { ...machineView(world, machine), ...(nonce === undefined ? {} : { nonce }) } };
}

const holderOf = (world: World, app: App, name: string) =>
  world.machines.named(app.name, name).find(({ state }) => state !== "destroyed");

function freeName(world: World, app: App): string {
  for (;;) {
    const name = machineName();
    if (holderOf(world, app, name) === undefined) return name;
  }
}

function refuseNameTaken(world: World, app: App, name: string): void {
  const holder = holderOf(world, app, name);
  if (holder !== undefined) refuse("machineNameTaken", { id: holder.id, name });
}

/** Whether an organisation may have so many machines more, where somebody said how many it may have. */
export function isRoomFor(world: World, more: number, org: string): boolean {
  const { machineLimit } = world.platform;
  if (machineLimit === undefined) return true;
  const living = world.machines
    .all()
    .filter(({ app, state }) => state !== "destroyed" && world.apps.get(app)?.org === org);
  return living.length + more <= machineLimit;
}

function refuseSecretsBehind(app: App, body: JsonObject): void {
  const wanted = whole(body, "min_secrets_version") ?? 0;
  if (wanted > app.secretsVersion) refuse("secretsBehind", { wanted, known: app.secretsVersion });
}

function blankMachine(world: World, app: App, made: Pick<Machine, "name" | "region" | "config" | "cordoned">): Machine {
  const now = world.clock.now();
  const number = world.nextNumber();
  return {
    ...made,
    id: hex(14),
    app: app.name,
    privateIp: privateIp(number),
    host: newHost(made.region, number),
    createdAt: now,
    updatedAt: now,
    instanceId: ulid(now),
    versions: [],
    events: [],
    journey: "launch",
    restarts: 0,
    hostStatus: "ok",
    scripted: {},
    secretsVersion: app.secretsVersion,
    state: "created",
    ahead: [],
  };
}

/** Gives a machine a new config: the whole of it, what is left out is dropped. */
export function machineUpdate(call: Call): Answer {
  const app = appOf(call);
  const machine = machineOf(call);
  const { world, body } = call;
  if (machine.state === "destroyed" || machine.state === "destroying") refuse("machineDestroyed");
  fence(call, machine);
  if (machine.hostStatus !== "ok") refuse("hostUnreachable");
  const given = text(body, "current_version");
  if (given !== undefined && given !== machine.instanceId)
    refuse("staleVersion", { given, version: machine.instanceId });
  refuseConcurrent(call, machine);
  if (world.position("update-elsewhere") === "refused") refuseMoved(machine, body);
  refuseSecretsBehind(app, body);
  const config = normalConfig(body["config"]);
  refuseSwappedVolume(machine, config);
  refuseGrowth(world, machine, config);
  const skipLaunch = flag(body, "skip_launch") === true;
  const volume = volumeFor(world, app.name, config, machine.region, machine);
  renew(world, machine, config);
  attach(world, machine, volume);
  machine.versions = [{ version: machine.instanceId, config: machine.config }, ...machine.versions];
  machine.secretsVersion = app.secretsVersion;
  send(world, machine, journeyOfUpdate(machine, skipLaunch), "update");
  updates.set(machine, world.arrivals);
  return { status: 200, body: machineView(world, machine) };
}

/** How many calls had come in when a machine was last updated. */
const updates = new WeakMap<Machine, number>();

/** Of two updates that are under way at once, the later loses. */
function refuseConcurrent({ arrival }: Call, machine: Machine): void {
  if (arrival <= (updates.get(machine) ?? 0)) refuse("concurrentUpdate");
}

function refuseMoved(machine: Machine, body: JsonObject): void {
  for (const key of ["region", "name"] as const) {
    if ((text(body, key) ?? machine[key]) === machine[key]) continue;
    refuse("invalid", { what: `a machine's ${key} cannot be changed` });
  }
}

function refuseSwappedVolume(machine: Machine, config: Config): void {
  const before = machine.config.mounts?.[0]?.volume;
  const after = config.mounts?.[0]?.volume;
  if (before !== undefined && after !== undefined && before !== after) refuse("volumeSwapped");
}

function renew(world: World, machine: Machine, config: Config): void {
  machine.config = config;
  machine.instanceId = ulid(world.clock.now());
  machine.scripted = {};
  machine.restarts = 0;
  // What the checks said of the version before says nothing of this one.
  machine.startedAt = undefined;
}

const idleStates = ["stopped", "stopping", "suspended", "suspending"];

function journeyOfUpdate({ state, journey }: Machine, skipLaunch: boolean): Machine["journey"] {
  const idle = idleStates.includes(state) || journey === "prepare" || journey === "revise" || journey === "shelve";
  if (idle) return "revise";
  if (skipLaunch) return "shelve";
  return state === "created" ? "launch" : "replace";
}

/** Destroys a machine. Its volume stays. */
export function machineDelete(call: Call): Answer {
  const machine = machineOf(call);
  if (machine.state === "destroyed") refuse("machineMissing");
  fence(call, machine);
  if (machine.state === "destroying") return ok;
  // flyctl spells force `kill`.
  const force = call.query.get("force") === "true" || call.query.get("kill") === "true";
  if (!force && !destroyableStates.includes(machine.state)) {
    refuse(call.world.position("destroy-running") === "412" ? "notDestroyable" : "notDestroyableEarlier");
  }
  send(call.world, machine, "destroy", "destroy");
  return ok;
}

/** What configs a machine had, newest first. */
export function machineVersions(call: Call): Answer {
  const { versions } = machineOf(call);
  return { status: 200, body: versions.map(({ version, config }) => ({ version, user_config: config })) };
}

/** What happened to a machine, newest first. */
export function machineEvents(call: Call): Answer {
  const limit = Math.min(Math.max(1, Math.floor(Number(call.query.get("limit") ?? 20) || 20)), 50);
  return { status: 200, body: machineOf(call).events.slice(0, limit) };
}
