import { expect } from "vitest";
import type { Caller } from "../local-fly.ts";
import { behaviour } from "./behaviour.ts";

const addresses = "/v1/apps/shop/ip_assignments";
const give = (caller: Caller, body: object) => caller.post(addresses, body);
const list = async (caller: Caller) => (await caller.get(addresses)).body.ips;

behaviour(122, async ({ caller }) => {
  await caller.app();
  const { status, body } = await give(caller, { type: "v6" });
  expect([status, body]).toMatchObject([200, { ip: expect.stringMatching(/^2a09:/), shared: false, network: null }]);
  expect(await list(caller)).toEqual([body]);
});

behaviour(123, async ({ caller }) => {
  await caller.app();
  const { status, body } = await give(caller, { type: "shared_v4" });
  expect([status, body]).toMatchObject([200, { ip: expect.stringMatching(/^[\d.]+$/), shared: true, network: null }]);
});

behaviour(124, async ({ caller }) => {
  await caller.app();
  const { status, body } = await give(caller, { type: "private_v6" });
  expect(status).toBe(200);
  expect(body).toMatchObject({ ip: expect.stringMatching(/^fdaa:/), network: { name: "", org_slug: "local" } });
});

behaviour(125, async ({ caller }) => {
  await caller.app();
  const { status, body } = await give(caller, { type: "private_v6", network: "iso" });
  expect([status, body]).toEqual([400, { error: "network not found" }]);
  expect(await list(caller)).toEqual([]);
  await caller.post("/v1/apps", { name: "other", org_slug: "local", network: "iso" });
  expect((await give(caller, { type: "private_v6", network: "iso" })).body.network.name).toBe("iso");
});

behaviour(126, async ({ caller }) => {
  await caller.app();
  const path = `${addresses}/${encodeURIComponent((await give(caller, { type: "v6" })).body.ip)}`;
  expect((await caller.delete(path)).status).toBe(204);
  expect(await list(caller)).toEqual([]);
  expect((await caller.delete(path)).status).toBe(404);
});

behaviour(127, async ({ caller }) => {
  const app = await caller.app();
  await caller.machine(app, { config: { image: "nginx", services: [{ internal_port: 80 }] } }, "started");
  expect(await list(caller)).toEqual([]);
});

behaviour(147, async ({ caller }) => {
  await caller.app();
  const { status, body } = await give(caller, { type: "v6", org_slug: "local" });
  expect([status, body]).toEqual([400, { error: "org_slug is only supported with private_v6 type" }]);
  expect((await give(caller, { type: "private_v6", org_slug: "local" })).status).toBe(200);
  await caller.post("/_local/switches", { "public-address-org": "ignored" });
  expect((await give(caller, { type: "v6", org_slug: "local" })).status).toBe(200);
});
