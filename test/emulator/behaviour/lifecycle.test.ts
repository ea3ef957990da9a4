import { expect } from "vitest";
import type { Local } from "../local-fly.ts";
import { behaviour } from "./behaviour.ts";

const started = async ({ caller }: Local, body = {}) => caller.machine(await caller.app(), body, "started");

async function stopped(local: Local) {
  const machine = await started(local);
  await local.caller.post(`${machine.path}/stop`);
  await local.caller.get(`${machine.path}/wait?state=stopped`);
  return machine;
}

behaviour(59, async (local) => {
  const { path } = await stopped(local);
  expect(await local.caller.post(`${path}/start`)).toMatchObject({
    status: 200,
    body: { previous_state: "stopped", migrated: false, new_host: "" },
  });
  expect((await local.caller.get(`${path}/wait`)).body.state).toBe("started");
});

behaviour(60, async ({ caller }) => {
  const { path } = await caller.machine(await caller.app());
  expect(await caller.post(`${path}/start`)).toMatchObject({
    status: 412,
    body: { error: "failed_precondition: unable to start machine from current state: 'created'" },
  });
});

behaviour(61, async (local) => {
  const { path } = await started(local);
  await local.caller.post(path, { config: { image: "nginx:2" } });
  expect(await local.caller.post(`${path}/start`)).toMatchObject({
    status: 412,
    body: { error: "failed_precondition: machine getting replaced, refusing to start" },
  });
});

behaviour(
  62,
  async ({ caller }) => {
    const app = await caller.app();
    await caller.pass(60_000);
    const { path } = await caller.machine(app);
    await caller.pass(60_000);
    await caller.post(`${path}/stop`);
    await caller.pass(1_100);
    expect((await caller.get(path)).body.state).toBe("stopped");
    expect(await caller.post(`${path}/start`)).toMatchObject({
      status: 412,
      body: { error: "failed_precondition: machine still active, refusing to start" },
    });
    await caller.pass(1_000);
    expect((await caller.post(`${path}/start`)).status).toBe(200);
  },
  { profile: "fly" },
);

behaviour(63, async (local) => {
  const { path } = await started(local);
  expect(await local.caller.post(`${path}/stop`)).toMatchObject({ status: 200, body: { ok: true } });
  expect((await local.caller.get(path)).body.state).toBe("stopping");
  await local.caller.get(`${path}/wait?state=stopped`);
  const { body: events } = await local.caller.get(`${path}/events`);
  const types = events.map(({ type }: { type: string }) => type);
  expect(types).toEqual(expect.arrayContaining(["stop", "exit"]));
  expect(events[types.indexOf("exit")].request.exit_event).toMatchObject({ requested_stop: true, exit_code: 0 });
});

behaviour(64, async (local) => {
  const { path } = await stopped(local);
  expect(await local.caller.post(`${path}/stop`)).toMatchObject({ status: 200, body: { ok: true } });
  expect((await local.caller.get(path)).body.state).toBe("stopped");
});

behaviour(65, async (local) => {
  const { path } = await started(local);
  expect((await local.caller.post(`${path}/stop`, { signal: "SIGFOO" })).status).toBe(400);
  expect((await local.caller.post(`${path}/stop`, { timeout: "soon" })).status).toBe(400);
  expect((await local.caller.post(`${path}/signal`, { signal: "SIGFOO" })).status).toBe(400);
  expect((await local.caller.get(path)).body.state).toBe("started");
  expect((await local.caller.post(`${path}/stop`, { signal: "SIGINT" })).status).toBe(200);
});

behaviour(66, async (local) => {
  const { path } = await started(local, {
    config: { image: "nginx", guest: { cpu_kind: "shared", cpus: 1, memory_mb: 2048 } },
  });
  const suspend = async () => {
    await local.caller.post(`${path}/suspend`);
    expect((await local.caller.get(`${path}/wait?state=suspended`)).status).toBe(200);
  };
  await suspend();
  expect((await local.caller.post(`${path}/start`)).body.previous_state).toBe("suspended");
  await local.caller.get(`${path}/wait`);
  await suspend();
  expect((await local.caller.post(`${path}/stop`)).status).toBe(200);
  expect((await local.caller.get(`${path}/wait?state=stopped`)).body.state).toBe("stopped");
  expect((await local.caller.post(`${path}/start`)).body.previous_state).toBe("stopped");
  const large = { image: "nginx", guest: { cpu_kind: "shared", cpus: 2, memory_mb: 4096 } };
  const other = await local.caller.machine("/v1/apps/shop", { config: large }, "started");
  expect((await local.caller.post(`${other.path}/suspend`)).status).toBe(412);
});

behaviour(67, async (local) => {
  const { path } = await started(local);
  for (let twice = 0; twice < 2; twice++) expect((await local.caller.post(`${path}/cordon`)).status).toBe(200);
  expect((await local.caller.get(path)).body).toMatchObject({ cordoned: true, state: "started" });
  await local.caller.post(`${path}/uncordon`);
  expect((await local.caller.get(path)).body.cordoned).toBe(false);
});

behaviour(68, async (local) => {
  const { path, shown } = await started(local);
  await local.caller.post(`${path}/restart`);
  expect((await local.caller.get(path)).body.state).toBe("restarting");
  await local.caller.get(`${path}/wait`);
  expect((await local.caller.get(path)).body).toMatchObject({ state: "started", instance_id: shown.instance_id });
});

const exits = (local: Local, machine: string, exitCode: number) =>
  local.caller.event({ kind: "exit", app: "shop", machine, exitCode });

behaviour(77, async (local) => {
  const app = await local.caller.app();
  for (const [policy, code, state] of [
    ["on-failure", 1, "starting"],
    ["on-failure", 0, "stopped"],
    ["no", 1, "stopped"],
    ["always", 0, "starting"],
  ] as const) {
    const config = { image: "nginx", restart: { policy } };
    const { path, id } = await local.caller.machine(app, { config }, "started");
    expect((await exits(local, id, code)).status).toBe(200);
    expect([policy, code, (await local.caller.get(path)).body.state]).toEqual([policy, code, state]);
  }
  const { path, id } = await local.caller.machine(app, {}, "started");
  let restarts = 0;
  for (; restarts < 20; restarts++) {
    await exits(local, id, 1);
    if ((await local.caller.get(path)).body.state === "stopped") break;
    await local.caller.get(`${path}/wait?state=started`);
  }
  expect(restarts).toBe(10);
});
