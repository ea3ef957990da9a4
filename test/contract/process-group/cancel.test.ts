import { expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import { anotherRun, cancelledAtEachCall, type Ended, goOn, leased, type Up } from "../../support/cancel.ts";
import { halfMade, type State } from "../../support/engine.ts";
import { groupArgs, machinesOf } from "../../support/group.ts";
import { happen, send, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();

test("a rollout that is cancelled says what exists, gives its leases back, and the next one finishes it", async () => {
  const { engine, fly } = local;
  await engine.create("App", "halt", { name: "halt" });
  const state = await engine.create("ProcessGroup", "web", groupArgs("halt"));
  const next = groupArgs("halt", {}, { image: "registry.fly.io/shop:never-healthy" });
  await happen(fly, { kind: "failing-image", image: "registry.fly.io/shop:never-healthy" });

  const run = await anotherRun(local);
  const update = run.update(state, next).catch((error) => error);
  // Cancelled when the first machine has the new config and its checks are awaited.
  for (;;) {
    const [first] = await machinesOf(local, "halt");
    if (first?.config.image.endsWith("never-healthy")) break;
  }
  await run.cancel();
  const half = halfMade(await update);
  expect(half.id).toBe("halt/web");
  expect(half.outputs["machineIds"]).toEqual(state.outputs["machineIds"]);
  for (const { id } of await machinesOf(local, "halt")) {
    await expect(send(fly, "GET", `/v1/apps/halt/machines/${id}/lease`)).rejects.toThrow("404");
  }

  const finished = await engine.update({ ...state, outputs: half.outputs }, groupArgs("halt"), true);
  expect(new Set((await machinesOf(local, "halt")).map(({ config }) => config.image)).size).toBe(1);
  expect((await engine.refresh(finished))?.drift).toEqual({});
});

const slots = (...names: string[]) => names.map((name) => ({ name, region: name.slice(0, 3) }));
const args = (app: string, image: string, deploy: Properties = {}, names = ["iad-0", "lhr-0"]) =>
  groupArgs(app, { slots: slots(...names), deploy }, { image: `registry.fly.io/shop:${image}` });

/** Ids of what is there, and of what the state has. */
const idsOf = (half: Ended["half"]) => ((half?.outputs["machineIds"] ?? []) as string[]).toSorted();

/** Nobody holds what is there, all of it is known, and the next `up` has one machine a slot, with what is declared. */
const continues = (app: string, up: Up) => async (ended: Ended) => {
  const { at, error, half, kept } = ended;
  expect(await leased(local, app), `leases left, cancelled at ${at}`).toEqual([]);
  const there = (await machinesOf(local, app)).map(({ id }) => id);
  expect(there, `machines of the state that are not there, cancelled at ${at}`).toEqual(
    expect.arrayContaining(idsOf(half)),
  );
  if (up.before === undefined && error !== undefined) {
    expect(idsOf(half), `machines the state lacks, cancelled at ${at}`).toEqual(there.toSorted());
  }
  if (error !== undefined) expect(error.message, at).toMatch(half === undefined ? /cancelled/ : /./);
  const run = await anotherRun(local);
  const finished = await goOn(run, up, kept);
  const { slots, config } = up.args as unknown as { slots: { name: string }[]; config: { image: string } };
  const machines = await machinesOf(local, app);
  expect(machines.map(({ config }) => config.metadata["airworthy_slot"]).toSorted(), `after ${at}`).toEqual(
    slots.map(({ name }) => name).toSorted(),
  );
  expect(new Set(machines.map(({ config }) => config.image)), `after ${at}`).toEqual(new Set([config.image]));
  expect(
    machines.map(({ cordoned = false }) => cordoned),
    `after ${at}`,
  ).toEqual(slots.map(() => false));
  expect(finished?.outputs["machineIds"], `after ${at}`).toHaveLength(machines.length);
  expect((await run.refresh(finished as State))?.drift, `after ${at}`).toEqual({});
  expect(await leased(local, app), `leases left after ${at}`).toEqual([]);
};

test("a first up that is cancelled at any of its calls says what exists, and the next one has each machine once", async () => {
  await local.engine.create("App", "first", { name: "first" });
  const up = { type: "ProcessGroup", name: "web", args: args("first", "1") };
  expect(await cancelledAtEachCall(local, up, continues("first", up))).toBeGreaterThanOrEqual(6);
}, 120_000);

test.each(["rolling", "canary", "bluegreen", "immediate"])(
  "an update by %s that is cancelled at any of its calls is finished by the next one",
  async (strategy) => {
    const app = `each-${strategy}`;
    await local.engine.create("App", app, { name: app });
    const before = await local.engine.create("ProcessGroup", "web", args(app, "1", { strategy }));
    const up = { type: "ProcessGroup", name: "web", before, args: args(app, "2", { strategy }) };
    expect(await cancelledAtEachCall(local, up, continues(app, up))).toBeGreaterThanOrEqual(12);
  },
  120_000,
);

test("scaling down that is cancelled at any of its calls is finished by the next up", async () => {
  await local.engine.create("App", "fewer", { name: "fewer" });
  const before = await local.engine.create("ProcessGroup", "web", args("fewer", "1", {}, ["iad-0", "lhr-0", "lhr-1"]));
  const up = { type: "ProcessGroup", name: "web", before, args: args("fewer", "1", {}, ["iad-0"]) };
  expect(await cancelledAtEachCall(local, up, continues("fewer", up))).toBeGreaterThanOrEqual(10);
}, 120_000);

test("a destroy that is cancelled at any of its calls leaves no lease, and the next one ends it", async () => {
  await local.engine.create("App", "ended", { name: "ended" });
  const before = await local.engine.create("ProcessGroup", "web", args("ended", "1"));
  const up = { type: "ProcessGroup", name: "web", before };
  const points = await cancelledAtEachCall(local, up, async ({ at, error }) => {
    expect(await leased(local, "ended"), `leases left, cancelled at ${at}`).toEqual([]);
    if (error) await goOn(await anotherRun(local), up, before);
    expect(await machinesOf(local, "ended"), `after ${at}`).toEqual([]);
  });
  expect(points).toBeGreaterThanOrEqual(12);
}, 120_000);
