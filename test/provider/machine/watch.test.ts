import { expect, test } from "vitest";
import type { FlyClient } from "../../../fly/client.ts";
import { watchOf } from "../../../provider/machine/watch.ts";
import { flyServer, says } from "../../fly/fly-server.ts";

const machine = (id: string, state = "started") => ({ id, state, region: "iad", instance_id: `${id}-1` });
const all = ["a", "b", "c"].map((id) => machine(id));
const forever = () => Date.now() + 60_000;
const never = new AbortController().signal;
const has = (state: string) => (live?: { state: string }) => live?.state === state;

/** A server that lists machines, and the watch of a run that goes so many times as fast as Fly. */
async function watching(lists: unknown[], pace: number) {
  const server = await flyServer(lists.map((list) => (typeof list === "function" ? (list as never) : says(200, list))));
  const fly: FlyClient = server.client({ pace });
  return { server, fly, watch: watchOf({ fly }, "shop") };
}

test("one list answers for all that wait, whichever client of the run they came by", async () => {
  const { server, fly, watch } = await watching([all], 1);
  await using _ = server;
  const other = watchOf({ fly: fly.withSignal(AbortSignal.timeout(60_000)) }, "shop");
  const ids = ["a", "b", "c"];
  const waits = ids.map((id, index) =>
    (index === 0 ? other : watch).until({ id, isDecided: has("started"), until: forever() }, never),
  );
  expect((await Promise.all(waits)).map((live) => live?.id)).toEqual(ids);
  expect(server.arrivals).toHaveLength(1);
});

test("what cannot be over yet is not looked for at once", async () => {
  const { server, watch } = await watching([all], 10);
  await using _ = server;
  const began = performance.now();
  await watch.until({ id: "a", isDecided: has("started"), notBefore: 2_000, until: forever() }, never);
  expect(performance.now() - began).toBeGreaterThanOrEqual(195);
  expect(server.arrivals).toHaveLength(1);
});

test("a machine that the list lacks is told as such", async () => {
  const { server, watch } = await watching([all], 1);
  await using _ = server;
  const gone = watch.until({ id: "d", isDecided: (live) => live === undefined, until: forever() }, never);
  await expect(gone).resolves.toBeUndefined();
});

test("there is a last look when the time is over, and none after it", async () => {
  const { server, watch } = await watching([all], 1);
  await using _ = server;
  const late = watch.until({ id: "a", isDecided: () => false, until: Date.now() + 100 }, never);
  await expect(late).resolves.toMatchObject({ id: "a" });
  const { length } = server.arrivals;
  await watch.until({ id: "b", isDecided: has("started"), until: forever() }, never);
  expect(server.arrivals).toHaveLength(length + 1);
});

test("a run that is cancelled ends its own waits and leaves those of others", async () => {
  const { server, watch } = await watching([all], 1000);
  await using _ = server;
  const stop = new AbortController();
  const ended = watch.until({ id: "a", isDecided: () => false, until: forever() }, stop.signal);
  let isLate = false;
  const other = watch.until({ id: "b", isDecided: () => isLate, until: forever() }, never);
  stop.abort(new Error("the update was cancelled"));
  await expect(ended).rejects.toMatchObject({ kind: "cancelled" });
  isLate = true;
  await expect(other).resolves.toMatchObject({ id: "b" });
});

test("a list that fails ends the waits that asked for it, and the next one is asked for anew", async () => {
  const { server, watch } = await watching([says(403, { error: "no" }), all], 1);
  await using _ = server;
  const refused = watch.until({ id: "a", isDecided: has("started"), until: forever() }, never);
  await expect(refused).rejects.toMatchObject({ kind: "forbidden" });
  await expect(watch.until({ id: "a", isDecided: has("started"), until: forever() }, never)).resolves.toBeDefined();
});

test("Fly is asked to wait for who waits alone; beside others the list tells, but in virtual time each wait moves the clock", async () => {
  for (const [pace, made] of [
    [1, 1],
    [Number.POSITIVE_INFINITY, 3],
  ] as const) {
    const { server, watch } = await watching([all], pace);
    await using _ = server;
    let count = 0;
    const wait = async () => ++count;
    await Promise.all([watch.alone(wait), watch.alone(wait), watch.alone(wait)]);
    expect(count).toBe(made);
  }
});
