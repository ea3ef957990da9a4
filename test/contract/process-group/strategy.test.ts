import { expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import { halfMade, type State } from "../../support/engine.ts";
import { groupArgs, machinesOf } from "../../support/group.ts";
import { arm, happen, journalEnd, mutations, send, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();
const image = (letter: string) => ({ image: `registry.fly.io/shop@sha256:${letter.repeat(64)}` });
let count = 0;
let app = "";

const args = (strategy: string, letter: string, more: Properties = {}) =>
  groupArgs(app, { deploy: { strategy, waitTimeout: "1s" }, ...more }, image(letter));

async function deploy(strategy: string): Promise<State> {
  app = `strategy-${++count}`;
  await local.engine.create("App", app, { name: app });
  return await local.engine.create("ProcessGroup", "web", args(strategy, "a"));
}

/** What is there of the group: region, state, image, and what sets it apart. */
const there = async () =>
  (await machinesOf(local, app))
    .map(({ region, state, config, ...rest }) => {
      const { cordoned } = rest as unknown as { cordoned: boolean };
      return `${region} ${state} ${config.image.at(-1)}${cordoned ? " cordoned" : ""}`;
    })
    .sort();
const all = (letter: string) => [`iad started ${letter}`, `lhr started ${letter}`, `lhr started ${letter}`];

/** Nobody waited for those of `immediate`. */
async function whenStarted(): Promise<void> {
  for (const { id } of await machinesOf(local, app))
    await send(local.fly, "GET", `/v1/apps/${app}/machines/${id}/wait?state=started`);
}

/** The run dies: from the k-th call of an operation on Fly answers nothing any more. */
async function dying(state: State, next: Properties, operation: string, skip: number): Promise<State> {
  await arm(local.fly, operation, { kind: "status", status: 503, skip, times: 60 });
  const error = await local.engine.update(state, next, true).catch((thrown) => thrown);
  local.fly.faults.clear();
  local.fly.clock.advance(120_000);
  return { ...state, outputs: halfMade(error).outputs };
}

test.each(["rolling", "canary", "bluegreen", "immediate"])(
  "%s: all machines end with the release, and nothing is left over",
  async (strategy) => {
    const state = await deploy(strategy);
    const updated = await local.engine.update(state, args(strategy, "b"));
    await whenStarted();
    expect(await there()).toEqual(all("b"));
    expect(updated.outputs["release"]).toMatchObject({ version: 2 });
    expect((await local.engine.refresh(updated))?.drift).toEqual({});
    const since = await journalEnd(local.fly);
    await local.engine.update(updated, args(strategy, "b"), true);
    expect(await mutations(local.fly, since)).toEqual([]);
  },
);

test("bluegreen makes all machines anew, hidden until all are healthy, and ends the old ones", async () => {
  const state = await deploy("bluegreen");
  const since = await journalEnd(local.fly);
  const updated = await local.engine.update(state, args("bluegreen", "b"));
  const before = state.outputs["machineIds"] as string[];
  expect((updated.outputs["machineIds"] as string[]).filter((id) => before.includes(id))).toEqual([]);
  const done = await mutations(local.fly, since);
  const [made, shown, hidden] = ["Machines_create", "Machines_uncordon", "Machines_cordon"].map((operation) => [
    done.indexOf(operation),
    done.lastIndexOf(operation),
  ]);
  expect(made?.[1]).toBeLessThan(shown?.[0] ?? 0);
  expect(shown?.[1]).toBeLessThan(hidden?.[0] ?? 0);
});

test.each(["canary", "bluegreen"])(
  "%s: a release that does not come up leaves the machines that serve untouched",
  async (strategy) => {
    const state = await deploy(strategy);
    const before = await machinesOf(local, app);
    await happen(local.fly, { kind: "failing-image", ...image("c") });
    const error = await local.engine.update(state, args(strategy, "c")).catch((thrown) => thrown);
    expect(halfMade(error).reasons[0]).toMatch(/its checks did not pass within 1s/);
    const after = await machinesOf(local, app);
    expect(after.map(({ id, instance_id }) => [id, instance_id])).toEqual(
      before.map(({ id, instance_id }) => [id, instance_id]),
    );
    expect(await there()).toEqual(all("a"));
  },
);

test("immediate waits for no check, and goes back from nothing", async () => {
  const state = await deploy("immediate");
  await happen(local.fly, { kind: "failing-image", ...image("c") });
  await local.engine.update(state, args("immediate", "c"));
  expect((await machinesOf(local, app)).map(({ config }) => config.image.at(-1))).toEqual(["c", "c", "c"]);
});

const deaths: [operation: string, skip: number][] = [
  ["Machines_create", 1],
  ["Machines_uncordon", 0],
  ["Machines_uncordon", 1],
  ["Machines_cordon", 1],
  ["Machines_stop", 0],
  ["Machines_delete", 0],
  ["Machines_delete", 1],
];

test.each(deaths)(
  "bluegreen that died at %s %i is ended by the next up with the same machines",
  async (operation, skip) => {
    const state = await deploy("bluegreen");
    const died = await dying(state, args("bluegreen", "b"), operation, skip);
    const greens = (await machinesOf(local, app))
      .filter(({ config }) => config.image.endsWith("b"))
      .map(({ id }) => id);
    const ended = await local.engine.update(died, args("bluegreen", "b"), true);
    expect(await there()).toEqual(all("b"));
    expect(ended.outputs["machineIds"]).toEqual(expect.arrayContaining(greens));
    expect((await local.engine.refresh(ended))?.drift).toEqual({});
  },
);

test.each(deaths)(
  "bluegreen that died at %s %i is undone when the program says again what it said",
  async (operation, skip) => {
    const state = await deploy("bluegreen");
    const died = await dying(state, args("bluegreen", "b"), operation, skip);
    const undone = await local.engine.update(died, args("bluegreen", "a"), true);
    expect(await there()).toEqual(all("a"));
    expect((await local.engine.refresh(undone))?.drift).toEqual({});
  },
);

test.each(deaths)("bluegreen that died at %s %i is followed by yet another release", async (operation, skip) => {
  const state = await deploy("bluegreen");
  const died = await dying(state, args("bluegreen", "b"), operation, skip);
  await local.engine.update(died, args("rolling", "d"), true);
  expect(await there()).toEqual(all("d"));
});

test.each([
  ["Machines_create", 0],
  ["Machines_update", 0],
  ["Machines_update", 2],
  ["Machines_delete", 0],
] as const)("a canary of a run that died at %s %i is gone after the next up", async (operation, skip) => {
  const state = await deploy("canary");
  const died = await dying(state, args("canary", "b"), operation, skip);
  await local.engine.update(died, args("canary", "b"), true);
  expect(await there()).toEqual(all("b"));
});

test("a canary of a dead run does not stay where the program is taken back", async () => {
  const state = await deploy("canary");
  const died = await dying(state, args("canary", "b"), "Machines_update", 1);
  await local.engine.update(died, args("rolling", "a"), true);
  expect(await there()).toEqual(all("a"));
});

test("a refresh tells of what a dead rollout has left", async () => {
  const state = await deploy("bluegreen");
  const died = await dying(state, args("bluegreen", "b"), "Machines_uncordon", 1);
  const told = halfMade(await local.engine.refresh(died).catch((error) => error));
  expect(told.reasons[0]).toMatch(/the last rollout of web ended early/);
});

test("a slot that moves has its new machine before the old one goes", async () => {
  const state = await deploy("rolling");
  const since = await journalEnd(local.fly);
  const slots = [
    { name: "iad-0", region: "ord" },
    { name: "lhr-0", region: "lhr" },
    { name: "lhr-1", region: "lhr" },
  ];
  const moved = await local.engine.update(state, args("rolling", "a", { slots }));
  expect((await there())[2]).toBe("ord started a");
  const done = await mutations(local.fly, since);
  expect(done.indexOf("Machines_create")).toBeLessThan(done.indexOf("Machines_delete"));
  expect((await local.engine.refresh(moved))?.drift).toEqual({});
});

test("a rolling update takes down no more than maxUnavailable at a time, the stopped ones beside them", async () => {
  app = `strategy-${++count}`;
  await local.engine.create("App", app, { name: app });
  const slots = Array.from({ length: 7 }, (_, index) => ({ name: `iad-${index}`, region: "iad" }));
  const of = (letter: string) => args("rolling", letter, { slots, deploy: { maxUnavailable: 2 } });
  const state = await local.engine.create("ProcessGroup", "web", of("a"));
  const [, second] = await machinesOf(local, app);
  await happen(local.fly, { kind: "exit", app, machine: second?.id, exitCode: 0 });
  await local.engine.update(state, of("b"));
  expect((await machinesOf(local, app)).map(({ config }) => config.image.at(-1))).toEqual(Array(7).fill("b"));
});
