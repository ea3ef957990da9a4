import { expect } from "vitest";
import type { Properties } from "../../provider/value.ts";
import { Engine, halfMade, type State, secret } from "./engine.ts";
import { send, type withLocalFly } from "./local-fly.ts";

type Local = ReturnType<typeof withLocalFly>;

/** One `up` of a resource, from a state or from none; its destruction where nothing is declared. */
export interface Up {
  type: string;
  name: string;
  before?: State | undefined;
  args?: Properties;
}

/** How it ended, and what the CLI keeps of it. */
export interface Ended {
  /** The call at which it was cancelled: `Machines_update`, `after Machines_update`. */
  at: string;
  error?: Error;
  /** What the provider said exists. */
  half?: ReturnType<typeof halfMade>;
  kept: State | undefined;
}

/** Waits nobody would call a moment. */
const longMs = 4_000;

export const anotherRun = ({ fly }: Local) => Engine.start({ flapsUrl: fly.url, token: secret(fly.token) });

/**
 * Does the same `up` from the same world again and again, each time cancelled at the next call: when it comes, and, where it
 * changes something, when it was carried out and its answer is on its way. `check` judges each end.
 */
export async function cancelledAtEachCall(
  local: Local,
  up: Up,
  check: (ended: Ended) => Promise<void>,
): Promise<number> {
  const { fly } = local;
  const prepared = fly.world.snapshot();
  let points = 0;
  for (const when of ["before", "after"] as const) {
    for (let nth = 1; ; nth++) {
      fly.world.restore(prepared);
      const run = await anotherRun(local);
      const ended = await cancelled(local, run, up, when, nth);
      if (ended === undefined) break;
      points++;
      await check(ended);
    }
  }
  fly.world.restore(prepared);
  return points;
}

/** `undefined` where there were fewer calls. */
async function cancelled(
  { fly }: Local,
  run: Engine,
  up: Up,
  when: "before" | "after",
  nth: number,
): Promise<Ended | undefined> {
  let calls = 0;
  let at: string | undefined;
  let since = Number.NaN;
  fly.hooks[when] = async ({ operation, mutating }) => {
    const counts = when === "before" || mutating;
    if (!counts || ++calls !== nth) return undefined;
    at = when === "before" ? operation : `after ${operation}`;
    since = performance.now();
    await run.cancel();
    return undefined;
  };
  const end = await act(run, up).then(
    (kept) => ({ kept }),
    (error: Error) => ({ error }),
  );
  fly.hooks[when] = undefined;
  if (at === undefined) return undefined;
  expect(performance.now() - since, `time to end, cancelled at ${at}`).toBeLessThan(longMs);
  if (!("error" in end)) return { at, kept: end.kept };
  const half = isHalf(end.error) ? halfMade(end.error) : undefined;
  return { at, error: end.error, ...(half && { half }), kept: await keptAfter(run, up, half) };
}

const isHalf = (error: Error) =>
  ((error as { metadata?: { get(key: string): unknown[] } }).metadata?.get("grpc-status-details-bin") ?? []).length > 0;

async function act(run: Engine, { type, name, before, args }: Up): Promise<State | undefined> {
  if (args === undefined) return before && void (await run.remove(before));
  return before === undefined ? await run.create(type, name, args) : await run.update(before, args, true);
}

async function keptAfter(
  run: Engine,
  { type, name, before, args }: Up,
  half: Ended["half"],
): Promise<State | undefined> {
  if (half === undefined) return before;
  const inputs = half.inputs ?? (await run.check(type, name, args ?? {}, before?.inputs));
  return { type, name, id: half.id, inputs, outputs: half.outputs };
}

/** The next `up`, by another run. */
export const goOn = (run: Engine, up: Up, kept: State | undefined): Promise<State | undefined> =>
  act(run, { ...up, before: kept });

/** Machines of an app, those that are there, on which somebody holds a lease. */
export async function leased({ fly }: Local, app: string): Promise<string[]> {
  const path = `/v1/apps/${app}/machines?include_leases=true`;
  const machines = (await send(fly, "GET", path)) as { id: string; lease?: { description: string } }[];
  return machines.flatMap(({ id, lease }) => (lease ? [`${id}: ${lease.description}`] : []));
}
