import { type Answer, type Call, machineOf, ok, text } from "../call.ts";
import { milliseconds } from "../duration.ts";
import { refuse } from "../errors.ts";
import { note, send } from "../machine-life.ts";
import type { Machine } from "../record.ts";
import { fence } from "./lease.ts";

const signals = [
  ..."SIGABRT SIGALRM SIGFPE SIGHUP SIGILL SIGINT SIGKILL SIGPIPE SIGQUIT".split(" "),
  ..."SIGSEGV SIGTERM SIGTRAP SIGUSR1 SIGUSR2".split(" "),
];

/** The machine of the path, if the caller may change it. */
function guarded(call: Call): Machine {
  const machine = machineOf(call);
  if (machine.state === "destroyed" || machine.state === "destroying") refuse("machineDestroyed");
  fence(call, machine);
  return machine;
}

const wrongState = (verb: string, { state }: Machine) => refuse("wrongState", { verb, state });

function refuseUnknownSignal(call: Call): void {
  const signal = text(call.body, "signal");
  if (signal !== undefined && !signals.includes(signal)) refuse("invalid", { what: `unknown signal ${signal}` });
}

const replacing: readonly Machine["journey"][] = ["replace", "revise", "shelve"];

export function machineStart(call: Call): Answer {
  const machine = guarded(call);
  const { world } = call;
  const previous_state = machine.state;
  const started: Answer = { status: 200, body: { previous_state, migrated: false, new_host: "" } };
  if (machine.state === "started" || machine.state === "starting") return started;
  if (machine.due !== undefined && replacing.includes(machine.journey)) refuse("beingReplaced");
  const lingers = world.clock.now() < (machine.stoppedAt ?? 0) + world.profile.durations.linger;
  if (machine.state === "stopping" || machine.state === "suspending" || lingers) refuse("stillActive");
  if (!["stopped", "suspended", "failed"].includes(machine.state)) wrongState("start", machine);
  machine.restarts = 0;
  send(world, machine, machine.state === "suspended" ? "resume" : "start", "start");
  return started;
}

export function machineStop(call: Call): Answer {
  const machine = guarded(call);
  refuseUnknownSignal(call);
  const timeout = call.body["timeout"] ?? undefined;
  const isTime = typeof timeout === "string" || typeof timeout === "number";
  if (timeout !== undefined && (!isTime || milliseconds(timeout) === undefined)) {
    refuse("invalid", { what: "timeout is not a duration" });
  }
  if (machine.state === "stopped" || machine.state === "stopping") return ok;
  if (!["started", "starting", "suspended", "failed"].includes(machine.state)) wrongState("stop", machine);
  send(call.world, machine, "stop", "stop");
  return ok;
}

/** Fly's limit for a memory image (superfly/docs, suspend-resume). */
const mostSuspendableMb = 2048;

export function machineSuspend(call: Call): Answer {
  const machine = guarded(call);
  if (machine.state === "suspended" || machine.state === "suspending") return ok;
  if (machine.state !== "started") wrongState("suspend", machine);
  const { guest, schedule } = machine.config;
  if (guest.memory_mb > mostSuspendableMb) refuse("cannotSuspend", { why: "it has more than 2 GB of memory" });
  if (schedule !== undefined) refuse("cannotSuspend", { why: "it has a schedule" });
  send(call.world, machine, "suspend", "suspend");
  return ok;
}

export function machineRestart(call: Call): Answer {
  const machine = guarded(call);
  if (!["started", "stopped", "suspended", "failed"].includes(machine.state)) wrongState("restart", machine);
  machine.startedAt = undefined;
  send(call.world, machine, "restart", "restart");
  return ok;
}

export function machineSignal(call: Call): Answer {
  const machine = machineOf(call);
  if (text(call.body, "signal") === undefined) refuse("invalid", { what: "signal is required" });
  refuseUnknownSignal(call);
  if (machine.state !== "started") wrongState("signal", machine);
  return ok;
}

const cordoned =
  (value: boolean) =>
  (call: Call): Answer => {
    const machine = guarded(call);
    if (machine.cordoned === value) return ok;
    machine.cordoned = value;
    const type = value ? "cordon" : "uncordon";
    note(machine, call.world.clock.now(), { type, status: machine.state, source: "user" });
    call.world.put(call.world.machines, machine);
    return ok;
  };

export const machineCordon = cordoned(true);
export const machineUncordon = cordoned(false);
