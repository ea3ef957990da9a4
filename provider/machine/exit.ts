import type { FlyMachine } from "../../fly/machine.ts";

/** How a machine's process ended. */
interface Exit {
  code: number;
  /** Linux's number of the signal that ended it, if one did. */
  signal: number | undefined;
  outOfMemory: boolean;
  /** Whether a stop was asked for: by a person, the proxy or an update. */
  wasAsked: boolean;
}

interface Reported {
  exit_code?: number;
  guest_signal?: number;
  signal?: number;
  oom_killed?: boolean;
  requested_stop?: boolean;
}

/** Fly tells it in one of two places (fly-go, MachineRequest.GetExitCode). */
interface Request {
  exit_event?: Reported;
  MonitorEvent?: { exit_event?: Reported };
  error?: unknown;
}

/**
 * How the process ended that the machine ran last; `undefined` where it has not. An update ends the process before it
 * too, which says nothing of the one after: only an end that follows a start counts (flyctl, WaitForEventTypeAfterType).
 */
export const lastExit = (machine: FlyMachine): Exit | undefined => exitsOf(machine)[0];

/** Ends of the processes that the machine ran with its present config, the last one first. */
function exitsOf({ events }: FlyMachine): Exit[] {
  const all = events ?? [];
  const began = all.findIndex(({ type }) => type === "update" || type === "launch");
  const run = began === -1 ? all : all.slice(0, began);
  // Fly shows the last events only: where the beginning is not among them, a start was before.
  const first = began === -1 ? run.length : run.findLastIndex(({ type }) => type === "start");
  return run.slice(0, Math.max(0, first)).flatMap(({ type, request }) => (type === "exit" ? exitIn(request) : []));
}

function exitIn(request: unknown): Exit[] {
  const { MonitorEvent, exit_event } = (request ?? {}) as Request;
  const reported = MonitorEvent?.exit_event ?? exit_event;
  if (reported === undefined) return [];
  const signal = [reported.guest_signal, reported.signal].find((number) => number !== undefined && number > 0);
  const { exit_code = 0, oom_killed = false, requested_stop = false } = reported;
  // Go leaves out what is zero or false.
  return [{ code: exit_code, signal, outOfMemory: oom_killed, wasAsked: requested_stop }];
}

/** How often the machine's process has ended with its present config though nobody asked it to. */
export const crashCount = (machine: FlyMachine): number => exitsOf(machine).filter(({ wasAsked }) => !wasAsked).length;

/**
 * Whether a machine stands still because its process failed, and not because the proxy or a person stopped it, which is
 * a rest that an update leaves it in.
 */
export function hasCrashed(machine: FlyMachine): boolean {
  const exit = lastExit(machine);
  return machine.state === "stopped" && exit !== undefined && !exit.wasAsked && exit.code !== 0;
}

/** Linux's names of the signals that end programs. */
const signals: Record<number, string> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  4: "SIGILL",
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  9: "SIGKILL",
  11: "SIGSEGV",
  13: "SIGPIPE",
  15: "SIGTERM",
};

/** An end in words: `ended with exit code 3`. */
export function exitText({ code, signal, outOfMemory }: Exit, { config }: FlyMachine): string {
  const { memory_mb } = (config?.["guest"] ?? {}) as { memory_mb?: number };
  const having = memory_mb === undefined ? "" : `, of which it has ${memory_mb} MB`;
  if (outOfMemory) return `was killed for want of memory${having} (exit code ${code})`;
  if (signal !== undefined) return `was ended by ${signals[signal] ?? `signal ${signal}`} (exit code ${code})`;
  return `ended with exit code ${code}`;
}

/** What Fly says about why it could not launch the machine. */
export function launchError({ events }: FlyMachine): string | undefined {
  const error = (events?.find(({ status }) => status === "failed")?.request as Request | undefined)?.error;
  return typeof error === "string" && error !== "" ? error : undefined;
}
