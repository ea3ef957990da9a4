import { expect } from "vitest";
import type { Local } from "../local-fly.ts";
import { behaviour } from "./behaviour.ts";

const wrong = { "fly-machine-lease-nonce": "000000000000" };

async function leased({ caller }: Local, ttl = 30) {
  const machine = await caller.machine(await caller.app(), {}, "started");
  const { body } = await caller.post(`${machine.path}/lease`, { ttl, description: "test" });
  return { ...machine, nonce: { "fly-machine-lease-nonce": body.data.nonce as string }, lease: body.data };
}

behaviour(78, async ({ caller, fly }) => {
  const { path, shown } = await caller.machine(await caller.app());
  const { status, body } = await caller.post(`${path}/lease`, { ttl: 30, description: "deploy" });
  expect([status, body.status]).toEqual([201, "success"]);
  expect(body.data.nonce).toMatch(/^[0-9a-f]{12}$/);
  expect(body.data.expires_at).toBeCloseTo(fly.clock.now() / 1000 + 30, -1);
  expect(body.data).toMatchObject({ owner: expect.any(String), description: "deploy", version: shown.instance_id });
});

behaviour(79, async ({ caller }) => {
  const { path } = await caller.machine(await caller.app());
  expect(await caller.get(`${path}/lease`)).toMatchObject({ status: 404, body: { error: "lease not found" } });
  const { body } = await caller.post(`${path}/lease?ttl=13`);
  expect(await caller.get(`${path}/lease`)).toMatchObject({ status: 200, body });
});

behaviour(80, async (local) => {
  const { path, id } = await leased(local);
  const { status, body } = await local.caller.post(`${path}/lease`, { ttl: 30 });
  expect(status).toBe(409);
  expect(body.error).toMatch(
    new RegExp(`machine ID ${id} lease currently held by \\S+, expires at \\d{4}-\\d\\d-\\d\\dT`),
  );
});

behaviour(81, async (local) => {
  const { path, nonce, lease } = await leased(local, 10);
  const { status, body } = await local.caller.post(`${path}/lease`, { ttl: 100 }, nonce);
  expect([status, body.data.nonce]).toEqual([201, lease.nonce]);
  expect(body.data.expires_at).toBeGreaterThan(lease.expires_at + 80);
});

const changes = (path: string): [string, string, unknown?][] => [
  ["POST", path, { config: { image: "nginx:2" } }],
  ["POST", `${path}/start`],
  ["POST", `${path}/stop`],
  ["POST", `${path}/suspend`],
  ["POST", `${path}/restart`],
  ["POST", `${path}/cordon`],
  ["POST", `${path}/uncordon`],
  ["DELETE", `${path}?force=true`],
];

behaviour(82, async (local) => {
  const { path, id, shown } = await leased(local);
  for (const [method, call, body] of changes(path)) {
    for (const headers of [{}, wrong]) {
      const reply = await local.caller.send(method, call, body, headers as Record<string, string>);
      expect([call, reply.status, reply.body.error]).toEqual([
        call,
        409,
        expect.stringContaining(`aborted: machine ID ${id} lease currently held by`),
      ]);
    }
  }
  expect((await local.caller.get(path)).body).toMatchObject({
    state: "started",
    instance_id: shown.instance_id,
    cordoned: false,
  });
});

behaviour(83, async (local) => {
  const { path, nonce } = await leased(local);
  for (const [method, call, body] of changes(path)) {
    expect([call, (await local.caller.send(method, call, body, nonce)).status]).toEqual([call, 200]);
    if (method === "POST") await local.caller.get(`${path}/wait?state=settled`);
    await local.caller.post(`${path}/start`, {}, nonce);
    if (method === "POST") await local.caller.get(`${path}/wait?state=settled`);
  }
});

behaviour(85, async (local) => {
  const { path } = await leased(local);
  expect((await local.caller.patch(`${path}/metadata`, { metadata: { a: "1" } })).status).toBe(204);
  expect((await local.caller.get(`${path}/metadata`)).body).toEqual({ a: "1" });
});

behaviour(86, async (local) => {
  const { path, nonce } = await leased(local);
  expect((await local.caller.delete(`${path}/lease`)).status).toBe(400);
  expect((await local.caller.delete(`${path}/lease`, wrong)).status).toBe(409);
  expect(await local.caller.delete(`${path}/lease`, nonce)).toMatchObject({
    status: 200,
    body: { status: "success", data: { ok: true } },
  });
  expect((await local.caller.delete(`${path}/lease`, nonce)).status).toBe(404);
  expect((await local.caller.post(`${path}/lease`, { ttl: 5 }, nonce)).status).toBe(404);
});

behaviour(87, async (local) => {
  const { path } = await leased(local, 30);
  await local.caller.pass(31_000);
  expect((await local.caller.post(`${path}/stop`)).status).toBe(200);
});

behaviour(88, async (local) => {
  await leased(local);
  expect((await local.caller.delete("/v1/apps/shop")).status).toBe(202);
  await local.caller.pass(60_000);
  expect((await local.caller.get("/v1/apps/shop")).status).toBe(404);
});
