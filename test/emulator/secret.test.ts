import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

test("a bad name or value is 400, sets nothing, and the value is not repeated", async () => {
  const app = await local.caller.app();
  const bad = await local.caller.post(`${app}/secrets`, { values: { OK: "hunter2", "NOT-OK": "hunter2" } });
  expect(bad.status).toBe(400);
  expect(JSON.stringify(bad.body)).not.toContain("hunter2");
  expect((await local.caller.post(`${app}/secrets`, { values: { A: 5 } })).status).toBe(400);
  expect((await local.caller.get(`${app}/secrets`)).body.secrets).toEqual([]);
});
