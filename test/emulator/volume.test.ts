import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const mounting = (volume: string) => ({ config: { image: "nginx", mounts: [{ volume, path: "/data" }] } });

test("93 (documented): create is 200 with Fly's defaults", async () => {
  const { shown } = await local.caller.volume(await local.caller.app(), { size_gb: undefined });
  expect(shown.id).toMatch(/^vol_[0-9a-z]{16}$/);
  expect(shown).toMatchObject({
    size_gb: 3,
    encrypted: true,
    auto_backup_enabled: true,
    snapshot_retention: 5,
    attached_machine_id: null,
    state: "created",
  });
});

test("94 (documented): two volumes of one name are a group, each in a zone of its own", async () => {
  const app = await local.caller.app();
  const zones = [(await local.caller.volume(app)).shown.zone, (await local.caller.volume(app)).shown.zone];
  expect(new Set(zones).size).toBe(2);
  const same = await local.caller.volume(app, { require_unique_zone: false });
  expect(zones).toContain(same.shown.zone);
});

test.each([
  ["95 (observed): a dash in the name", { name: "my-vol" }],
  ["95: 31 characters", { name: "a".repeat(31) }],
  ["96 (documented): retention of 0 days", { snapshot_retention: 0 }],
  ["96: retention of 61 days", { snapshot_retention: 61 }],
  ["a size of 501 GB", { size_gb: 501 }],
  ["half a GB", { size_gb: 0.5 }],
])("%s is refused and makes nothing", async (_, body) => {
  const app = await local.caller.app();
  const reply = await local.caller.post(`${app}/volumes`, { name: "my_vol", region: "iad", size_gb: 1, ...body });
  expect(reply.status).toBe(400);
  expect((await local.caller.get(`${app}/volumes`)).body).toEqual([]);
});

test("97, 98 (observed): a machine takes its volume, a second is refused with the first's id", async () => {
  const app = await local.caller.app();
  const { id, path } = await local.caller.volume(app);
  const machine = await local.caller.machine(app, mounting(id));
  expect((await local.caller.get(path)).body.attached_machine_id).toBe(machine.id);
  expect(await local.caller.post(`${app}/machines`, { region: "iad", ...mounting(id) })).toMatchObject({
    status: 412,
    body: { error: `failed_precondition: volume already claimed by machine ${machine.id}` },
  });
});

test("a mount by name takes a free volume of that name, and there must be one", async () => {
  const app = await local.caller.app();
  const volumes = [await local.caller.volume(app), await local.caller.volume(app)].map(({ id }) => id);
  const byName = { config: { image: "nginx", mounts: [{ name: "data", path: "/data" }] } };
  const taken = [];
  for (let two = 0; two < 2; two++) taken.push((await local.caller.machine(app, byName)).shown.config.mounts[0].volume);
  expect(taken.sort()).toEqual(volumes.sort());
  expect((await local.caller.post(`${app}/machines`, { region: "iad", ...byName })).status).toBe(412);
});

test("109: a machine and its volume are in one region, which a machine without a wish takes from it", async () => {
  const app = await local.caller.app();
  const { id } = await local.caller.volume(app, { region: "fra" });
  expect((await local.caller.post(`${app}/machines`, { region: "iad", ...mounting(id) })).status).toBe(400);
  expect((await local.caller.machine(app, { region: undefined, ...mounting(id) })).shown.region).toBe("fra");
});

test("what does not exist can be neither mounted nor restored", async () => {
  const app = await local.caller.app();
  const mount = await local.caller.post(`${app}/machines`, mounting("vol_0000000000000000"));
  expect([mount.status, mount.body.error]).toEqual([400, expect.stringContaining("vol_0000000000000000")]);
  const restore = { name: "data", region: "iad", snapshot_id: "vs_000000000000000000000000" };
  expect((await local.caller.post(`${app}/volumes`, restore)).status).toBe(404);
});

test("a mounted volume cannot be changed for another, its path can", async () => {
  const app = await local.caller.app();
  const [first, second] = [await local.caller.volume(app), await local.caller.volume(app)];
  const { path } = await local.caller.machine(app, mounting(first.id), "started");
  expect((await local.caller.post(path, mounting(second.id))).status).toBe(400);
  const moved = { config: { image: "nginx", mounts: [{ volume: first.id, path: "/other" }] } };
  expect((await local.caller.post(path, moved)).body.config.mounts[0]).toMatchObject({ path: "/other" });
});

test("99, 101 (observed): an attached volume cannot be deleted, also while its machine is being destroyed; it outlives the machine", async () => {
  const app = await local.caller.app();
  const { id, path } = await local.caller.volume(app);
  const machine = await local.caller.machine(app, mounting(id), "started");
  const bound = {
    status: 412,
    body: { error: `failed_precondition: volume is currently bound to machine: ${machine.id}` },
  };
  expect(await local.caller.delete(path)).toMatchObject(bound);
  await local.caller.delete(`${machine.path}?force=true`);
  expect(await local.caller.delete(path)).toMatchObject(bound);
  await local.caller.get(`${machine.path}/wait?state=destroyed`);
  expect((await local.caller.get(path)).body).toMatchObject({ state: "created", attached_machine_id: null });
  expect((await local.caller.delete(path)).status).toBe(200);
});

test("100 (observed): a deleted volume is never an immediate 404, and is kept for a day", async () => {
  const { path } = await local.caller.volume(await local.caller.app());
  expect((await local.caller.delete(path)).status).toBe(200);
  const states = [];
  for (let reads = 0; reads < 3; reads++) states.push((await local.caller.get(path)).body.state);
  expect(states).toEqual(["waiting_for_detach", "pending_destroy", "pending_destroy"]);
  await local.caller.pass(86_400_000);
  expect((await local.caller.get(path)).body.state).toBe("destroyed");
  await local.caller.pass(86_400_000);
  expect((await local.caller.get(path)).status).toBe(404);
});

test("102, 103 (observed): a volume grows and never shrinks", async () => {
  const { path } = await local.caller.volume(await local.caller.app());
  const { status, body } = await local.caller.put(`${path}/extend`, { size_gb: 2 });
  expect([status, body.volume.size_gb, body.needs_restart]).toEqual([200, 2, false]);
  expect((await local.caller.put(`${path}/extend`, { size_gb: 1 })).status).toBe(422);
  expect((await local.caller.get(path)).body.size_gb).toBe(2);
});

test("104 (observed): retention and backup can be changed", async () => {
  const { path } = await local.caller.volume(await local.caller.app());
  await local.caller.put(path, { snapshot_retention: 2, auto_backup_enabled: false });
  expect((await local.caller.get(path)).body).toMatchObject({ snapshot_retention: 2, auto_backup_enabled: false });
  expect((await local.caller.put(path, { snapshot_retention: 61, auto_backup_enabled: true })).status).toBe(400);
  expect((await local.caller.get(path)).body).toMatchObject({ snapshot_retention: 2, auto_backup_enabled: false });
});

test("105, 106, 152 (observed): a snapshot turns up in the list, one at a time, not of what was never mounted", async () => {
  const app = await local.caller.app();
  const { id, path } = await local.caller.volume(app);
  const unready = await local.caller.post(`${path}/snapshots`);
  expect([unready.status, unready.body.error]).toEqual([400, expect.stringContaining("uninitialized volume")]);
  await local.caller.machine(app, mounting(id));
  expect((await local.caller.post(`${path}/snapshots`)).body.Msg.backup.state).toBe("prepare");
  const second = await local.caller.post(`${path}/snapshots`);
  expect([second.status, second.body.error]).toEqual([
    412,
    expect.stringContaining("snapshot is already scheduled at"),
  ]);
  const statuses = [];
  for (let reads = 0; reads < 3; reads++) statuses.push((await local.caller.get(`${path}/snapshots`)).body[0].status);
  expect(statuses).toEqual(["waiting", "running", "created"]);
});

test("108, 153, 159 (observed): a deleted volume's snapshots are listed and make a new one, no smaller", async () => {
  const app = await local.caller.app();
  const { id, path } = await local.caller.volume(app, { size_gb: 2 });
  const machine = await local.caller.machine(app, mounting(id), "started");
  await local.caller.post(`${path}/snapshots`);
  for (let reads = 0; reads < 3; reads++) await local.caller.get(`${path}/snapshots`);
  await local.caller.delete(`${machine.path}?force=true`);
  await local.caller.get(`${machine.path}/wait?state=destroyed`);
  await local.caller.delete(path);
  const [snapshot] = (await local.caller.get(`${path}/snapshots`)).body;
  expect(snapshot).toMatchObject({ status: "created", volume_size: 2 * 1024 ** 3, retention_days: 5 });
  const restore = { name: "data", region: "fra", snapshot_id: snapshot.id };
  expect((await local.caller.post(`${app}/volumes`, { ...restore, size_gb: 1 })).status).toBe(400);
  const made = await local.caller.volume(app, { ...restore, size_gb: 2 });
  const states = [made.shown.state];
  for (let reads = 0; reads < 3; reads++) states.push((await local.caller.get(made.path)).body.state);
  expect(states).toEqual(["restoring", "restoring", "hydrating", "created"]);
});

test("a host migration keeps machine and version, and changes the address and the volume's id", async () => {
  const app = await local.caller.app();
  const volume = await local.caller.volume(app);
  const machine = await local.caller.machine(app, mounting(volume.id), "started");
  expect((await local.caller.event({ kind: "host-migration", app: "shop", machine: machine.id })).status).toBe(200);
  const { body } = await local.caller.get(machine.path);
  expect(body).toMatchObject({ id: machine.id, instance_id: machine.shown.instance_id, state: "started" });
  expect(body.private_ip).not.toBe(machine.shown.private_ip);
  const { body: volumes } = await local.caller.get(`${app}/volumes`);
  expect(volumes).toMatchObject([{ name: "data", region: "iad", attached_machine_id: machine.id }]);
  expect(volumes[0].id).not.toBe(volume.id);
  expect(body.config.mounts[0].volume).toBe(volumes[0].id);
  expect((await local.caller.get(volume.path)).status).toBe(404);
});

test("Fly may have grown a volume by itself", async () => {
  const { id, path } = await local.caller.volume(await local.caller.app());
  await local.caller.event({ kind: "volume-grown", app: "shop", volume: id, sizeGb: 4 });
  expect((await local.caller.get(path)).body.size_gb).toBe(4);
});
