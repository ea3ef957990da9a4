import { expect } from "vitest";
import { Caller } from "../local-fly.ts";
import { behaviour, refusal } from "./behaviour.ts";

behaviour(110, async ({ caller }) => {
  const app = await caller.app();
  const made = await caller.post(`${app}/secrets/DB`, { value: "hunter2" });
  expect(made).toMatchObject({ status: 201, body: { name: "DB", digest: expect.stringMatching(/^\w+$/), version: 1 } });
  for (const path of ["secrets", "secrets/DB"]) {
    const { status, body } = await caller.get(`${app}/${path}`);
    expect([status, JSON.stringify([made.body, body])]).toEqual([200, expect.not.stringMatching(/hunter2|"value"/)]);
  }
});

behaviour(111, async ({ caller }) => {
  const app = await caller.app();
  const digest = async (value: string) => (await caller.post(`${app}/secrets/DB`, { value })).body.digest;
  const first = await digest("hunter2");
  expect(await digest("hunter2")).toBe(first);
  expect(await digest("hunter3")).not.toBe(first);
});

behaviour(112, async ({ caller }) => {
  const app = await caller.app();
  await caller.post(`${app}/secrets/B`, { value: "1" });
  const { status, body } = await caller.post(`${app}/secrets`, { values: { A: "1", B: null } });
  expect([status, body]).toMatchObject([200, { version: 2, Version: 2, secrets: [{ name: "A" }] }]);
  expect((await caller.get(`${app}/secrets`)).body.secrets).toHaveLength(1);
});

behaviour(113, async ({ caller }) => {
  const app = await caller.app();
  await caller.post(`${app}/secrets/A`, { value: "1" });
  expect(await caller.delete(`${app}/secrets/NEVER`)).toMatchObject({ status: 200, body: { version: 1 } });
  const { status, body } = await caller.post(`${app}/secrets`, { values: { NEVER: null } });
  expect([status, body.version]).toEqual([200, 1]);
});

behaviour(114, async ({ caller }) => {
  const app = await caller.app();
  await caller.post(`${app}/secrets/A`, { value: "1" });
  await caller.delete(`${app}/secrets/A`);
  expect((await caller.get(`${app}/secrets/A`)).status).toBe(404);
});

behaviour(115, async ({ caller }) => {
  const app = await caller.app();
  const { path, shown } = await caller.machine(app, {}, "started");
  await caller.post(`${app}/secrets/A`, { value: "1" });
  expect((await caller.get(path)).body).toMatchObject({ state: "started", instance_id: shown.instance_id });
  const seen = async () => (await caller.get("/_local/world")).body.machines[0].secretsVersion;
  expect(await seen()).toBe(0);
  await caller.post(path, { config: { image: "nginx" } });
  expect(await seen()).toBe(1);
});

const key = (caller: Caller, name: string, body: object) => caller.post(`/v1/apps/shop/secretkeys/${name}`, body);

behaviour(156, async ({ caller }) => {
  await caller.app();
  const value = [1, 2, 3];
  const untyped = await key(caller, "k", { value });
  expect(untyped.status).toBe(400);
  for (const type of "es256 hs256 hs384 hs512 xaes256gcm nacl_auth nacl_box nacl_secretbox nacl_sign".split(" ")) {
    expect(untyped.body.error).toContain(type);
    expect((await key(caller, type, { type, value })).status).toBe(201);
  }
  expect((await key(caller, "a-b", { type: "hs256", value })).status).toBe(400);
  await key(caller, "k", { type: "hs384", value });
  expect(await key(caller, "k", { type: "xaes256gcm", value })).toMatchObject({
    status: 500,
    body: { error: "secret k is of type 3, expected 5" },
  });
});

behaviour(157, async ({ caller, fly }) => {
  const app = await caller.app();
  await caller.post(`${app}/secrets/A`, { value: "hunter2" });
  const { token } = (await caller.event({ kind: "token", readOnly: true })).body;
  const reader = new Caller({ url: fly.url, token });
  expect((await reader.get(`${app}/secrets?show_secrets=true`)).status).toBe(403);
  const { status, body } = await reader.get(`${app}/secrets`);
  expect([status, body.secrets]).toMatchObject([200, [{ name: "A", digest: expect.any(String) }]]);
  expect(JSON.stringify(body)).not.toContain("hunter2");
});

behaviour(158, async ({ caller }) => {
  const app = await caller.app();
  await caller.post(`${app}/secrets/A`, { value: "1" });
  await caller.delete(`${app}/secrets/A`);
  expect(await caller.get(`${app}/secrets`)).toMatchObject({ status: 200, body: { secrets: [] } });
});

refusal("a secret key that is not there is 404", async ({ caller }) => {
  expect((await caller.get(`${await caller.app()}/secretkeys/none`)).status).toBe(404);
});
