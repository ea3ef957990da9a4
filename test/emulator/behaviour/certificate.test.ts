import { expect } from "vitest";
import { selfSigned } from "../../support/pem.ts";
import type { Caller } from "../local-fly.ts";
import { behaviour } from "./behaviour.ts";

const certificates = "/v1/apps/shop/certificates";
const hostname = "shop.example.com";
const one = `${certificates}/${hostname}`;

const request = (caller: Caller) => caller.post(`${certificates}/acme`, { hostname });
const address = async (caller: Caller, type: string) =>
  (await caller.post("/v1/apps/shop/ip_assignments", { type })).body.ip as string;

behaviour(116, async ({ caller }) => {
  await caller.app();
  const [v6, v4] = [await address(caller, "v6"), await address(caller, "shared_v4")];
  const { status, body } = await request(caller);
  expect(status).toBe(201);
  expect(body).toMatchObject({
    hostname,
    status: "pending_validation",
    configured: false,
    acme_requested: true,
    dns_requirements: {
      a: [v4],
      aaaa: [v6],
      cname: "shop.fly.dev",
      acme_challenge: { name: `_acme-challenge.${hostname}`, target: expect.stringMatching(/\.flydns\.net$/) },
      ownership: { name: `_fly-ownership.${hostname}`, app_value: expect.stringMatching(/^app-\w+$/) },
    },
  });
});

behaviour(117, async ({ caller }) => {
  await caller.app();
  await request(caller);
  expect(await request(caller)).toMatchObject({ status: 422, body: { error: "Hostname already exists on app" } });
});

behaviour(118, async ({ caller }) => {
  await caller.app();
  const upload = (until: string) => {
    const { fullchain, privateKey } = selfSigned(hostname, until);
    return caller.post(`${certificates}/custom`, { hostname, fullchain, private_key: privateKey });
  };
  const [first, second] = ["2030-01-01T00:00:00.000Z", "2031-01-01T00:00:00.000Z"] as const;
  expect((await upload(first)).status).toBe(201);
  const { status, body } = await upload(second);
  expect([status, body.certificates]).toMatchObject([201, [{ source: "custom", expires_at: second }]]);
  await caller.post("/_local/switches", { "custom-certificate-again": "refused" });
  expect((await upload(first)).status).toBe(409);
  expect((await caller.delete(`${one}/custom`)).status).toBe(200);
  expect((await upload(first)).status).toBe(201);
});

behaviour(119, async ({ caller }) => {
  await caller.app();
  await request(caller);
  expect((await caller.delete(one)).status).toBe(204);
  expect((await caller.get(one)).status).toBe(404);
});

behaviour(120, async ({ caller }) => {
  await caller.app();
  await address(caller, "shared_v4");
  await request(caller);
  await caller.event({ kind: "dns", hostname, validated: true });
  await caller.pass(3_600_000);
  expect((await caller.post(`${one}/check`)).body).toMatchObject({
    status: "pending_validation",
    validation_errors: [{ code: "ipv6" }],
  });
  await address(caller, "v6");
  await caller.get(one);
  expect((await caller.get(one)).body.status).toBe("active");
});

behaviour(143, async ({ caller }) => {
  const app = await caller.app();
  for (const path of [certificates, `${app}/ip_assignments`]) {
    const { status, body } = await caller.get(path, { authorization: "" });
    expect([status, body]).toEqual([401, { message: "Unauthorized" }]);
  }
});
