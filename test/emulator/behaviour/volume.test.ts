import { expect } from "vitest";
import { behaviour } from "./behaviour.ts";

const mounting = (volume: string) => ({ config: { image: "nginx", mounts: [{ volume, path: "/data" }] } });

behaviour(93, async ({ caller }) => {
  const app = await caller.app();
  expect((await caller.volume(app, { size_gb: undefined })).shown.size_gb).toBe(3);
  const { shown } = await caller.volume(app, { size_gb: 1 });
  expect(shown.id).toMatch(/^vol_[0-9a-z]{16}$/);
  expect(shown).toMatchObject({
    size_gb: 1,
    encrypted: true,
    auto_backup_enabled: true,
    snapshot_retention: 5,
    attached_machine_id: null,
    state: "created",
  });
});

behaviour(94, async ({ caller }) => {
  const app = await caller.app();
  for (let two = 0; two < 2; two++) await caller.volume(app, { name: "data" });
  const { body } = await caller.get(`${app}/volumes`);
  expect(body.map(({ name }: { name: string }) => name)).toEqual(["data", "data"]);
});

for (const [number, mistakes] of [
  [95, [{ name: "my-vol" }, { name: "a".repeat(31) }]],
  [96, [{ snapshot_retention: 0 }, { snapshot_retention: 61 }]],
] as const) {
  behaviour(number, async ({ caller }) => {
    const app = await caller.app();
    for (const mistake of mistakes) {
      const body = { name: "my_vol", region: "iad", size_gb: 1, ...mistake };
      expect((await caller.post(`${app}/volumes`, body)).status).toBe(400);
    }
    expect((await caller.get(`${app}/volumes`)).body).toEqual([]);
    await caller.volume(app, { name: "my_vol", snapshot_retention: 60 });
  });
}

behaviour(97, async ({ caller }) => {
  const app = await caller.app();
  const { id, path } = await caller.volume(app);
  const machine = await caller.machine(app, mounting(id));
  expect((await caller.get(path)).body.attached_machine_id).toBe(machine.id);
});

behaviour(98, async ({ caller }) => {
  const app = await caller.app();
  const { id } = await caller.volume(app);
  const machine = await caller.machine(app, mounting(id));
  expect(await caller.post(`${app}/machines`, { region: "iad", ...mounting(id) })).toMatchObject({
    status: 412,
    body: { error: `failed_precondition: volume already claimed by machine ${machine.id}` },
  });
  expect((await caller.get(`${app}/machines`)).body).toHaveLength(1);
});

behaviour(99, async ({ caller }) => {
  const app = await caller.app();
  const { id, path } = await caller.volume(app);
  const machine = await caller.machine(app, mounting(id), "started");
  const error = `failed_precondition: volume is currently bound to machine: ${machine.id}`;
  expect(await caller.delete(path)).toMatchObject({ status: 412, body: { error } });
  await caller.delete(`${machine.path}?force=true`);
  expect(await caller.delete(path)).toMatchObject({ status: 412, body: { error } });
  expect((await caller.get(path)).body.state).toBe("created");
});

behaviour(100, async ({ caller }) => {
  const { path } = await caller.volume(await caller.app());
  expect((await caller.delete(path)).status).toBe(200);
  const state = async () => (await caller.get(path)).body.state;
  expect([await state(), await state()]).toEqual(["waiting_for_detach", "pending_destroy"]);
  await caller.pass(86_400_000);
  expect(await state()).toBe("destroyed");
  await caller.pass(86_400_000);
  expect(await caller.get(path)).toMatchObject({ status: 404, body: { error: "not_found: volume not found" } });
});

behaviour(101, async ({ caller }) => {
  const app = await caller.app();
  const { id, path } = await caller.volume(app);
  const machine = await caller.machine(app, mounting(id), "started");
  await caller.delete(`${machine.path}?force=true`);
  await caller.get(`${machine.path}/wait?state=destroyed`);
  expect((await caller.get(path)).body).toMatchObject({ state: "created", attached_machine_id: null });
});

behaviour(102, async ({ caller }) => {
  const app = await caller.app();
  const { id, path } = await caller.volume(app);
  const machine = await caller.machine(app, mounting(id), "started");
  const { status, body } = await caller.put(`${path}/extend`, { size_gb: 2 });
  expect([status, body.volume.size_gb, typeof body.needs_restart]).toEqual([200, 2, "boolean"]);
  expect((await caller.get(path)).body).toMatchObject({ id, size_gb: 2, attached_machine_id: machine.id });
  expect((await caller.get(machine.path)).body).toMatchObject({ instance_id: machine.shown.instance_id });
});

behaviour(103, async ({ caller }) => {
  const { path } = await caller.volume(await caller.app(), { size_gb: 2 });
  expect((await caller.put(`${path}/extend`, { size_gb: 1 })).status).toBe(422);
  expect((await caller.get(path)).body.size_gb).toBe(2);
});

behaviour(104, async ({ caller }) => {
  const { path } = await caller.volume(await caller.app());
  const wanted = { snapshot_retention: 2, auto_backup_enabled: false };
  expect((await caller.put(path, wanted)).status).toBe(200);
  expect((await caller.get(path)).body).toMatchObject(wanted);
});

behaviour(109, async ({ caller }) => {
  const app = await caller.app();
  const { id, path } = await caller.volume(app, { region: "fra" });
  expect((await caller.post(`${app}/machines`, { region: "iad", ...mounting(id) })).status).toBe(400);
  expect((await caller.get(path)).body.attached_machine_id).toBeNull();
  expect((await caller.machine(app, { region: undefined, ...mounting(id) })).shown.region).toBe("fra");
});
