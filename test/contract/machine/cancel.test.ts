import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import { anotherRun, cancelledAtEachCall, type Ended, goOn, leased, type Up } from "../../support/cancel.ts";
import { halfMade, type State } from "../../support/engine.ts";
import { machinesOf } from "../../support/group.ts";
import { arm, happen, send, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();

const args = (app: string, image: string): Properties => ({
  ...{ app, name: "report", region: "iad" },
  config: { image, checks: { alive: { type: "tcp", port: 9000 } } },
});

test("a change that is cancelled says what exists, gives its lease back, and the next one finishes it", async () => {
  const { engine, fly } = local;
  await engine.create("App", "halt", { name: "halt" });
  const state = await engine.create("Machine", "report", args("halt", "registry.fly.io/shop:1"));
  await happen(fly, { kind: "failing-image", image: "registry.fly.io/shop:never-healthy" });
  const run = await anotherRun(local);
  const update = run.update(state, args("halt", "registry.fly.io/shop:never-healthy")).catch((error) => error);
  for (;;) if ((await machinesOf(local, "halt"))[0]?.config.image.endsWith("never-healthy")) break;
  await run.cancel();
  const half = halfMade(await update);
  expect(half.id).toBe(state.id);
  await expect(send(fly, "GET", `/v1/apps/halt/machines/${state.outputs["machineId"]}/lease`)).rejects.toThrow("404");
  const finished = await engine.update(
    { ...state, outputs: half.outputs },
    args("halt", "registry.fly.io/shop:1"),
    true,
  );
  expect((await machinesOf(local, "halt")).map(({ config }) => config.image)).toEqual(["registry.fly.io/shop:1"]);
  expect((await engine.refresh(finished))?.drift).toEqual({});
});

test("a create that is cancelled when its answer was lost leaves no machine that the state does not have", async () => {
  const { engine, fly } = local;
  await engine.create("App", "stop", { name: "stop" });
  await arm(fly, "Machines_create", { kind: "lose-response" });
  // The first look is before the create, the second for what it made.
  await arm(fly, "Machines_list", { kind: "status", status: 500, skip: 1, times: 3 });
  const run = await anotherRun(local);
  const create = run.create("Machine", "report", args("stop", "registry.fly.io/shop:1")).catch((error) => error);
  while (fly.faults.unspent().find(({ operation }) => operation === "Machines_list")?.times === 3) await setImmediate();
  await run.cancel();
  const half = halfMade(await create);
  expect(half.reasons[0]).toMatch(/the update was cancelled/);
  expect((await machinesOf(local, "stop")).map(({ id }) => id)).toEqual([half.outputs["machineId"]]);
});

/** What is there belongs to the state, nobody holds it, and the next `up` has exactly one machine with what is declared. */
const continues = (app: string, up: Up, image: string) => async (ended: Ended) => {
  const { at, half, kept } = ended;
  const there = (await machinesOf(local, app)).map(({ id }) => id);
  expect(await leased(local, app), `leases left, cancelled at ${at}`).toEqual([]);
  const known = (half?.outputs ?? kept?.outputs)?.["machineId"];
  expect(there, `machines, cancelled at ${at}`).toEqual(known === undefined ? [] : [known]);
  const run = await anotherRun(local);
  const finished = await goOn(run, up, kept);
  expect(
    (await machinesOf(local, app)).map(({ config }) => config.image),
    `after ${at}`,
  ).toEqual([image]);
  expect((await run.refresh(finished as State))?.drift, `after ${at}`).toEqual({});
  expect(await leased(local, app)).toEqual([]);
};

test("a create that is cancelled at any of its calls says what exists, and the next up has one machine", async () => {
  await local.engine.create("App", "each", { name: "each-create" });
  const up = { type: "Machine", name: "report", args: args("each-create", "registry.fly.io/shop:1") };
  const points = await cancelledAtEachCall(local, up, continues("each-create", up, "registry.fly.io/shop:1"));
  expect(points).toBeGreaterThanOrEqual(4);
});

test("an update that is cancelled at any of its calls says what exists, and the next up finishes it", async () => {
  await local.engine.create("App", "each", { name: "each-update" });
  const before = await local.engine.create("Machine", "report", args("each-update", "registry.fly.io/shop:1"));
  const up = { type: "Machine", name: "report", before, args: args("each-update", "registry.fly.io/shop:2") };
  const points = await cancelledAtEachCall(local, up, continues("each-update", up, "registry.fly.io/shop:2"));
  expect(points).toBeGreaterThanOrEqual(8);
});
