import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

async function leased(ttl = 30) {
  const machine = await local.caller.machine(await local.caller.app(), {}, "started");
  const { body } = await local.caller.post(`${machine.path}/lease`, { ttl, description: "test" });
  return { ...machine, nonce: { "fly-machine-lease-nonce": body.data.nonce as string }, lease: body.data };
}

test("78, 79 (observed): a lease comes in an envelope with 201, and none is 404", async () => {
  const { path } = await local.caller.machine(await local.caller.app());
  expect((await local.caller.get(`${path}/lease`)).status).toBe(404);
  const { status, body } = await local.caller.post(`${path}/lease?ttl=13`);
  expect([status, body.status]).toEqual([201, "success"]);
  expect(body.data.nonce).toMatch(/^[0-9a-f]{12}$/);
  expect(body.data.expires_at).toBeCloseTo(local.fly.clock.now() / 1000 + 13, -1);
  expect((await local.caller.get(`${path}/lease`)).body).toEqual(body);
});

test("80 (observed): a second holder is refused and told until when", async () => {
  const { path, id } = await leased();
  const { status, body } = await local.caller.post(`${path}/lease`, { ttl: 30 });
  expect(status).toBe(409);
  expect(body.error).toMatch(
    new RegExp(`machine ID ${id} lease currently held by \\S+, expires at \\d{4}-\\d\\d-\\d\\dT`),
  );
});

test("81 (observed): the nonce renews the lease and stays", async () => {
  const { path, nonce, lease } = await leased(10);
  const { status, body } = await local.caller.post(`${path}/lease`, { ttl: 100 }, nonce);
  expect([status, body.data.nonce]).toEqual([201, lease.nonce]);
  expect(body.data.expires_at).toBeGreaterThan(lease.expires_at + 80);
});

test("82, 83 (observed): every change needs the nonce, and a wrong one is none", async () => {
  const { path, id, nonce } = await leased();
  const calls: [string, string, unknown?][] = [
    ["POST", path, { config: { image: "nginx:2" } }],
    ["POST", `${path}/start`],
    ["POST", `${path}/stop`],
    ["POST", `${path}/suspend`],
    ["POST", `${path}/restart`],
    ["POST", `${path}/cordon`],
    ["POST", `${path}/uncordon`],
    ["DELETE", `${path}?force=true`],
  ];
  for (const [method, call, body] of calls) {
    for (const headers of [{}, { "fly-machine-lease-nonce": "000000000000" }]) {
      const reply = await local.caller.send(method, call, body, headers as Record<string, string>);
      expect([call, reply.status, reply.body.error]).toEqual([
        call,
        409,
        expect.stringContaining(`aborted: machine ID ${id} lease currently held by`),
      ]);
    }
  }
  expect((await local.caller.get(path)).body.state).toBe("started");
  expect((await local.caller.post(`${path}/stop`, {}, nonce)).status).toBe(200);
});

test("85, 88 (observed): a lease fences neither metadata nor the app's deletion", async () => {
  const { path } = await leased();
  expect((await local.caller.patch(`${path}/metadata`, { metadata: { a: "1" } })).status).toBe(204);
  expect((await local.caller.delete("/v1/apps/shop")).status).toBe(202);
});

test("86 (documented): release needs the nonce and ends the lease, again is 404", async () => {
  const { path, nonce } = await leased();
  expect((await local.caller.delete(`${path}/lease`)).status).toBe(400);
  expect((await local.caller.delete(`${path}/lease`, { "fly-machine-lease-nonce": "000000000000" })).status).toBe(409);
  expect((await local.caller.delete(`${path}/lease`, nonce)).body).toEqual({ status: "success", data: { ok: true } });
  expect((await local.caller.delete(`${path}/lease`, nonce)).status).toBe(404);
  expect((await local.caller.post(`${path}/lease`, { ttl: 5 }, nonce)).status).toBe(404);
});

test("87 (documented): a lease that ran out holds nobody off", async () => {
  const { path } = await leased(30);
  await local.caller.pass(31_000);
  expect((await local.caller.post(`${path}/stop`)).status).toBe(200);
});

test("a lease does not run out because another call skipped time, which its holder cannot know", async () => {
  const { path, nonce } = await leased(30);
  expect((await local.caller.get(`${path}/wait?state=stopped&timeout=60`)).status).toBe(408);
  expect((await local.caller.post(`${path}/stop`)).status).toBe(409);
  expect((await local.caller.post(`${path}/stop`, {}, nonce)).status).toBe(200);
});

test("45 (documented): lease_ttl on create gives a nonce that is needed from then on", async () => {
  const { shown, path } = await local.caller.machine(await local.caller.app(), { lease_ttl: 30 });
  const update = { config: { image: "nginx:2" } };
  expect((await local.caller.post(path, update)).status).toBe(409);
  expect((await local.caller.post(path, update, { "fly-machine-lease-nonce": shown.nonce })).status).toBe(200);
});
