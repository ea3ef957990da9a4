import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import { Engine, halfMade, secret } from "../../support/engine.ts";
import { machinesOf } from "../../support/group.ts";
import { arm, happen, send, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();

const args = (app: string, image: string): Properties => ({
  ...{ app, name: "report", region: "iad" },
  config: { image, checks: { alive: { type: "tcp", port: 9000 } } },
});

/** A second run, which is cancelled. */
const anotherRun = () => Engine.start({ flapsUrl: local.fly.url, token: secret(local.fly.token) });

test("a change that is cancelled says what exists, gives its lease back, and the next one finishes it", async () => {
  const { engine, fly } = local;
  await engine.create("App", "halt", { name: "halt" });
  const state = await engine.create("Machine", "report", args("halt", "registry.fly.io/shop:1"));
  await happen(fly, { kind: "failing-image", image: "registry.fly.io/shop:never-healthy" });
  const run = await anotherRun();
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
  const run = await anotherRun();
  const create = run.create("Machine", "report", args("stop", "registry.fly.io/shop:1")).catch((error) => error);
  while (fly.faults.unspent().find(({ operation }) => operation === "Machines_list")?.times === 3) await setImmediate();
  await run.cancel();
  const half = halfMade(await create);
  expect(half.reasons[0]).toMatch(/the update was cancelled/);
  expect((await machinesOf(local, "stop")).map(({ id }) => id)).toEqual([half.outputs["machineId"]]);
});
