import { expect } from "vitest";
import type { Local } from "../local-fly.ts";
import { behaviour } from "./behaviour.ts";

const started = async ({ caller }: Local, body = {}) => caller.machine(await caller.app(), body, "started");

async function destroyed(local: Local) {
  const machine = await started(local);
  await local.caller.delete(`${machine.path}?force=true`);
  await local.caller.get(`${machine.path}/wait?state=destroyed`);
  return machine;
}

behaviour(48, async (local) => {
  const { path } = await started(local);
  const error = "failed_precondition: unable to destroy machine, not currently stopped, suspended, failed or created";
  expect(await local.caller.delete(path)).toMatchObject({ status: 412, body: { error } });
  await local.caller.post("/_local/switches", { "destroy-running": "409" });
  expect(await local.caller.delete(path)).toMatchObject({ status: 409, body: { error } });
  expect((await local.caller.get(path)).body.state).toBe("started");
});

behaviour(49, async ({ caller }) => {
  const app = await caller.app();
  for (const query of ["force=true", "kill=true"]) {
    const { path } = await caller.machine(app, {}, "started");
    expect(await caller.delete(`${path}?${query}`)).toMatchObject({ status: 200, body: { ok: true } });
    const states = [];
    for (let reads = 0; reads < 2; reads++) states.push((await caller.get(path)).body.state);
    expect(states).toEqual(["destroying", "destroyed"]);
  }
});

behaviour(50, async (local) => {
  const { path } = await destroyed(local);
  expect((await local.caller.get(path)).body.state).toBe("destroyed");
  await local.caller.pass(3_600_000);
  expect(await local.caller.get(path)).toMatchObject({ status: 404, body: { error: "machine not found" } });
});

behaviour(51, async (local) => {
  const { id } = await destroyed(local);
  expect((await local.caller.get("/v1/apps/shop/machines")).body).toEqual([]);
  expect((await local.caller.get("/v1/apps/shop/machines?include_deleted=true")).body).toMatchObject([{ id }]);
});

behaviour(151, async (local) => {
  const { path } = await destroyed(local);
  const update = await local.caller.post(path, { config: { image: "nginx" } });
  expect(update).toMatchObject({ status: 404, body: { error: "not_found: machine not found" } });
  expect((await local.caller.get(path)).body.state).toBe("destroyed");
});

behaviour(150, async ({ caller }) => {
  const app = await caller.app();
  await caller.machine(app);
  await caller.volume(app);
  await caller.delete(app);
  await caller.pass(60_000);
  const kinds = ["machines", "volumes", "secrets", "certificates", "ip_assignments"];
  for (const kind of kinds) expect((await caller.get(`${app}/${kind}`)).status).toBe(404);
  await caller.post("/_local/switches", { "gone-app": "400" });
  for (const kind of kinds) {
    expect(await caller.get(`${app}/${kind}`)).toMatchObject({ status: 400, body: { error: "could not find app" } });
  }
  expect((await caller.get(app)).status).toBe(404);
});

behaviour(54, async (local) => {
  const { path, id } = await started(local, { config: { image: "nginx", auto_destroy: true } });
  await local.caller.event({ kind: "exit", app: "shop", machine: id, exitCode: 0 });
  expect((await local.caller.get(`${path}/wait?state=destroyed`)).status).toBe(200);
});
