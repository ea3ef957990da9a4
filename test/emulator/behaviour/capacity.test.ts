import { expect } from "vitest";
import { behaviour } from "./behaviour.ts";

const nginx = { image: "nginx" };
const large = { image: "nginx", guest: { cpu_kind: "shared", cpus: 1, memory_mb: 1024 } };

const noRoom = "aborted: could not reserve resource for machine: insufficient";
const shortages = [
  ["region", 422, "could not find a candidate host"],
  ["memory", 409, `${noRoom} memory available to fulfill request`],
  ["cpus", 409, `${noRoom} CPUs available to fulfill request`],
  ["ips", 409, "aborted: insufficient IPs available to fulfill request"],
  ["none", 409, "aborted: no capacity"],
] as const;

behaviour(56, async ({ caller }) => {
  const app = await caller.app();
  const { id } = await caller.volume(app, { region: "fra" });
  const mounted = { region: "fra", config: { ...nginx, mounts: [{ volume: id, path: "/d" }] } };
  const volumeHostFull = {
    status: 412,
    body: {
      error: `insufficient resources to create new machine with existing volume id '${id}'`,
      status: "volume_placement_capacity",
    },
  };
  await caller.event({ kind: "host", app: "shop", volume: id, room: 0 });
  expect(await caller.post(`${app}/machines`, mounted)).toMatchObject(volumeHostFull);
  await caller.event({ kind: "capacity", region: "fra", machines: 0 });
  expect(await caller.post(`${app}/machines`, { region: "fra", config: nginx })).toMatchObject({
    status: 422,
    body: { error: "could not find a candidate host", status: "insufficient_capacity" },
  });
  expect(await caller.post(`${app}/machines`, mounted)).toMatchObject(volumeHostFull);
  const elsewhere = { region: "iad", config: nginx };
  for (const [variant, status, error] of shortages) {
    const fault = { operation: "Machines_create", kind: "capacity", variant };
    expect((await caller.post("/_local/faults", fault)).status).toBe(200);
    expect(await caller.post(`${app}/machines`, elsewhere)).toMatchObject({ status, body: { error } });
  }
  expect((await caller.get(`${app}/machines`)).body).toEqual([]);
  expect((await caller.post(`${app}/machines`, elsewhere)).status).toBe(200);
});

behaviour(161, async ({ caller }) => {
  const { path, id, shown } = await caller.machine(await caller.app(), {}, "started");
  await caller.event({ kind: "host", app: "shop", machine: id, room: 1 });
  expect(await caller.post(path, { config: large })).toMatchObject({
    status: 409,
    body: {
      error: "aborted: could not reserve resource for machine: insufficient memory available to fulfill request",
    },
  });
  expect((await caller.get(path)).body).toMatchObject({ instance_id: shown.instance_id, state: "started" });
  expect((await caller.post(path, { config: nginx })).status).toBe(200);
});

behaviour(154, async ({ caller }) => {
  const app = await caller.app();
  const { id } = await caller.volume(app);
  const mounted = { region: "iad", config: { ...nginx, mounts: [{ volume: id, path: "/d" }] } };
  const first = await caller.machine(app, mounted, "started");
  await caller.post("/_local/switches", { windows: "on" });
  await caller.delete(`${first.path}?force=true`);
  await caller.get(`${first.path}/wait?state=destroyed`);
  const refused = await caller.post(`${app}/machines`, mounted);
  expect([refused.status, refused.body.error]).toEqual([
    412,
    expect.stringMatching(/^failed_precondition: volume already claimed by machine \0+$/),
  ]);
  expect((await caller.post(`${app}/machines`, mounted)).status).toBe(200);
});

behaviour(74, async ({ caller }) => {
  const app = await caller.app();
  await caller.get(app);
  await caller.post("/_local/switches", { windows: "on" });
  await caller.get(app);
  const { path } = await caller.machine(app);
  expect(await caller.get(`${path}/wait`)).toMatchObject({ status: 404, body: { error: "machine not found" } });
  expect((await caller.get(`${path}/wait`)).body.state).toBe("started");
});
