import { expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import { availability, least, violations } from "../../support/availability.ts";
import type { State } from "../../support/engine.ts";
import { groupArgs } from "../../support/group.ts";
import { happen, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();
const image = (letter: string) => `registry.fly.io/shop@sha256:${letter.repeat(64)}`;
const [before, next] = [image("a"), image("b")];
let count = 0;
let app = "";

const slotsOf = (regions: string[]) => regions.map((region, index) => ({ name: `slot-${index}`, region }));
const six = slotsOf(["iad", "iad", "iad", "lhr", "lhr", "lhr"]);

const args = (deploy: Properties, image: string, slots: Properties[] = six) =>
  groupArgs(app, { slots, deploy: { waitTimeout: "20s", ...deploy } }, { image });

/** A group that serves, and has done so for a while. */
async function serving(deploy: Properties, slots?: Properties[]): Promise<State> {
  app = `served-${++count}`;
  await local.engine.create("App", app, { name: app });
  const state = await local.engine.create("ProcessGroup", "web", args(deploy, before, slots));
  local.fly.clock.advance(600_000);
  local.fly.world.settle();
  return state;
}

/** What is said of the group's machines while something is done, and until all has settled. */
async function during(change: () => Promise<unknown>) {
  const since = local.fly.clock.now();
  await change();
  local.fly.clock.advance(600_000);
  local.fly.world.settle();
  return local.fly.world.timeline.entries(app, since);
}

const last = (entries: Parameters<typeof availability>[0]) => availability(entries, "web").at(-1)?.serving;

async function failing(state: State, inputs: Properties): Promise<void> {
  await happen(local.fly, { kind: "failing-image", image: next });
  await expect(local.engine.update(state, inputs)).rejects.toThrow();
  await happen(local.fly, { kind: "failing-image", image: next, over: true });
}

test.each([
  [1, 5],
  [2, 4],
  ["33%", 5],
  ["34%", 4],
  ["50%", 3],
] as const)(
  "rolling, %s unavailable: at no instant do fewer than %i of six serve",
  async (maxUnavailable, promised) => {
    const deploy = { strategy: "rolling", maxUnavailable };
    const state = await serving(deploy);
    const entries = await during(() => local.engine.update(state, args(deploy, next)));
    expect(violations(entries, "web", promised)).toEqual([]);
    // Were the window not used, nothing would be proven of it.
    expect(least(availability(entries, "web")).serving).toBe(promised);
    expect(last(entries)).toBe(6);
  },
);

test.each(["canary", "bluegreen"])("%s: at no instant do fewer than all six serve", async (strategy) => {
  const state = await serving({ strategy });
  const entries = await during(() => local.engine.update(state, args({ strategy }, next)));
  expect(violations(entries, "web", 6)).toEqual([]);
  expect(last(entries)).toBe(6);
  expect(new Set(entries.map(({ machine }) => machine)).size).toBe(strategy === "canary" ? 7 : 12);
});

test("immediate promises nothing: there is an instant at which nobody is served", async () => {
  const deploy = { strategy: "immediate" };
  const state = await serving(deploy);
  const entries = await during(() => local.engine.update(state, args(deploy, next)));
  expect(least(availability(entries, "web")).serving).toBe(0);
  expect(last(entries)).toBe(6);
});

test.each([
  ["rolling", 5],
  ["canary", 6],
  ["bluegreen", 6],
])("%s, a release that never comes up and is taken back: never fewer than %i of six", async (strategy, promised) => {
  const deploy = { strategy, maxUnavailable: 1, waitTimeout: "1s" };
  const state = await serving(deploy);
  const entries = await during(() => failing(state, args(deploy, next)));
  expect(violations(entries, "web", promised)).toEqual([]);
  expect(last(entries)).toBe(6);
});

test.each(["rolling", "canary", "bluegreen"])("%s, from six to three: never fewer than three", async (strategy) => {
  const state = await serving({ strategy });
  const entries = await during(() => local.engine.update(state, args({ strategy }, before, six.slice(0, 3))));
  expect(violations(entries, "web", 3)).toEqual([]);
  expect(last(entries)).toBe(3);
});

test.each([
  ["rolling", 2],
  ["canary", 3],
  ["bluegreen", 3],
])("%s, from six to three with a new release: never fewer than %i", async (strategy, promised) => {
  const deploy = { strategy, maxUnavailable: 1 };
  const state = await serving(deploy);
  const entries = await during(() => local.engine.update(state, args(deploy, next, six.slice(0, 3))));
  expect(violations(entries, "web", promised)).toEqual([]);
  expect(last(entries)).toBe(3);
});

const moved = slotsOf(["iad", "iad", "fra", "lhr", "lhr", "ams"]);

test.each(["rolling", "canary", "bluegreen"])("%s, slots that move: never fewer than all six", async (strategy) => {
  const state = await serving({ strategy });
  const entries = await during(() => local.engine.update(state, args({ strategy }, before, moved)));
  expect(violations(entries, "web", 6)).toEqual([]);
  expect(last(entries)).toBe(6);
});

test("a machine that is cordoned, unhealthy or being stopped does not serve", async () => {
  await serving({});
  const [first] = local.fly.world.machines.of(app);
  if (first === undefined) throw new Error("there is no machine");
  const check = { kind: "check", app, machine: first.id, check: "servicecheck-00-http-8080" };
  const script = [
    { status: "critical", afterMs: 5_000 },
    { status: "passing", afterMs: 9_000 },
  ];
  const since = local.fly.clock.now();
  const entries = await during(() => happen(local.fly, { ...check, script }));
  const steps = availability(entries, "web").map(({ at, serving }) => [Math.round((at - since) / 1000), serving]);
  expect(steps).toEqual([
    [0, 6],
    [5, 5],
    [9, 6],
  ]);
});
