import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const mounting = (volume: string, guest = {}) => ({
  config: { image: "nginx", guest, mounts: [{ volume, path: "/data" }] },
});

/** An app with a machine that runs on a volume. */
async function housed() {
  const app = await local.caller.app();
  const volume = await local.caller.volume(app);
  const machine = await local.caller.machine(app, mounting(volume.id), "started");
  return { app, volume, machine };
}

const recordOf = async (noun: "machines" | "volumes", id: string) =>
  (await local.caller.get("/_local/world")).body[noun].find((record: { id: string }) => record.id === id);

test("a machine lives on the host of its volume", async () => {
  const { machine, volume } = await housed();
  expect((await recordOf("machines", machine.id)).host).toBe((await recordOf("volumes", volume.id)).host);
});

test("56 (observed): a volume whose host is full takes no machine, and the region still does", async () => {
  const app = await local.caller.app();
  const { id } = await local.caller.volume(app);
  await local.caller.event({ kind: "host", app: "shop", volume: id, room: 0 });
  const config = { image: "nginx", mounts: [{ volume: id, path: "/data" }] };
  expect(await local.caller.post(`${app}/machines`, { region: "iad", config })).toMatchObject({
    status: 412,
    body: {
      error: `insufficient resources to create new machine with existing volume id '${id}'`,
      status: "volume_placement_capacity",
    },
  });
  await local.caller.machine(app, {}, "started");
});

test("of two free volumes of a name the one whose host has room is taken", async () => {
  const app = await local.caller.app();
  const [full, free] = [await local.caller.volume(app), await local.caller.volume(app)];
  await local.caller.event({ kind: "host", app: "shop", volume: full.id, room: 0 });
  const config = { image: "nginx", mounts: [{ name: "data", path: "/data" }] };
  expect((await local.caller.machine(app, { config })).shown.config.mounts[0].volume).toBe(free.id);
});

test("161 (observed): on a full host an update that asks for more is refused, one that does not is taken", async () => {
  const { app, machine, volume } = await housed();
  await local.caller.event({ kind: "host", app: "shop", machine: machine.id, room: 1 });
  const larger = mounting(volume.id, { cpu_kind: "shared", cpus: 1, memory_mb: 512 });
  expect(await local.caller.post(machine.path, larger)).toMatchObject({
    status: 409,
    body: {
      error: "aborted: could not reserve resource for machine: insufficient memory available to fulfill request",
    },
  });
  expect((await local.caller.get(machine.path)).body.config.guest.memory_mb).toBe(256);
  expect((await local.caller.post(machine.path, mounting(volume.id))).status).toBe(200);
  await local.caller.event({ kind: "host", app: "shop", machine: machine.id, room: 2 });
  expect((await local.caller.post(machine.path, larger)).status).toBe(200);
  expect((await local.caller.get(`${app}/volumes/${volume.id}`)).body.attached_machine_id).toBe(machine.id);
});

test("142 (relied on by flyctl): a host that fails takes its machines and volumes along, and no others", async () => {
  const { app, machine, volume } = await housed();
  const other = await local.caller.machine(app, {}, "started");
  const { body } = await local.caller.event({ kind: "host", app: "shop", volume: volume.id, failed: true });
  expect((await local.caller.get(machine.path)).body).toMatchObject({ host_status: "unreachable", config: null });
  expect((await local.caller.get(volume.path)).body.host_status).toBe("unreachable");
  expect((await local.caller.get(other.path)).body.host_status).toBe("ok");
  expect((await local.caller.post(machine.path, mounting(volume.id))).status).toBe(412);
  expect((await local.caller.post(`${machine.path}/stop`)).status).toBe(412);
  await local.caller.event({ kind: "host", host: body.host, failed: false });
  expect((await local.caller.get(machine.path)).body.host_status).toBe("ok");
  expect((await local.caller.post(`${machine.path}/stop`)).status).toBe(200);
});

test("what Fly moves away from a failed host can be reached again", async () => {
  const { app, machine, volume } = await housed();
  await local.caller.event({ kind: "host-failure", app: "shop", machine: machine.id });
  const { body } = await local.caller.event({ kind: "host-migration", app: "shop", machine: machine.id });
  expect(body.volume).not.toBe(volume.id);
  expect((await local.caller.get(machine.path)).body).toMatchObject({ host_status: "ok" });
  expect((await local.caller.get(`${app}/volumes/${body.volume}`)).body.host_status).toBe("ok");
});

test("a machine of a state from before hosts were kept has one to itself", async () => {
  const app = await local.caller.app();
  const machines = [await local.caller.machine(app, {}, "started"), await local.caller.machine(app, {}, "started")];
  for (const machine of local.fly.world.machines.all()) delete machine.host;
  await local.caller.event({ kind: "host-failure", app: "shop", machine: machines[0]?.id });
  const status = async (path = "") => (await local.caller.get(path)).body.host_status;
  expect([await status(machines[0]?.path), await status(machines[1]?.path)]).toEqual(["unreachable", "ok"]);
});

test("a host is named, or by something that lives there", async () => {
  expect((await local.caller.event({ kind: "host", room: 1 })).status).toBe(400);
  await local.caller.app();
  expect((await local.caller.event({ kind: "host", app: "shop", volume: "vol_none", room: 1 })).status).toBe(404);
});
