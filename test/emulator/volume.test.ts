import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const mounting = (volume: string) => ({ config: { image: "nginx", mounts: [{ volume, path: "/data" }] } });

test("two volumes of one name are each in a zone of its own, unless that is waived", async () => {
  const app = await local.caller.app();
  const zones = [(await local.caller.volume(app)).shown.zone, (await local.caller.volume(app)).shown.zone];
  expect(new Set(zones).size).toBe(2);
  const same = await local.caller.volume(app, { require_unique_zone: false });
  expect(zones).toContain(same.shown.zone);
});

test.each([
  ["a size of 501 GB", { size_gb: 501 }],
  ["half a GB", { size_gb: 0.5 }],
])("%s is refused and makes nothing", async (_, body) => {
  const app = await local.caller.app();
  const reply = await local.caller.post(`${app}/volumes`, { name: "my_vol", region: "iad", ...body });
  expect(reply.status).toBe(400);
  expect((await local.caller.get(`${app}/volumes`)).body).toEqual([]);
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

test("a change that is refused in part changes nothing", async () => {
  const { path } = await local.caller.volume(await local.caller.app());
  await local.caller.put(path, { snapshot_retention: 2, auto_backup_enabled: false });
  expect((await local.caller.get(path)).body).toMatchObject({ snapshot_retention: 2, auto_backup_enabled: false });
  expect((await local.caller.put(path, { snapshot_retention: 61, auto_backup_enabled: true })).status).toBe(400);
  expect((await local.caller.get(path)).body).toMatchObject({ snapshot_retention: 2, auto_backup_enabled: false });
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
