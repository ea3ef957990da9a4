import { setTimeout as sleep } from "node:timers/promises";
import { durationMs } from "../../fly/duration.ts";
import { FlyError, isFlyError } from "../../fly/errors.ts";
import { type FlyMachine, machineFind, machineWait } from "../../fly/machine.ts";
import type { Context } from "../lifecycle.ts";

/** A machine that is to come up. */
export interface Awaited {
  app: string;
  machine: FlyMachine;
  /** What it is to its user: `web/iad-0`. */
  what: string;
  /** Longest wait in words, as it was declared. */
  limit: string;
  /** When the wait has to be over, in milliseconds of this process's clock. */
  until: number;
  /** What becomes of the rest where it does not come up. */
  otherwise?: string;
}

/** A wait that begins now. */
export const awaiting = (what: Omit<Awaited, "until">): Awaited => ({
  ...what,
  until: Date.now() + (durationMs(what.limit) ?? 300_000),
});

/** States from which a machine does not come back. */
const broken = ["failed", "launch_failed", "destroyed", "destroying"];

/** States that no start by Fly leads out of. */
export const failed = ["failed", "launch_failed"];

/** States that an update passes through as well (fake Fly of cubepals, after production): they count when they last. */
export const halted = ["stopped", "suspended"];
const lasting = 3;

/**
 * Waits until a machine runs its current version and all its checks pass. Checks are counted, never guessed by name,
 * as flyctl does it: some are configured, as many are reported, and all of those pass. Fly's `bg_deployments_*` mirrors
 * are no reports of their own.
 */
export async function whenHealthy(context: Context, awaited: Awaited): Promise<FlyMachine> {
  const { app, what } = awaited;
  const started = await whenStarted(context, awaited);
  const wanted = checkCount(started);
  let live = started;
  for (let attempt = 0; wanted > 0; attempt++) {
    const reports = (live.checks ?? []).filter(({ name }) => !name.startsWith("bg_deployments"));
    if (reports.length >= wanted && reports.every(({ status }) => status === "passing")) break;
    if ([...broken, ...halted].includes(live.state))
      throw unhealthy(awaited, live, "it stopped while its checks were awaited");
    if (Date.now() > awaited.until) throw unhealthy(awaited, live, `its checks did not pass within ${awaited.limit}`);
    const passing = reports.filter(({ status }) => status === "passing").length;
    context.report(`${what}: ${passing}/${wanted} checks pass`);
    await pause(attempt);
    live = await present(context, app, live.id, what);
  }
  return live;
}

async function whenStarted(context: Context, awaited: Awaited): Promise<FlyMachine> {
  const { app, machine, what, limit, until } = awaited;
  for (let attempt = 0, stops = 0; ; attempt++) {
    const live = await present(context, app, machine.id, what);
    const current = live.instance_id === machine.instance_id;
    if (live.state === "started" && current) return live;
    stops = current && halted.includes(live.state) ? stops + 1 : 0;
    if (stops >= lasting || (current && broken.includes(live.state))) {
      throw unhealthy(awaited, live, `it is ${live.state} instead of started`);
    }
    if (Date.now() > until) throw unhealthy(awaited, live, `it was not started within ${limit}`);
    context.report(`${what}: ${live.state}`);
    await waitAtFly(context, awaited, "started", stops > 0 ? 5 : (until - Date.now()) / 1000);
    if (attempt > 0) await pause(attempt);
  }
}

/** Waits until Fly is done with a machine that need not run: one on a schedule runs when its time has come. */
export async function whenSettled(context: Context, awaited: Awaited): Promise<FlyMachine> {
  const { app, machine, what, limit, until } = awaited;
  for (let attempt = 0, rests = 0; ; attempt++) {
    const isSettled = await waitAtFly(context, awaited, "settled", (until - Date.now()) / 1000);
    const live = await present(context, app, machine.id, what);
    const current = live.instance_id === machine.instance_id;
    if (current && broken.includes(live.state)) throw unhealthy(awaited, live, `it is ${live.state}`);
    rests = current && ["started", ...halted].includes(live.state) ? rests + 1 : 0;
    if (rests >= lasting || (current && isSettled && ["created", "started", ...halted].includes(live.state)))
      return live;
    if (Date.now() > until) throw unhealthy(awaited, live, `Fly was not done with it within ${limit}`);
    context.report(`${what}: ${live.state}`);
    await pause(attempt);
  }
}

/** Fly's own wait; its time-outs and early refusals only mean that one has to look again. */
async function waitAtFly({ fly }: Context, { app, machine }: Awaited, state: string, timeout: number) {
  try {
    await machineWait(fly, app, machine.id, { state, instance_id: machine.instance_id, timeout });
    return true;
  } catch (error) {
    if (!isFlyError(error, "timeout", "invalid", "not-found", "precondition")) throw error;
    return false;
  }
}

async function present({ fly }: Context, app: string, id: string, what: string): Promise<FlyMachine> {
  // A machine just made can be unknown to the node that answers, for some seconds (flyctl #4618).
  for (let attempt = 0; attempt < 8; attempt++) {
    const live = await machineFind(fly, app, id);
    if (live !== undefined) return live;
    await pause(attempt);
  }
  throw new FlyError("not-found", `bring up ${what} (machine ${id} of app "${app}")`, "the machine is gone");
}

/** How many checks a machine's config asks for. */
function checkCount({ config }: FlyMachine): number {
  const services = (config?.["services"] ?? []) as { checks?: unknown[] | null }[];
  const named = Object.keys((config?.["checks"] ?? {}) as object).length;
  return named + services.reduce((sum, { checks }) => sum + (checks?.length ?? 0), 0);
}

/** Waits between two looks: little at first, since a small app starts fast, at most two seconds. */
const pause = (attempt: number) => sleep(Math.min(2000, 25 * 2 ** attempt));

function unhealthy({ app, what, otherwise }: Awaited, machine: FlyMachine, why: string): FlyError {
  const failing = (machine.checks ?? [])
    .filter(({ name, status }) => status !== "passing" && !name.startsWith("bg_deployments"))
    .map(
      ({ name, status, output }) => `check ${name} is ${status}${output ? ` (${output.trim().slice(0, 200)})` : ""}`,
    );
  const exit = machine.events?.find(({ type }) => type === "exit")?.request as ExitRequest | undefined;
  const code = exit?.exit_event?.exit_code;
  const ends = code === undefined ? [] : [`its process ended with code ${code}`];
  const told = [why, ...failing, ...ends].join("; ");
  const doing = `bring up ${what} (machine ${machine.id} of app "${app}" in ${machine.region})`;
  const rest = otherwise === undefined ? "" : `; ${otherwise}`;
  return new FlyError("precondition", doing, `${told}. See \`fly logs -a ${app} -i ${machine.id}\`${rest}`);
}

interface ExitRequest {
  exit_event?: { exit_code?: number };
}
