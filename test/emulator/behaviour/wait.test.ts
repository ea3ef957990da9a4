import { expect } from "vitest";
import type { Local } from "../local-fly.ts";
import { behaviour } from "./behaviour.ts";

const started = async ({ caller }: Local, body = {}) => caller.machine(await caller.app(), body, "started");

behaviour(69, async ({ caller }) => {
  const { path } = await caller.machine(await caller.app());
  expect(await caller.get(`${path}/wait`)).toMatchObject({ status: 200, body: { ok: true, state: "started" } });
});

behaviour(70, async (local) => {
  const { path } = await started(local);
  await local.caller.post(`${path}/stop`);
  await local.caller.get(`${path}/wait?state=stopped`);
  const before = local.fly.clock.now();
  expect(await local.caller.get(`${path}/wait?timeout=5`)).toMatchObject({
    status: 408,
    body: { error: "deadline_exceeded: machine failed to reach desired state, started, currently stopped" },
  });
  expect(local.fly.clock.now() - before).toBeGreaterThanOrEqual(5_000);
});

behaviour(71, async (local) => {
  const { path } = await started(local);
  for (const timeout of ["90", "120", "0", "-1", "x"]) {
    expect(await local.caller.get(`${path}/wait?timeout=${timeout}`)).toMatchObject({
      status: 400,
      body: {
        error: "invalid_argument: invalid WaitMachineRequest.Timeout: value must be inside range [1s, 1m0s]",
      },
    });
  }
});

behaviour(72, async (local) => {
  const { path } = await started(local);
  const either = `${path}/wait?state=stopped&state=suspended`;
  await local.caller.post(`${path}/suspend`);
  expect((await local.caller.get(either)).body.state).toBe("suspended");
  await local.caller.post(`${path}/stop`);
  await local.caller.get(`${path}/wait?state=settled`);
  expect((await local.caller.get(either)).body.state).toBe("stopped");
});

behaviour(73, async (local) => {
  const { path } = await started(local);
  const gone = () => local.caller.get(`${path}/wait?state=destroyed`);
  await local.caller.delete(`${path}?force=true`);
  expect(await gone()).toMatchObject({ status: 200, body: { state: "destroyed" } });
  await local.caller.pass(3_600_000);
  expect((await gone()).status).toBe(404);
});

behaviour(75, async (local) => {
  const { path, shown } = await started(local);
  const { body } = await local.caller.post(path, { config: { image: "nginx:2" } });
  expect((await local.caller.get(`${path}/wait?version=${body.instance_id}`)).status).toBe(200);
  expect((await local.caller.get(`${path}/wait?version=${shown.instance_id}&timeout=1`)).status).toBe(408);
});

behaviour(76, async (local) => {
  const { path } = await local.caller.machine(await local.caller.app());
  const settled = async () => (await local.caller.get(`${path}/wait?state=settled`)).body.state;
  expect(await settled()).toBe("started");
  await local.caller.post(`${path}/stop`);
  expect(await settled()).toBe("stopped");
});
