import { afterAll, beforeAll, expect } from "vitest";
import type { Fault } from "../../emulator/faults.ts";
import { lifecycles } from "../../provider/registry.ts";
import { Lane, type Outcome, type Stored } from "./cli.ts";
import { declared, inventory, type Scenario } from "./scenario.ts";

/** Cases that run beside each other: they mostly wait for the client's own pauses. */
const width = 12;
const lanes: Lane[] = [];
const waiting: ((lane: Lane) => void)[] = [];
let count = 0;

/** Opens the lanes for the tests of a file. */
export function withLanes(): void {
  beforeAll(async () => {
    for (let index = 0; index < width; index++) lanes.push(await Lane.open());
  });
  afterAll(() => Promise.all(lanes.map(({ fly }) => fly.close())));
}

export const kinds = [
  { kind: "status", status: 500 },
  { kind: "lose-response" },
  { kind: "status", status: 503 },
  { kind: "refuse" },
  { kind: "status", status: 429 },
] as const;

export type Case = Fault & { refreshBetween: boolean };

export interface Occurrence {
  operation: string;
  mutating: boolean;
  /** How many calls of the operation come before. */
  skip: number;
}

/** The scenario up to where its command is given. */
async function prepared(lane: Lane, scenario: Scenario) {
  const app = `swept-${++count}`;
  if (scenario.type !== "App") await lane.engine.create("App", "app", { name: app });
  const ids = (await scenario.prepare?.(lane, app)) ?? [];
  const before = scenario.before?.(app, ids);
  const made = before && (await lane.up(declared(scenario), before, undefined));
  if (made?.error) throw made.error;
  await scenario.meddle?.(lane, app);
  const isSeen = made?.stored && scenario.meddle && scenario.command === "up";
  const stored = isSeen ? (await lane.refresh(made.stored as Stored)).stored : made?.stored;
  return { app, ids, stored };
}

type Prepared = Awaited<ReturnType<typeof prepared>>;

async function command(
  lane: Lane,
  scenario: Scenario,
  { app, ids }: Prepared,
  stored: Stored | undefined,
): Promise<Outcome> {
  if (scenario.command === "up") return await lane.up(declared(scenario), scenario.after?.(app, ids) ?? {}, stored);
  if (stored === undefined) throw new Error("there is nothing in the state");
  return scenario.command === "destroy" ? await lane.destroy(stored) : await lane.refresh(stored);
}

/** Waits for a lane that is free. */
async function onLane<T>(work: (lane: Lane) => Promise<T>): Promise<T> {
  const lane = lanes.shift() ?? (await new Promise<Lane>((free) => waiting.push(free)));
  try {
    return await work(lane);
  } finally {
    const next = waiting.shift();
    if (next === undefined) lanes.push(lane);
    else next(lane);
  }
}

/** The calls of the command when nothing goes wrong. */
export const occurrences = (scenario: Scenario): Promise<Occurrence[]> => onLane((lane) => callsOf(lane, scenario));

async function callsOf(lane: Lane, scenario: Scenario): Promise<Occurrence[]> {
  const start = await prepared(lane, scenario);
  const since = lane.journalEnd;
  const { error, stored } = await command(lane, scenario, start, start.stored);
  if (error) throw error;
  const calls = lane.calls(since);
  await converged(lane, scenario, start, stored);
  return calls.map(({ operation, mutating }, index) => ({
    operation,
    mutating,
    skip: calls.slice(0, index).filter((earlier) => earlier.operation === operation).length,
  }));
}

/** Exactly what is declared exists, nothing drifts, and one more update changes nothing. */
async function converged(lane: Lane, scenario: Scenario, { app, ids }: Prepared, stored: Stored | undefined) {
  expect(inventory(lane, app)).toEqual(scenario.expected(app, ids));
  if (scenario.command === "destroy") return expect(stored).toBeUndefined();
  if (stored === undefined) throw new Error("the state has lost the resource");
  const refreshed = await lane.refresh(stored);
  if (refreshed.error) throw refreshed.error;
  expect(refreshed.drift).toEqual({});
  // Where every input replaces or is refused there is no update.
  const lifecycle = lifecycles.find(({ token }) => token.endsWith(`:${scenario.type}`));
  if (lifecycle?.update === undefined) return;
  const since = lane.journalEnd;
  const args = (scenario.after ?? scenario.before)?.(app, ids) ?? {};
  const again = await lane.up(declared(scenario), args, { state: stored.state, unfinished: true });
  if (again.error) throw again.error;
  expect(lane.calls(since).filter(({ mutating }) => mutating)).toEqual([]);
}

/** The command with the fault, then what a user does next; answers with what is not true in the end. */
async function run(lane: Lane, scenario: Scenario, { refreshBetween, ...fault }: Case): Promise<string[]> {
  let first: Outcome | undefined;
  try {
    const start = await prepared(lane, scenario);
    lane.fly.faults.arm(fault);
    first = await command(lane, scenario, start, start.stored);
    const isMet = lane.fly.faults.unspent().every(({ skip = 0 }) => skip === 0);
    lane.fly.faults.clear();
    // How often a wait looks depends on the time of day; a change is always met.
    if (!isMet) return isRead(fault) ? [] : [`${fault.operation}[${fault.skip}] is never called`];
    // A lease that could not be given back ends after two minutes, which a user has to wait.
    if ((fault.times ?? 1) > 1) lane.fly.clock.advance(120_000);
    let next = first;
    if (first.error && refreshBetween && next.stored) next = await lane.refresh(next.stored);
    if (first.error) next = await command(lane, scenario, start, next.stored);
    if (next.error) throw new Error(`the next run fails: ${next.error.message}`);
    await converged(lane, scenario, start, next.stored);
    return [];
  } catch (error) {
    const what = `${fault.operation}[${fault.skip}] ${fault.status ?? fault.kind}${refreshBetween ? ", then a refresh" : ""}`;
    return [`${what}: ${(error as Error).message}\n  after ${first?.error?.message ?? "a run that succeeded"}`];
  } finally {
    lane.fly.faults.clear();
  }
}

const isRead = ({ operation }: { operation: string }) => /_(list|show|wait|show_lease|current)$/.test(operation);

/** Runs all cases; answers with what went wrong. */
export async function sweep(scenario: Scenario, cases: Case[]): Promise<string> {
  const failures = await Promise.all(cases.map((one) => onLane((lane) => run(lane, scenario, one))));
  return failures.flat().join("\n\n");
}
