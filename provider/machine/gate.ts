import { durationMs } from "../../fly/duration.ts";
import { FlyError, isFlyError } from "../../fly/errors.ts";
import { type FlyMachine, machineFind, machineWait, reportsOf } from "../../fly/machine.ts";
import type { Context } from "../lifecycle.ts";
import { pause } from "../pause.ts";
import { crashCount } from "./exit.ts";
import { relapsesOf } from "./relapse.ts";
import { halted } from "./rest.ts";
import { unhealthy } from "./unhealthy.ts";
import { watchOf } from "./watch.ts";

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
  /** Told in a word or two how far it is: `starting`, `1/2 checks`, `healthy`. @default the resource's row shows it */
  tell?: ((state: string) => void) | undefined;
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

const lasting = 3;
/** How long one is passed through without asking further, in milliseconds at Fly: as long as most images take. */
const passing = 10_000;
/** How long Fly is asked to wait for one that seems to last, in seconds. */
const patience = 5;

/**
 * Waits until a machine runs its current version and all its checks pass. Checks are counted, never guessed by name,
 * as flyctl does it: some are configured, as many are reported, and all of those pass. Fly's `bg_deployments_*` mirrors
 * are no reports of their own.
 */
export async function whenHealthy(context: Context, awaited: Awaited): Promise<FlyMachine> {
  let live = await whenStarted(context, awaited);
  if (checkCount(live) === 0) live = await whenSteady(context, awaited);
  else if (!isHealthy(live)) live = await whenChecked(context, awaited, live);
  tell(context, awaited, "healthy");
  relapsesOf(watchOf(context, awaited.app), isHealthy).keep(awaited, live);
  await refuseRelapse(context, awaited.app, live);
  return live;
}

/** How often a machine that was healthy may fail again while others are awaited. */
const mostRelapses = 1;

/** The machines of a rollout that were healthy before have to be so still, or no other follows them. */
async function refuseRelapse(context: Context, app: string, machine: FlyMachine): Promise<void> {
  const all = relapsesOf(watchOf(context, app), isHealthy);
  for (const { awaited, live, failed = live, relapses, isFit } of all.besides(machine)) {
    const isOften = relapses > mostRelapses;
    const isDecided = (now: FlyMachine) => isOver(now) || isHealthy(now);
    const now = isFit || isOften ? live : await seen(context, awaiting(awaited), isDecided);
    if (!isOften && isHealthy(now) && !isOver(now)) continue;
    // Others may be waiting for the same: one tells it.
    if (!all.forget(live.id)) continue;
    const why = `its checks passed and failed ${isOften ? "by turns" : "again"} while others were awaited`;
    throw await unhealthy(context, awaited, isOften ? failed : now, why);
  }
}

async function whenStarted(context: Context, awaited: Awaited): Promise<FlyMachine> {
  const { machine, limit, until } = awaited;
  const isCurrent = (live: FlyMachine) => live.instance_id === machine.instance_id;
  tell(context, awaited, "starting");
  const hasStarted = await waitAtFly(context, awaited, "started", (until - Date.now()) / 1000);
  // The list by which its checks are seen says the rest.
  if (hasStarted && checkCount(machine) > 0) return { ...machine, state: "started", checks: [] };
  for (let stops = 0; ; ) {
    const live = await seen(context, awaited, startDecided(context, awaited, isCurrent, stops > 0 ? 0 : passing));
    if (live.state === "started" && isCurrent(live)) return live;
    stops = isCurrent(live) && halted.includes(live.state) ? stops + 1 : 0;
    if (stops >= lasting || (isCurrent(live) && broken.includes(live.state))) {
      throw await unhealthy(context, awaited, live, `it is ${live.state} instead of started`);
    }
    if (Date.now() > until) throw await unhealthy(context, awaited, live, `it was not started within ${limit}`);
    const hasAsked = await waitAtFly(context, awaited, "started", patience);
    if (hasAsked === undefined) await rest(context);
  }
}

/** Whether a machine is up, will not be, or has stopped for so long that Fly has to be asked. */
function startDecided(context: Context, awaited: Awaited, isCurrent: (live: FlyMachine) => boolean, patientMs: number) {
  let since = Number.POSITIVE_INFINITY;
  return (live: FlyMachine): boolean => {
    tell(context, awaited, live.state);
    const isHalted = isCurrent(live) && halted.includes(live.state);
    since = isHalted ? Math.min(since, Date.now()) : Number.POSITIVE_INFINITY;
    if (isHalted) return Date.now() - since >= patientMs / context.fly.pace;
    return isCurrent(live) && ["started", ...broken].includes(live.state);
  };
}

/** As long as Fly would have waited. */
const rest = (context: Context) => pause(context, 0, (patience * 1000) / context.fly.pace, Number.POSITIVE_INFINITY);

async function whenChecked(context: Context, awaited: Awaited, started: FlyMachine): Promise<FlyMachine> {
  const isDecided = (live: FlyMachine) => {
    if (isOver(live) || isHealthy(live)) return true;
    const passing = reportsOf(live).filter(({ status }) => status === "passing").length;
    tell(context, awaited, `${passing}/${checkCount(live)} checks`);
    return false;
  };
  isDecided(started);
  const live = await seen(context, awaited, isDecided, grace(started), interval(started));
  if (isOver(live)) throw await unhealthy(context, awaited, live, overText(live, "its checks were awaited"));
  if (isHealthy(live)) return live;
  throw await unhealthy(context, awaited, live, `its checks did not pass within ${awaited.limit}`);
}

/** How long a machine without checks has to run without ending, in milliseconds at Fly (flyctl, WaitForSmokeChecksToPass). */
const steadyFor = 10_000;

/** A machine without checks proves by running on that it does not end at once. */
async function whenSteady(context: Context, awaited: Awaited): Promise<FlyMachine> {
  const { pace } = context.fly;
  let [ends, looks, from] = [0, 0, Date.now()];
  const isDecided = (live: FlyMachine) => {
    const ended = crashCount(live);
    if (ended > ends) [ends, looks, from] = [ended, 0, Date.now()];
    // One look more than the time asks for: a look is what moves virtual time.
    return isOver(live) || (live.state === "started" && Date.now() >= from + steadyFor / pace && ++looks > 1);
  };
  const live = await seen(context, awaited, isDecided, steadyFor);
  if (isOver(live)) throw await unhealthy(context, awaited, live, overText(live, "it was watched after its start"));
  return live;
}

/** As often as that a process ends before it is given up: flyctl gives up when it was started again twice. */
const mostEnds = 3;

const isOver = (live: FlyMachine) => [...broken, ...halted].includes(live.state) || crashCount(live) >= mostEnds;

const overText = (live: FlyMachine, meanwhile: string) =>
  crashCount(live) >= mostEnds
    ? `its process ended ${crashCount(live)} times while ${meanwhile}`
    : `it stopped while ${meanwhile}`;

/** Waits until Fly is done with a machine that need not run: one on a schedule runs when its time has come. */
export async function whenSettled(context: Context, awaited: Awaited): Promise<FlyMachine> {
  const { machine, limit, until } = awaited;
  for (let attempt = 0, rests = 0; ; attempt++) {
    // Asked for in any case: three looks in a row mean something only when time passed between them.
    const isSettled = await waitEnds(machineWaiting(context, awaited, "settled", (until - Date.now()) / 1000));
    const live = await seen(context, awaited, () => true);
    const current = live.instance_id === machine.instance_id;
    if (current && broken.includes(live.state)) throw await unhealthy(context, awaited, live, `it is ${live.state}`);
    rests = current && ["started", ...halted].includes(live.state) ? rests + 1 : 0;
    if (rests >= lasting || (current && isSettled && ["created", "started", ...halted].includes(live.state)))
      return live;
    if (Date.now() > until) throw await unhealthy(context, awaited, live, `Fly was not done with it within ${limit}`);
    tell(context, awaited, live.state);
    await pause(context, attempt, 2000, 25);
  }
}

/** Says how far it is: to who wants to know, otherwise in the resource's row. */
const tell = (context: Context, { what, tell }: Awaited, state: string) =>
  tell === undefined ? context.report(`${what}: ${state}`) : tell(state);

/** Fly's own wait, unless others wait as well and so the list tells: `undefined` then. */
const waitAtFly = (context: Context, awaited: Awaited, state: string, timeout: number) =>
  watchOf(context, awaited.app).alone(() => waitEnds(machineWaiting(context, awaited, state, timeout)));

const machineWaiting = (
  { fly }: Context,
  { app, machine: { id, instance_id } }: Awaited,
  state: string,
  timeout: number,
) => machineWait(fly, app, id, { state, instance_id, timeout });

/** Whether a wait ended with what was awaited; its time-outs and early refusals only mean that one has to look again. */
async function waitEnds(wait: Promise<unknown>): Promise<boolean> {
  try {
    await wait;
    return true;
  } catch (error) {
    if (!isFlyError(error, "timeout", "invalid", "not-found", "precondition")) throw error;
    return false;
  }
}

/** The machine as the app's list shows it when that decides something, or when the time is over. */
async function seen(
  context: Context,
  awaited: Awaited,
  isDecided: (live: FlyMachine) => boolean,
  notBefore = 0,
  every = 0,
): Promise<FlyMachine> {
  const { app, machine, until } = awaited;
  const isMissingOr = (live: FlyMachine | undefined) => live === undefined || isDecided(live);
  const watching = { id: machine.id, isDecided: isMissingOr, notBefore, every, until };
  for (;;) {
    const live = await watchOf(context, app).until(watching, context.signal);
    const there = live ?? (await present(context, awaited));
    if (live !== undefined || isDecided(there) || Date.now() > until) return there;
  }
}

/** What the list lacks may be ending, or gone, or so new that the node that answers knows nothing of it yet. */
async function present(context: Context, { app, machine: { id }, what }: Awaited): Promise<FlyMachine> {
  // A machine just made can be unknown to the node that answers, for some seconds (flyctl #4618).
  for (let attempt = 0; attempt < 8; attempt++) {
    const live = await machineFind(context.fly, app, id);
    if (live !== undefined) return live;
    await pause(context, attempt, 2000, 25);
  }
  throw new FlyError("not-found", `bring up ${what} (machine ${id} of app "${app}")`, "the machine is gone");
}

function isHealthy(machine: FlyMachine): boolean {
  const reports = reportsOf(machine);
  return reports.length >= checkCount(machine) && reports.every(({ status }) => status === "passing");
}

interface Check {
  grace_period?: string | null;
  interval?: string | null;
}

/** The checks that a machine's config asks for. */
function checksOf({ config }: FlyMachine): Check[] {
  const services = (config?.["services"] ?? []) as { checks?: Check[] | null }[];
  const named = Object.values((config?.["checks"] ?? {}) as Record<string, Check>);
  return [...named, ...services.flatMap(({ checks }) => checks ?? [])];
}

const checkCount = (machine: FlyMachine) => checksOf(machine).length;

/** How long after its start Fly begins to run the last of a machine's checks, in milliseconds (superfly/docs, health-checks). */
const grace = (machine: FlyMachine) =>
  Math.max(0, ...checksOf(machine).map(({ grace_period }) => durationMs(grace_period ?? "") ?? 0));

/** How long after each other the seldomest of a machine's checks is run, in milliseconds. */
const interval = (machine: FlyMachine) =>
  Math.max(0, ...checksOf(machine).map(({ interval }) => durationMs(interval ?? "") ?? 0));
