import { type Answer, type Call, machineOf, ok, text } from "../call.ts";
import { milliseconds } from "../duration.ts";
import { refuse } from "../errors.ts";
import { note, send } from "../machine-life.ts";
import type { Machine } from "../record.ts";
import { whyNotSuspend } from "../suspend.ts";
import { fence } from "./lease.ts";

/** By Linux's number, less one; 7 is none that Fly knows. */
const signals = [
  ..."SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT - SIGFPE SIGKILL SIGUSR1".split(" "),
  ..."SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM".split(" "),
];

/** The signal of a body: its name, or its number, as `fly machine kill` sends it (fly-go, Kill). */
function signalOf({ body }: Call): string | undefined {
  const given = body["signal"];
  const signal = typeof given === "number" ? (signals[given - 1] ?? `${given}`) : text(body, "signal");
  if (signal === undefined || (signal !== "-" && signals.includes(signal))) return signal;
  return refuse("invalid", { what: `unknown signal ${given}` });
}

/** The machine of the path, if the caller may change it. */
function guarded(call: Call): Machine {
  const machine = machineOf(call);
  if (machine.state === "destroyed" || machine.state === "destroying") refuse("machineDestroyed");
  fence(call, machine);
  if (machine.hostStatus !== "ok") refuse("hostUnreachable");
  return machine;
}

const wrongState = (verb: string, { state }: Machine) => refuse("wrongState", { verb, state });

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
  signalOf(call);
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

export function machineSuspend(call: Call): Answer {
  const machine = guarded(call);
  if (machine.state === "suspended" || machine.state === "suspending") return ok;
  if (machine.state !== "started") wrongState("suspend", machine);
  const why = whyNotSuspend(machine);
  if (why !== undefined) refuse("cannotSuspend", { why });
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
  if (signalOf(call) === undefined) refuse("invalid", { what: "signal is required" });
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
