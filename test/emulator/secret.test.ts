import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

test("110, 111 (observed): a secret answers 201 with a digest that follows the value and tells nothing", async () => {
  const app = await local.caller.app();
  const set = async (value: string) => (await local.caller.post(`${app}/secrets/DB`, { value })).body;
  const first = await local.caller.post(`${app}/secrets/DB`, { value: "hunter2" });
  expect(first).toMatchObject({ status: 201, body: { name: "DB", version: 1 } });
  expect((await set("hunter2")).digest).toBe(first.body.digest);
  expect((await set("hunter3")).digest).not.toBe(first.body.digest);
  const { body } = await local.caller.get(`${app}/secrets`);
  expect(JSON.stringify(body)).not.toContain("hunter");
  expect(body.secrets).toMatchObject([{ name: "DB" }]);
});

test("112, 113, 114 (specified): one call sets and unsets as one version; unsetting nothing changes none", async () => {
  const app = await local.caller.app();
  await local.caller.post(`${app}/secrets/B`, { value: "1" });
  const { body } = await local.caller.post(`${app}/secrets`, { values: { A: "1", B: null } });
  expect(body).toMatchObject({ version: 2, Version: 2, secrets: [{ name: "A" }] });
  expect((await local.caller.get(`${app}/secrets/B`)).status).toBe(404);
  expect((await local.caller.delete(`${app}/secrets/NEVER`)).body.version).toBe(2);
  expect((await local.caller.post(`${app}/secrets`, { values: { NEVER: null } })).body.version).toBe(2);
});

test("115 (documented): a secret touches no machine until it is updated", async () => {
  const app = await local.caller.app();
  const { path, shown } = await local.caller.machine(app, {}, "started");
  await local.caller.post(`${app}/secrets/A`, { value: "1" });
  expect((await local.caller.get(path)).body).toMatchObject({ state: "started", instance_id: shown.instance_id });
  const seen = async () => (await local.caller.get("/_local/world")).body.machines[0].secretsVersion;
  expect(await seen()).toBe(0);
  await local.caller.post(path, { config: { image: "nginx" } });
  expect(await seen()).toBe(1);
});

test("157, 158 (observed): values are shown to nobody, and no secrets are an empty list", async () => {
  const app = await local.caller.app();
  expect((await local.caller.get(`${app}/secrets`)).body).toEqual({ secrets: [] });
  expect((await local.caller.get(`${app}/secrets?show_secrets=true`)).status).toBe(403);
});

test("a bad name or value is 400, sets nothing, and the value is not repeated", async () => {
  const app = await local.caller.app();
  const bad = await local.caller.post(`${app}/secrets`, { values: { OK: "hunter2", "NOT-OK": "hunter2" } });
  expect(bad.status).toBe(400);
  expect(JSON.stringify(bad.body)).not.toContain("hunter2");
  expect((await local.caller.post(`${app}/secrets`, { values: { A: 5 } })).status).toBe(400);
  expect((await local.caller.get(`${app}/secrets`)).body.secrets).toEqual([]);
});
