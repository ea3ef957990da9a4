import { expect, test } from "vitest";
import type { TimelineEntry } from "../../emulator/timeline.ts";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const checks = { alive: { type: "tcp", port: 80, interval: "10s", grace_period: "5s" } };
const metadata = { airworthy_group: "web", airworthy_slot: "iad-0" };
const config = { image: "nginx", checks, metadata };

const entries = async (since?: number): Promise<TimelineEntry[]> =>
  (await local.caller.get(`/_local/timeline?app=shop${since === undefined ? "" : `&since=${since}`}`)).body.entries;

/** Entries in words, with seconds since the first of them. */
const told = (all: TimelineEntry[]) =>
  all.map(({ at, state, passing, cordoned, gone }) => {
    const seconds = Math.round((at - (all[0]?.at ?? 0)) / 1000);
    const words = [seconds, state, passing && "passing", cordoned && "cordoned", gone && "gone"];
    return words.filter((word) => word !== false).join(" ");
  });

test("what time brought while nobody looked stands at its own moments, checks too", async () => {
  const { id } = await local.caller.machine(await local.caller.app(), { config });
  await local.caller.pass(600_000);
  const all = await entries();
  expect(told(all)).toEqual(["0 created", "6 starting", "7 started", "23 started passing"]);
  expect(all[0]).toMatchObject({ machine: id, region: "iad", group: "web", slot: "iad-0" });
});

test("an update, a cordon and the end of a machine are in it", async () => {
  const { path } = await local.caller.machine(await local.caller.app(), { config });
  await local.caller.pass(60_000);
  await local.caller.post(path, { config });
  await local.caller.pass(60_000);
  await local.caller.post(`${path}/cordon`);
  await local.caller.delete(`${path}?force=true`);
  await local.caller.pass(60_000);
  expect(told(await entries())).toEqual([
    ...["0 created", "6 starting", "7 started", "23 started passing"],
    ...["60 replacing", "61 stopped", "67 starting", "68 started", "84 started passing"],
    ...["120 started passing cordoned", "120 destroying cordoned", "122 destroyed cordoned gone"],
  ]);
});

test("a machine without checks passes while it runs, one whose app goes is gone with it", async () => {
  await local.caller.machine(await local.caller.app(), { skip_service_registration: true });
  await local.caller.pass(60_000);
  await local.caller.delete("/v1/apps/shop?force=true");
  await local.caller.pass(600_000);
  const all = told(await entries());
  expect(all.slice(0, 3)).toEqual(["0 created cordoned", "6 starting cordoned", "7 started passing cordoned"]);
  expect(all.at(-1)).toMatch(/gone$/);
});

test("scripted checks and images that begin to fail are in it from then on", async () => {
  const { id } = await local.caller.machine(await local.caller.app(), { config });
  await local.caller.pass(60_000);
  const script = [
    { status: "critical", afterMs: 10_000 },
    { status: "passing", afterMs: 20_000 },
  ];
  await local.caller.event({ kind: "check", app: "shop", machine: id, check: "alive", script });
  await local.caller.pass(60_000);
  await local.caller.event({ kind: "failing-image", image: "nginx" });
  const { path } = await local.caller.machine("/v1/apps/shop", { config });
  await local.caller.pass(60_000);
  const all = await entries();
  expect(told(all.filter(({ machine }) => machine === id)).slice(3)).toEqual([
    ...["23 started passing", "70 started", "80 started passing"],
  ]);
  expect(told(all.filter(({ machine }) => path.endsWith(machine)))).toEqual(["0 created", "6 starting", "7 started"]);
});

test("from a moment on, what was so then comes first", async () => {
  await local.caller.machine(await local.caller.app(), { config });
  await local.caller.pass(60_000);
  const since = Math.floor(local.fly.clock.now());
  const { path } = await local.caller.machine("/v1/apps/shop", { config });
  await local.caller.post(`${path}/cordon`);
  const all = await entries(since);
  expect(told(all)).toEqual(["0 started passing", "0 created", "0 created cordoned"]);
  expect(all[0]?.at).toBe(since);
});

test("it is bounded, and what it forgets leaves each machine as it was", async () => {
  const app = await local.caller.app();
  const quiet = await local.caller.machine(app, {}, "started");
  const { id } = await local.caller.machine(app, {}, "started");
  const machine = local.fly.world.machines.get(id);
  if (machine === undefined) throw new Error("there is no machine");
  for (let turn = 0; turn < 50_000; turn++) {
    machine.cordoned = !machine.cordoned;
    local.fly.world.timeline.note(machine, local.fly.clock.now() + turn);
  }
  await local.caller.pass(60_000);
  const all = await entries();
  expect(all.length).toBeLessThan(30_000);
  expect(all.filter((entry) => entry.machine === quiet.id).at(-1)).toMatchObject({ state: "started", passing: true });
});
