import { expect } from "vitest";
import type { Caller } from "../local-fly.ts";
import { behaviour } from "./behaviour.ts";

const create = (caller: Caller, body: object = {}, query = "") =>
  caller.post(`/v1/apps${query}`, { name: "shop", org_slug: "local", ...body });

const turn = async (caller: Caller, settings: Record<string, string>) =>
  expect((await caller.post("/_local/switches", settings)).status).toBe(200);

behaviour(12, async ({ caller }) => {
  expect((await caller.get("/v1/apps")).status).toBe(400);
  expect((await caller.post("/v1/apps", { name: "shop" })).status).toBe(400);
  await turn(caller, { "apps-without-org": "404" });
  expect((await caller.get("/v1/apps")).status).toBe(404);
});

behaviour(13, async ({ caller }) => {
  const { status, body } = await create(caller);
  expect([status, body]).toEqual([201, { id: expect.stringMatching(/^\w+$/), created_at: expect.any(Number) }]);
  expect(Number.isInteger(body.created_at)).toBe(true);
});

behaviour(14, async ({ caller }) => {
  const named = { name: undefined, app_name: "shop" };
  await turn(caller, { "app-name": "ignored" });
  expect((await create(caller, named)).status).toBe(422);
  await turn(caller, { "app-name": "accepted" });
  expect((await create(caller, named)).status).toBe(201);
  expect((await caller.get("/v1/apps/shop")).status).toBe(200);
});

behaviour(15, async ({ caller }) => {
  await caller.app("shop");
  await caller.event({ kind: "foreign-app", name: "theirs", org: "acme" });
  for (const name of ["shop", "theirs"]) {
    const { status, body } = await create(caller, { name });
    expect([status, body]).toEqual([
      422,
      { error: "Validation failed: Name has already been taken", status: "name_taken" },
    ]);
  }
});

behaviour(16, async ({ caller }) => {
  const error = "Validation failed: Name under 63 chars using numbers, lowercase letters and dashes";
  for (const name of ["Bad_Name!", "x".repeat(63), "ü"]) {
    const { status, body } = await create(caller, { name });
    expect([status, body]).toEqual([422, { error }]);
  }
  expect((await create(caller, { name: "x".repeat(62) })).status).toBe(201);
});

behaviour(17, async ({ caller }) => {
  await caller.event({ kind: "foreign-app", name: "theirs", org: "acme" });
  expect((await caller.get("/v1/apps/free")).status).toBe(404);
  expect((await caller.get("/v1/apps/theirs")).status).toBe(403);
});

behaviour(18, async ({ caller }) => {
  await turn(caller, { windows: "on" });
  await create(caller);
  expect((await caller.get("/v1/apps/shop")).status).toBe(404);
  expect(await caller.get("/v1/apps/shop")).toMatchObject({ status: 200, body: { status: "pending" } });
});

behaviour(19, async ({ caller }) => {
  await turn(caller, { windows: "on" });
  expect((await create(caller, {}, "?wait=true")).status).toBe(201);
  expect((await caller.get("/v1/apps/shop")).status).toBe(200);
});

behaviour(20, async ({ caller }) => {
  const { headers } = await create(caller);
  expect(headers.get("set-cookie")).toMatch(/^fly_flaps_affinity=\w+; Path=\/v1\/apps\/shop$/);
});

behaviour(21, async ({ caller }) => {
  const app = await caller.app();
  expect((await caller.get(app)).body).toMatchObject({ status: "pending", machine_count: 0 });
  const { path } = await caller.machine(app, {}, "started");
  expect((await caller.get(app)).body).toMatchObject({ status: "deployed", machine_count: 1 });
  await caller.post(`${path}/stop`);
  await caller.get(`${path}/wait?state=stopped`);
  expect((await caller.get(app)).body.status).toBe("deployed");
});

behaviour(22, async ({ caller }) => {
  const app = await caller.app();
  expect(await caller.delete(app)).toMatchObject({ status: 202, body: "" });
  expect((await caller.get(app)).status).toBe(200);
  await caller.pass(10_000);
  expect((await caller.get(app)).status).toBe(404);
});

behaviour(23, async ({ caller }) => {
  const app = await caller.app();
  const { id } = await caller.volume(app);
  await caller.machine(app, { config: { image: "nginx", mounts: [{ volume: id, path: "/d" }] } }, "started");
  await caller.post(`${app}/secrets/KEY`, { value: "v" });
  await caller.post(`${app}/secretkeys/sign/generate`, { type: "nacl_sign" });
  await caller.post(`${app}/ip_assignments`, { type: "v6" });
  await caller.post(`${app}/certificates/acme`, { hostname: "shop.example.com" });
  expect((await caller.delete(`${app}?force=true`)).status).toBe(202);
  await caller.pass(10_000);
  for (const kind of ["machines", "volumes", "secrets", "secretkeys", "ip_assignments", "certificates"]) {
    expect([kind, (await caller.get(`${app}/${kind}`)).status]).toEqual([kind, 404]);
  }
  await caller.app();
  const lists = ["machines", "volumes", "secrets", "secretkeys", "ip_assignments", "certificates"];
  for (const kind of lists) {
    const { body } = await caller.get(`${app}/${kind}`);
    expect([kind, Array.isArray(body) ? body : Object.values(body)[0]]).toEqual([kind, []]);
  }
});

behaviour(24, async ({ caller }) => {
  expect((await caller.delete("/v1/apps/nobody")).status).toBe(404);
});

behaviour(25, async ({ caller }) => {
  const app = await caller.app();
  for (const reply of [await caller.patch(app, { network: "iso" }), await caller.put(app, { network: "iso" })]) {
    expect(reply).toMatchObject({ status: 404, body: "404 page not found" });
  }
});

behaviour(26, async ({ caller }) => {
  const first = await create(caller, { idempotency_key: "k" });
  expect(await create(caller, { idempotency_key: "k" })).toMatchObject({ status: 201, body: first.body });
  expect(await create(caller, { name: undefined, idempotency_key: "k" })).toMatchObject({
    status: 201,
    body: first.body,
  });
  expect((await create(caller, { name: "other", idempotency_key: "k" })).status).toBe(422);
  expect((await caller.get("/v1/apps?org_slug=local")).body.total_apps).toBe(1);
});

behaviour(27, async ({ caller }) => {
  await create(caller, { network: "iso" });
  await caller.app("other");
  expect((await caller.get("/v1/apps/shop")).body.network).toBe("iso");
  expect((await caller.get("/v1/apps/other")).body.network).toBe("");
});

behaviour(28, async ({ caller }) => {
  await caller.app("first");
  const before = (await caller.get("/v1/apps?org_slug=local")).body.total_apps;
  await create(caller);
  const { body } = await caller.get("/v1/apps?org_slug=local");
  expect(body.total_apps).toBe(before + 1);
  expect(body.apps).toContainEqual(expect.objectContaining({ name: "shop", status: "pending" }));
});

behaviour(148, async ({ caller }) => {
  expect((await create(caller, { org_slug: "personal" })).status).toBe(201);
  expect((await caller.get("/v1/apps/shop")).body.organization.slug).toBe("local");
});
