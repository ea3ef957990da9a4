import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const give = async (body: Record<string, unknown>) => local.caller.post("/v1/apps/shop/ip_assignments", body);

test("a v4 address is the app's own", async () => {
  await local.caller.app();
  const { status, body } = await give({ type: "v4" });
  expect([status, body]).toMatchObject([
    200,
    { ip: expect.stringMatching(/^137\.66\./), shared: false, network: null },
  ]);
});

test("the shared address is given again to who asks again", async () => {
  await local.caller.app();
  const { body } = await give({ type: "shared_v4" });
  expect((await give({ type: "shared_v4" })).body).toEqual(body);
  expect((await local.caller.get("/v1/apps/shop/ip_assignments")).body).toEqual({ ips: [body] });
});

test("a type or region that does not exist is 400", async () => {
  await local.caller.app();
  expect((await give({ type: "v5" })).status).toBe(400);
  expect((await give({ type: "v4", region: "xxx" })).status).toBe(400);
});

test("a pair of addresses to go out by is two of the list, and says so", async () => {
  await local.caller.app();
  const { status, body } = await give({ type: "egress_pair", region: "iad" });
  expect([status, body]).toMatchObject([200, { ip: null, egress: true }]);
  const { ips } = (await local.caller.get("/v1/apps/shop/ip_assignments")).body;
  expect(ips).toMatchObject([
    { ip: body.ip_pair.v4, egress: true, region: "iad" },
    { ip: body.ip_pair.v6, egress: true, region: "iad" },
  ]);
});
