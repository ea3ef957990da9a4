import { expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import type { State } from "../../support/engine.ts";
import { groupArgs } from "../../support/group.ts";
import { control, journalEnd, withLocalFly } from "../../support/local-fly.ts";

// How often Fly is asked: its limits are by the second, so that calls are what a large group's time is made of.
const local = withLocalFly();
let count = 0;
let app = "";

const regions = ["iad", "lhr", "fra", "syd"];
const slots = (machines: number) =>
  Array.from({ length: machines }, (_, index) => {
    const region = regions[index % regions.length] as string;
    return { name: `${region}-${Math.floor(index / regions.length)}`, region };
  });

const image = (letter: string) => ({ image: `registry.fly.io/shop@sha256:${letter.repeat(64)}` });

const group = (machines: number, letter = "a", more: Properties = {}) =>
  groupArgs(app, { slots: slots(machines), ...more }, image(letter));

async function deploy(machines: number): Promise<State> {
  app = `calls-${++count}`;
  await local.engine.create("App", app, { name: app });
  return await local.engine.create("ProcessGroup", "web", group(machines));
}

interface Entry {
  seq: number;
  operation: string;
  at: string;
  ms: number;
}

/** What Fly was asked while something was done. */
async function during(act: () => Promise<unknown>): Promise<Entry[]> {
  const since = await journalEnd(local.fly);
  await act();
  return ((await control(local.fly, "GET", `journal?since=${since}`)) as { entries: Entry[] }).entries;
}

const tally = (entries: Entry[]) => {
  const counts: Record<string, number> = {};
  for (const { operation } of entries) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
};

test("a rolling update of nine machines asks for each machine's lease, its change, one wait and the lease's end, and nothing else of it", async () => {
  const state = await deploy(9);
  const { Machines_list: lists = 0, ...calls } = tally(await during(() => local.engine.update(state, group(9, "b"))));
  expect(calls).toMatchObject({ Machines_create_lease: 9, Machines_update: 9, Machines_release_lease: 9 });
  expect(calls["Machines_wait"]).toBeLessThanOrEqual(9);
  expect(calls["Machines_show"]).toBeUndefined();
  // One before anything, then no more than each machine has stages from its start to checks that pass.
  expect(lists).toBeLessThanOrEqual(1 + 4 * 9);
});

test("a refresh of 500 machines makes fewer than 30 calls, and a preview none that changes anything", async () => {
  const state = await deploy(500);
  expect((await during(() => local.engine.refresh(state))).length).toBeLessThan(30);
  expect(await during(() => local.engine.diff(state, group(500, "b")))).toEqual([]);
}, 60_000);

test("40 machines coming up are watched by one list at a time", async () => {
  app = `calls-${++count}`;
  await local.engine.create("App", app, { name: app });
  let [underWay, most] = [0, 0];
  local.fly.hooks.before = async ({ operation }) => {
    if (operation !== "Machines_list") return undefined;
    most = Math.max(most, ++underWay);
    // Long enough for another one to come, were it asked for.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    underWay--;
    return undefined;
  };
  const calls = tally(
    await during(() => local.engine.create("ProcessGroup", "web", group(40))).finally(() => {
      local.fly.hooks.before = undefined;
    }),
  );
  expect(most).toBe(1);
  expect(calls["Machines_show"]).toBeUndefined();
  // Watched one by one they would be asked for several times each; a slow machine of ours looks a little oftener.
  expect(calls["Machines_list"]).toBeLessThan(100);
});
