import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

test("a region that does not exist is 400, in create of machine and volume", async () => {
  const app = await local.caller.app();
  const reply = await local.caller.post(`${app}/machines`, { region: "mia", config: { image: "nginx" } });
  expect(reply).toMatchObject({ status: 400, body: { error: expect.stringContaining('"mia"') } });
  expect((await local.caller.post(`${app}/volumes`, { name: "d", region: "xxx" })).status).toBe(400);
});

test.each([
  ["no image", { image: "" }, "config.image"],
  ["two mounts", { mounts: [1, 2].map((n) => ({ volume: "v", path: `/${n}` })) }, "config.mounts"],
  ["a stop time-out of 301 s", { stop_config: { timeout: "301s" } }, "config.stop_config.timeout"],
  ["a number in env", { env: { A: 1 } }, "config.env.A"],
  ["services that are no list", { services: {} }, "config.services"],
])("%s is 400 and names what is wrong", async (_, config, named) => {
  const app = await local.caller.app();
  const reply = await local.caller.post(`${app}/machines`, { config: { image: "nginx", ...config } });
  expect([reply.status, reply.body.error]).toEqual([400, expect.stringContaining(named)]);
  expect((await local.caller.get(`${app}/machines`)).body).toEqual([]);
});
