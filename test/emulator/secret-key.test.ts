import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();
const keys = "/v1/apps/shop/secretkeys";

test("a key is generated or set, listed by type, replaced and deleted, each change a version of the app's secrets", async () => {
  const app = await local.caller.app();
  const made = await local.caller.post(`${keys}/sign/generate`, { type: "nacl_sign" });
  expect(made).toMatchObject({ status: 201, body: { name: "sign", type: "nacl_sign", version: 1 } });
  // fly-go sends bytes as base64, Fly's document has a list of them.
  expect((await local.caller.post(`${keys}/mac`, { type: "hs256", value: "c2VjcmV0" })).body.version).toBe(2);
  expect((await local.caller.post(`${keys}/mac`, { type: "hs256", value: [1, 2, 255] })).body.version).toBe(3);
  expect((await local.caller.get(keys)).body.secret_keys).toMatchObject([{ name: "sign" }, { name: "mac" }]);
  expect((await local.caller.get(`${keys}?types=hs256,hs512`)).body.secret_keys).toMatchObject([{ name: "mac" }]);
  expect((await local.caller.get(`${keys}/mac`)).body).toMatchObject({ name: "mac", type: "hs256" });
  expect((await local.caller.delete(`${keys}/mac`)).body.version).toBe(4);
  expect((await local.caller.delete(`${keys}/mac`)).body.version).toBe(4);
  expect((await local.caller.post(`${app}/secrets/A`, { value: "1" })).body.version).toBe(5);
});

test.each([["nothing"], [[]], [[256]], [["a"]], [5], [""]])("a value of %j is 400", async (value) => {
  await local.caller.app();
  const sent = value === "nothing" ? undefined : value;
  expect((await local.caller.post(`${keys}/mac`, { type: "hs256", value: sent })).status).toBe(400);
  expect((await local.caller.get(keys)).body.secret_keys).toEqual([]);
});

test("of a key nothing is kept that it could be used with", async () => {
  await local.caller.app();
  const value = Buffer.from("hunter2-hunter2").toString("base64");
  await local.caller.post(`${keys}/mac`, { type: "hs256", value });
  const kept = JSON.stringify([local.fly.world.secretKeys.all(), local.fly.journal.entries(0)]);
  expect(kept).toContain("mac");
  expect(kept).not.toMatch(/hunter2|aHVudGVy/);
});
