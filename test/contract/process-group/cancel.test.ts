import { expect, test } from "vitest";
import { Engine, halfMade, secret } from "../../support/engine.ts";
import { groupArgs, machinesOf } from "../../support/group.ts";
import { happen, send, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();

test("a rollout that is cancelled says what exists, gives its leases back, and the next one finishes it", async () => {
  const { engine, fly } = local;
  await engine.create("App", "halt", { name: "halt" });
  const state = await engine.create("ProcessGroup", "web", groupArgs("halt"));
  const next = groupArgs("halt", {}, { image: "registry.fly.io/shop:never-healthy" });
  await happen(fly, { kind: "failing-image", image: "registry.fly.io/shop:never-healthy" });

  const cancelled = await Engine.start({ flapsUrl: fly.url, token: secret(fly.token) });
  const update = cancelled.update(state, next).catch((error) => error);
  // Cancelled when the first machine has the new config and its checks are awaited.
  for (;;) {
    const [first] = await machinesOf(local, "halt");
    if (first?.config.image.endsWith("never-healthy")) break;
  }
  await cancelled.cancel();
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
