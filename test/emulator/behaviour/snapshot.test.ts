import { expect } from "vitest";
import type { Local } from "../local-fly.ts";
import { behaviour } from "./behaviour.ts";

/** A volume of 2 GB that a machine has mounted. */
async function mounted({ caller }: Local) {
  const app = await caller.app();
  const volume = await caller.volume(app, { size_gb: 2 });
  const config = { image: "nginx", mounts: [{ volume: volume.id, path: "/data" }] };
  return { app, ...volume, machine: await caller.machine(app, { config }, "started") };
}

/** The same with a snapshot that is done. */
async function snapped(local: Local) {
  const volume = await mounted(local);
  await local.caller.post(`${volume.path}/snapshots`);
  for (let reads = 0; reads < 3; reads++) await local.caller.get(`${volume.path}/snapshots`);
  const [snapshot] = (await local.caller.get(`${volume.path}/snapshots`)).body;
  return { ...volume, snapshot };
}

const states = async ({ caller }: Local, path: string, first: string) => {
  const seen = [first];
  for (let reads = 0; reads < 4; reads++) {
    const { state } = (await caller.get(path)).body;
    if (state !== seen.at(-1)) seen.push(state);
  }
  return seen;
};

behaviour(105, async (local) => {
  const { path } = await mounted(local);
  const { status, body } = await local.caller.post(`${path}/snapshots`);
  expect([status, body.Msg.backup.state]).toEqual([200, "prepare"]);
  const seen = [];
  for (let reads = 0; reads < 3; reads++) seen.push((await local.caller.get(`${path}/snapshots`)).body[0]);
  expect(seen.map((snapshot) => snapshot.status)).toEqual(["waiting", "running", "created"]);
  expect(seen[0].id).toMatch(/^vs_/);
});

behaviour(106, async ({ caller }) => {
  const { path } = await caller.volume(await caller.app());
  const { status, body } = await caller.post(`${path}/snapshots`);
  expect([status, body.error]).toEqual([400, expect.stringContaining("uninitialized volume")]);
});

behaviour(108, async (local) => {
  const { app, snapshot } = await snapped(local);
  const restore = { name: "data", region: "fra", snapshot_id: snapshot.id };
  expect((await local.caller.post(`${app}/volumes`, { ...restore, size_gb: 1 })).status).toBe(400);
  const made = await local.caller.volume(app, { ...restore, size_gb: 3 });
  expect(made.shown).toMatchObject({ state: "restoring", size_gb: 3 });
  expect((await states(local, made.path, "restoring")).at(-1)).toBe("created");
});

behaviour(152, async (local) => {
  const { path } = await mounted(local);
  await local.caller.post(`${path}/snapshots`);
  expect(await local.caller.post(`${path}/snapshots`)).toMatchObject({
    status: 412,
    body: { error: expect.stringMatching(/^failed_precondition: snapshot is already scheduled at \d{4}-\d\d-\d\dT/) },
  });
});

behaviour(153, async (local) => {
  const { path, machine, snapshot } = await snapped(local);
  await local.caller.delete(`${machine.path}?force=true`);
  await local.caller.get(`${machine.path}/wait?state=destroyed`);
  expect((await local.caller.delete(path)).status).toBe(200);
  expect(await local.caller.get(`${path}/snapshots`)).toMatchObject({ status: 200, body: [{ id: snapshot.id }] });
});

behaviour(159, async (local) => {
  const { app, id, snapshot } = await snapped(local);
  for (const origin of [{ snapshot_id: snapshot.id }, { source_volume_id: id }]) {
    const { path, shown } = await local.caller.volume(app, { ...origin, size_gb: 2 });
    const seen = await states(local, path, shown.state);
    expect(["restoring", "hydrating"]).toContain(seen[0]);
    expect(seen.at(-1)).toBe("created");
  }
});
