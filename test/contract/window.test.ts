import { beforeAll, describe, expect, test } from "vitest";
import { startEmulator } from "../../emulator/index.ts";
import type { Properties } from "../../provider/value.ts";
import { Engine, secret } from "../support/engine.ts";
import { groupArgs, machinesOf } from "../support/group.ts";
import { control, journalEnd, mutations, send, withLocalFly } from "../support/local-fly.ts";

// What was just made is not found at once, what is gone still holds on: at Fly sometimes, here always.
describe("with windows on", () => {
  const local = withLocalFly();
  beforeAll(() => control(local.fly, "POST", "switches", { windows: "on" }));

  test("an app, a group and its next image come up, and leave no drift", async () => {
    await local.engine.create("App", "web", { name: "seen" });
    const state = await local.engine.create("ProcessGroup", "web", groupArgs("seen"));
    expect((await local.engine.refresh(state))?.drift).toEqual({});
    const next = groupArgs("seen", {}, { image: `registry.fly.io/shop@sha256:${"b".repeat(64)}` });
    const updated = await local.engine.update(state, next);
    expect(updated.outputs["machineIds"]).toEqual(state.outputs["machineIds"]);
    expect((await local.engine.refresh(updated))?.drift).toEqual({});
  });

  test("a lost create answer leaves one app, though it is not shown yet", async () => {
    await control(local.fly, "POST", "faults", { operation: "Apps_create", kind: "lose-response", times: 1 });
    const app = await local.engine.create("App", "lost", { name: "lost" });
    expect(app.outputs).toMatchObject({ hostname: "lost.fly.dev" });
  });

  test("a machine is made anew on a volume that the one before it still holds", async () => {
    await local.engine.create("App", "store", { name: "store" });
    const volume = await local.engine.create("Volume", "data", {
      app: "store",
      name: "data",
      region: "iad",
      sizeGb: 3,
    });
    const args: Properties = {
      ...groupArgs("store", {}, { mounts: [{ path: "/data" }] }),
      slots: [{ name: "iad-0", region: "iad", volume: volume.id }],
    };
    const state = await local.engine.create("ProcessGroup", "web", args);
    const [before] = await machinesOf(local, "store");
    await send(local.fly, "DELETE", `/v1/apps/store/machines/${before?.id}?force=true`);
    await send(local.fly, "GET", `/v1/apps/store/machines/${before?.id}/wait?state=destroyed`);
    const since = await journalEnd(local.fly);
    const refreshed = (await local.engine.refresh(state)) ?? state;
    await local.engine.update(refreshed, args);
    const [after, ...others] = await machinesOf(local, "store");
    expect(others).toEqual([]);
    expect(after?.config.mounts?.[0]?.volume).toBe(volume.id);
    // The first was refused, which is what this test is about.
    expect((await mutations(local.fly, since)).filter((operation) => operation === "Machines_create")).toHaveLength(2);
  });
});

test("a group comes up where windows close by real time", async () => {
  const fly = await startEmulator({ profile: "fly/10", checksAnswers: true });
  const engine = await Engine.start({ flapsUrl: fly.url, token: secret(fly.token) });
  try {
    await engine.create("App", "real", { name: "real" });
    const state = await engine.create("ProcessGroup", "web", groupArgs("real"));
    expect(state.outputs["machineIds"]).toHaveLength(3);
    expect((await engine.refresh(state))?.drift).toEqual({});
  } finally {
    await fly.close();
  }
}, 60_000);

test("bluegreen gives Fly's proxy time to learn of the new machines, and to forget the old ones before they stop", async () => {
  const fly = await startEmulator({ profile: "fly/10", checksAnswers: true });
  const engine = await Engine.start({ flapsUrl: fly.url, token: secret(fly.token) });
  try {
    await engine.create("App", "green", { name: "green" });
    const args = (tag: string) =>
      groupArgs("green", { deploy: { strategy: "bluegreen" } }, { image: `registry.fly.io/green:${tag}` });
    const state = await engine.create("ProcessGroup", "web", args("a"));
    const since = await journalEnd(fly);
    await engine.update(state, args("b"));
    const { entries } = (await send(fly, "GET", `/_local/journal?since=${since}`)) as {
      entries: { operation: string; at: string }[];
    };
    const times = (operation: string) =>
      entries.filter((entry) => entry.operation === `Machines_${operation}`).map(({ at }) => Date.parse(at));
    const shown = Math.max(...times("uncordon"));
    const hidden = times("cordon");
    // Ten seconds of Fly's each.
    expect(Math.min(...hidden) - shown).toBeGreaterThanOrEqual(990);
    expect(Math.min(...times("stop")) - Math.max(...hidden)).toBeGreaterThanOrEqual(990);
  } finally {
    await fly.close();
  }
}, 60_000);
