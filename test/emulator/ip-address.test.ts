import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const give = async (body: Record<string, unknown>) => local.caller.post("/v1/apps/shop/ip_assignments", body);

test.each([
  ["122 (observed)", "v6", /^2a09:/, { shared: false, network: null }],
  ["123 (observed)", "shared_v4", /^66\.241\./, { shared: true, network: null }],
  ["v4", "v4", /^\d+\.\d+\.\d+\.\d+$/, { shared: false, network: null }],
  ["124 (observed)", "private_v6", /^fdaa:/, { shared: false, network: { name: "", org_slug: "local" } }],
])("%s: an address of type %s", async (_, type, pattern, shape) => {
  await local.caller.app();
  const { status, body } = await give({ type });
  expect(status).toBe(200);
  expect(body.ip).toMatch(pattern);
  expect(body).toMatchObject(shape);
  expect((await local.caller.get("/v1/apps/shop/ip_assignments")).body).toEqual({ ips: [body] });
});

test("125 (observed): an unknown network is 400 and gives nothing, one that an app uses is taken", async () => {
  await local.caller.app();
  expect(await give({ type: "private_v6", network: "iso" })).toMatchObject({
    status: 400,
    body: { error: "network not found" },
  });
  expect((await local.caller.get("/v1/apps/shop/ip_assignments")).body).toEqual({ ips: [] });
  await local.caller.post("/v1/apps", { name: "other", org_slug: "local", network: "iso" });
  expect((await give({ type: "private_v6", network: "iso" })).body.network).toEqual({ name: "iso", org_slug: "local" });
});

test("147 (observed): org_slug goes with private_v6 only", async () => {
  await local.caller.app();
  expect(await give({ type: "v6", org_slug: "local" })).toMatchObject({
    status: 400,
    body: { error: "org_slug is only supported with private_v6 type" },
  });
  expect((await give({ type: "private_v6", org_slug: "local" })).status).toBe(200);
});

test("126 (specified): an address is taken away with 204, and again is 404", async () => {
  await local.caller.app();
  const { ip } = (await give({ type: "v6" })).body;
  const path = `/v1/apps/shop/ip_assignments/${encodeURIComponent(ip)}`;
  expect((await local.caller.delete(path)).status).toBe(204);
  expect((await local.caller.delete(path)).status).toBe(404);
});

test("127 (observed): a machine with services gets no address by itself", async () => {
  const app = await local.caller.app();
  await local.caller.machine(app, { config: { image: "nginx", services: [{ internal_port: 80 }] } }, "started");
  expect((await local.caller.get(`${app}/ip_assignments`)).body).toEqual({ ips: [] });
});

test("a type or region that does not exist is 400", async () => {
  await local.caller.app();
  expect((await give({ type: "v5" })).status).toBe(400);
  expect((await give({ type: "v4", region: "xxx" })).status).toBe(400);
});
