import { setTimeout as sleep } from "node:timers/promises";
import { FlyError, isFlyError } from "../../fly/errors.ts";
import { type FlyMachine, machineFind, machineWait } from "../../fly/machine.ts";
import type { Context } from "../lifecycle.ts";

/** When a wait has to be over, in milliseconds of this process's clock. */
export interface Deadline {
  ms: number;
  /** The limit in words, for the error. */
  limit: string;
}

/** States from which a machine does not come back. */
const broken = ["failed", "launch_failed", "destroyed", "destroying"];

/** States that an update passes through as well (fake Fly of cubepals, after production): they count when they last. */
export const halted = ["stopped", "suspended"];
const lasting = 3;

/**
 * Waits until a machine runs its current version and all its checks pass. Checks are counted, never guessed by name,
 * as flyctl does it: some are configured, as many are reported, and all of those pass. Fly's `bg_deployments_*` mirrors
 * are no reports of their own.
 */
export async function whenHealthy(
  context: Context,
  app: string,
  machine: FlyMachine,
  what: string,
  deadline: Deadline,
): Promise<FlyMachine> {
  const started = await whenStarted(context, app, machine, what, deadline);
  const wanted = checkCount(started);
  let live = started;
  for (let attempt = 0; wanted > 0; attempt++) {
    const reports = (live.checks ?? []).filter(({ name }) => !name.startsWith("bg_deployments"));
    if (reports.length >= wanted && reports.every(({ status }) => status === "passing")) break;
    if ([...broken, ...halted].includes(live.state))
      throw unhealthy(app, live, what, "it stopped while its checks were awaited");
    if (Date.now() > deadline.ms) throw unhealthy(app, live, what, `its checks did not pass within ${deadline.limit}`);
    const passing = reports.filter(({ status }) => status === "passing").length;
    context.report(`${what}: ${passing}/${wanted} checks pass`);
    await pause(attempt);
    live = await present(context, app, machine.id, what);
  }
  return live;
}

async function whenStarted(context: Context, app: string, machine: FlyMachine, what: string, deadline: Deadline) {
  for (let attempt = 0, stops = 0; ; attempt++) {
    const live = await present(context, app, machine.id, what);
    const current = live.instance_id === machine.instance_id;
    if (live.state === "started" && current) return live;
    stops = current && halted.includes(live.state) ? stops + 1 : 0;
    if (stops >= lasting || (current && broken.includes(live.state))) {
      throw unhealthy(app, live, what, `it is ${live.state} instead of started`);
    }
    if (Date.now() > deadline.ms) throw unhealthy(app, live, what, `it was not started within ${deadline.limit}`);
    context.report(`${what}: ${live.state}`);
    await waitAtFly(context, app, machine, stops > 0 ? 5 : (deadline.ms - Date.now()) / 1000);
    if (attempt > 0) await pause(attempt);
  }
}

/** Fly's own wait; its time-outs and early refusals only mean that one has to look again. */
async function waitAtFly({ fly }: Context, app: string, machine: FlyMachine, timeout: number): Promise<void> {
  try {
    await machineWait(fly, app, machine.id, { state: "started", instance_id: machine.instance_id, timeout });
  } catch (error) {
    if (!isFlyError(error, "timeout", "invalid", "not-found", "precondition")) throw error;
  }
}

async function present({ fly }: Context, app: string, id: string, what: string): Promise<FlyMachine> {
  // A machine just made can be unknown to the node that answers, for some seconds (flyctl #4618).
  for (let attempt = 0; attempt < 6; attempt++) {
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

function unhealthy(app: string, machine: FlyMachine, what: string, why: string): FlyError {
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
  return new FlyError(
    "precondition",
    doing,
    `${told}. See \`fly logs -a ${app} -i ${machine.id}\`; the machines not yet reached run as before`,
  );
}

interface ExitRequest {
  exit_event?: { exit_code?: number };
}
