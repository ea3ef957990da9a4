import { rfc3339 } from "./clock.ts";
import { endingOf } from "./ending.ts";
import { ulid } from "./identifier.ts";
import { print } from "./log.ts";
import type { Machine, MachineEvent } from "./record.ts";
import type { World } from "./state.ts";
import { type MachineJourney, machineJourneys } from "./transitions.ts";
import { windowEnd } from "./window.ts";

/** flyd keeps more; 50 is what it shows at most. */
const mostEvents = 50;

/** Notes something that happened to a machine. */
export function note(machine: Machine, at: number, event: Omit<MachineEvent, "id" | "timestamp">): void {
  machine.events = [{ id: ulid(at), timestamp: at, ...event }, ...machine.events].slice(0, mostEvents);
}

/** Who asked for something, and when. */
interface By {
  source: MachineEvent["source"];
  at: number;
}

/** Sends a machine on a journey because somebody asked, and notes it. */
export function send(
  world: World,
  machine: Machine,
  journey: MachineJourney,
  event?: MachineEvent["type"],
  { source, at }: By = { source: "user", at: world.clock.now() },
): void {
  machine.journey = journey;
  machine.updatedAt = at;
  world.embark(machine, machineJourneys[journey], at);
  if (event !== undefined) note(machine, at, { type: event, status: machine.state, source });
  world.put(world.machines, machine);
}

/** What comes with a state that a machine reached by itself. */
export function machineArrived(world: World, machine: Machine, at: number): void {
  machine.updatedAt = at;
  if (machine.state === exited) {
    ends(world, machine, at);
    return;
  }
  const isPulled = machine.state === "starting" || (machine.state === "stopped" && machine.journey === "prepare");
  if (isPulled && !isPullable(world, machine)) {
    fail(machine, at);
    return;
  }
  if (machine.state === "started") machine.startedAt = at;
  if (machine.state === "stopped" || machine.state === "destroyed") {
    machine.stoppedAt = at;
    machine.startedAt = undefined;
  }
  if (machine.state === "suspended") machine.startedAt = undefined;
  if (machine.state === "destroyed") releaseVolumes(world, machine, at);
  const ran = machine.journey === "stop" || machine.journey === "replace";
  if (machine.state === "stopped" && ran) noteExit(machine, at, 0, machine.journey === "stop", false);
  note(machine, at, { type: eventType(machine.state), status: machine.state, source: "flyd" });
  // A stop ends the process too: assumed.
  const isOver = machine.state === "stopped" && machine.journey === "stop" && machine.config.auto_destroy === true;
  if (isOver) send(world, machine, "destroy", undefined, { source: "flyd", at });
  if (machine.state === "started") runsUntil(world, machine, at);
}

/** No state of Fly's: where a process that runs is on its way to, until its restart policy says what follows. */
const exited = "exited";

/** A process that will end by itself is under way to its end from its start on. */
function runsUntil(world: World, machine: Machine, at: number): void {
  const { retries, run } = world.profile.durations;
  machine.ending = endingOf(world, machine);
  if (machine.ending === undefined) return;
  const ms = (machine.ending.afterMs ?? run * world.profile.pace) / world.profile.pace;
  // Assumed: what is always started again is, after as many tries as Fly's default, not tried again and again at once.
  const wait = machine.restarts > defaultRetries ? retries : 0;
  machine.ahead = [[exited, "run"]];
  machine.due = at + ms + wait;
}

function ends(world: World, machine: Machine, at: number): void {
  const { exitCode, output } = machine.ending ?? { exitCode: 0, output: [] };
  machine.state = "started";
  print(world, machine, output, "app", at);
  processExits(world, machine, exitCode, at);
}

const eventTypes: Record<string, string> = {
  starting: "start",
  started: "start",
  stopped: "stop",
  suspended: "suspend",
  destroyed: "destroy",
};

const eventType = (state: string) => eventTypes[state] ?? "update";

const isPullable = (world: World, machine: Machine) => !world.platform.unpullable.includes(machine.config.image);

function fail(machine: Machine, at: number): void {
  machine.state = "failed";
  machine.ahead = [];
  machine.due = undefined;
  const error = `failed to pull image ${machine.config.image}`;
  note(machine, at, { type: "launch", status: "failed", source: "flyd", request: { error } });
}

/** A claim can outlive its machine (behaviour 154). */
function releaseVolumes(world: World, machine: Machine, at: number): void {
  for (const volume of world.volumes.of(machine.app)) {
    if (volume.attachedTo !== machine.id) continue;
    volume.attachedTo = null;
    volume.claimedUntil = windowEnd(world, at, "claim");
    world.put(world.volumes, volume);
  }
}

function noteExit(machine: Machine, at: number, exitCode: number, requestedStop: boolean, restarting: boolean): void {
  const exit_event = {
    exit_code: exitCode,
    guest_exit_code: exitCode,
    guest_signal: -1,
    signal: -1,
    oom_killed: false,
    requested_stop: requestedStop,
    restarting,
    exited_at: rfc3339(at),
  };
  note(machine, at, { type: "exit", status: "stopped", source: "flyd", request: { exit_event } });
}

/** Fly's default: ten tries (superfly/docs, machine-restart-policy). */
const defaultRetries = 10;

/** Assumed: the count begins anew that long after the first of them. */
function forgetOldRestarts(world: World, machine: Machine, at: number): void {
  if (machine.restarts > 0 && at < (machine.restartsSince ?? 0) + world.profile.durations.retries) return;
  machine.restarts = 0;
  machine.restartsSince = undefined;
}

/** The machine's process ends by itself; its restart policy says what follows. */
export function processExits(world: World, machine: Machine, exitCode: number, at = world.clock.now()): void {
  const { policy, max_retries = defaultRetries } = machine.config.restart;
  forgetOldRestarts(world, machine, at);
  const retries = policy === "on-failure" && exitCode !== 0 && machine.restarts < max_retries;
  const restarting = policy === "always" || retries;
  noteExit(machine, at, exitCode, false, restarting);
  print(world, machine, [`INFO Main child exited normally with code: ${exitCode}`], "init", at);
  machine.startedAt = undefined;
  machine.ending = undefined;
  if (restarting) {
    machine.restarts++;
    machine.restartsSince ??= at;
    send(world, machine, "start", undefined, { source: "flyd", at });
  } else if (machine.config.auto_destroy === true) {
    send(world, machine, "destroy", undefined, { source: "flyd", at });
  } else {
    machine.state = "stopped";
    machine.ahead = [];
    machine.due = undefined;
    machine.stoppedAt = at;
    machine.updatedAt = at;
    world.put(world.machines, machine);
  }
}
