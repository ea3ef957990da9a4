import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();
const day = 86_400_000;

async function mounted(body: Record<string, unknown> = {}) {
  const app = await local.caller.app();
  const volume = await local.caller.volume(app, body);
  const config = { image: "nginx", mounts: [{ volume: volume.id, path: "/data" }] };
  const machine = await local.caller.machine(app, { config }, "started");
  const snapshots = async () => (await local.caller.get(`${volume.path}/snapshots`)).body;
  return { ...volume, app, machine, snapshots };
}

type Snapshot = { id: string; created_at: string; status: string };

test("three days bring three snapshots, a day apart", async () => {
  const { snapshots } = await mounted();
  await local.caller.pass(3 * day);
  await local.caller.pass(60_000);
  const found: Snapshot[] = await snapshots();
  const moments = found.map(({ created_at }) => Date.parse(created_at));
  expect(found.map(({ status }) => status)).toEqual(["created", "created", "created"]);
  expect(moments.map((moment, index) => moment - (moments[index + 1] ?? moment - day))).toEqual([day, day, day]);
});

test("a snapshot that was kept as long as it should be is gone, however it was made", async () => {
  const { path, snapshots } = await mounted({ snapshot_retention: 2 });
  await local.caller.post(`${path}/snapshots`);
  await local.caller.pass(60_000);
  const [byHand]: Snapshot[] = await snapshots();
  await local.caller.pass(day);
  expect((await snapshots()).map(({ id }: Snapshot) => id)).toContain(byHand?.id);
  await local.caller.pass(2 * day);
  const left: Snapshot[] = await snapshots();
  expect(left).toHaveLength(2);
  expect(left.map(({ id }) => id)).not.toContain(byHand?.id);
  const fresh = { name: "copy", region: "iad", size_gb: 1, snapshot_id: byHand?.id };
  expect((await local.caller.post("/v1/apps/shop/volumes", fresh)).status).toBe(404);
});

test("how long a snapshot is kept was settled when it was taken", async () => {
  const { path, snapshots } = await mounted({ snapshot_retention: 1 });
  await local.caller.pass(day + 1000);
  await local.caller.send("PUT", path, { snapshot_retention: 60 });
  await local.caller.pass(day);
  expect((await snapshots()).map(({ retention_days }: { retention_days: number }) => retention_days)).toEqual([60]);
});

test("what was never mounted, or has them off, has none; switched on again a day is counted from then", async () => {
  const { app, snapshots, path } = await mounted({ auto_backup_enabled: false });
  const bare = await local.caller.volume(app, { name: "bare" });
  await local.caller.pass(3 * day);
  expect((await local.caller.get(`${bare.path}/snapshots`)).body).toEqual([]);
  expect(await snapshots()).toEqual([]);
  await local.caller.send("PUT", path, { auto_backup_enabled: true });
  await local.caller.pass(day / 2);
  expect(await snapshots()).toEqual([]);
  await local.caller.pass(day / 2);
  expect(await snapshots()).toHaveLength(1);
});

test("ten years of sleep are made up for by those that would still be kept", async () => {
  const { snapshots } = await mounted();
  await local.caller.pass(3.2e11);
  expect((await snapshots()).length).toBeGreaterThanOrEqual(4);
  expect((await snapshots()).length).toBeLessThanOrEqual(5);
});
