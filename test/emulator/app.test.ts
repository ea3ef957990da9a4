import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

test("12 (documented): a list without org_slug is 400, of another organisation 403", async () => {
  expect((await local.caller.get("/v1/apps")).status).toBe(400);
  expect((await local.caller.get("/v1/apps?org_slug=acme")).status).toBe(403);
});

test("13, 28 (documented): create answers 201 with id and whole milliseconds, and the list has it", async () => {
  const { status, body } = await local.caller.post("/v1/apps", { name: "shop", org_slug: "local" });
  expect(status).toBe(201);
  expect(Object.keys(body).sort()).toEqual(["created_at", "id"]);
  expect(Number.isInteger(body.created_at)).toBe(true);
  const { body: list } = await local.caller.get("/v1/apps?org_slug=local");
  expect(list).toMatchObject({ total_apps: 1, apps: [{ name: "shop", status: "pending" }] });
});

test("14 (undecided): app_name is taken for name", async () => {
  expect((await local.caller.post("/v1/apps", { app_name: "shop", org_slug: "local" })).status).toBe(201);
  expect((await local.caller.get("/v1/apps/shop")).status).toBe(200);
});

test("15 (observed): a taken name is 422, whoever has it", async () => {
  await local.caller.app("shop");
  await local.caller.event({ kind: "foreign-app", name: "theirs", org: "acme" });
  for (const name of ["shop", "theirs"]) {
    expect(await local.caller.post("/v1/apps", { name, org_slug: "local" })).toMatchObject({
      status: 422,
      body: { error: "Validation failed: Name has already been taken", status: "name_taken" },
    });
  }
});

test.each(["Bad_Name!", "x".repeat(63), "ü"])("16: the name %s is 422", async (name) => {
  const { status, body } = await local.caller.post("/v1/apps", { name, org_slug: "local" });
  expect([status, body.error]).toEqual([
    422,
    "Validation failed: Name under 63 chars using numbers, lowercase letters and dashes",
  ]);
});

test("an app without a name is 422", async () => {
  expect((await local.caller.post("/v1/apps", { org_slug: "local" })).status).toBe(422);
});

test("21 (documented): the first machine makes an app deployed", async () => {
  const app = await local.caller.app();
  await local.caller.machine(app);
  expect((await local.caller.get(app)).body).toMatchObject({ status: "deployed", machine_count: 1 });
});

test("22 to 24 (observed): a deleted app answers a while, then is gone with all it had", async () => {
  const app = await local.caller.app();
  const { id, path } = await local.caller.volume(app);
  const machine = await local.caller.machine(app, { config: { image: "nginx", mounts: [{ volume: id, path: "/d" }] } });
  await local.caller.post(`${app}/secrets/KEY`, { value: "v" });
  await local.caller.post(`${app}/ip_assignments`, { type: "v6" });
  expect(await local.caller.delete(app)).toMatchObject({ status: 202, body: "" });
  expect((await local.caller.get(app)).status).toBe(200);
  for (const gone of [app, path, machine.path, `${app}/secrets`])
    expect((await local.caller.get(gone)).status).toBe(404);
  const { body: world } = await local.caller.get("/_local/world");
  expect([world.apps, world.machines, world.volumes, world.secrets, world.ips]).toEqual([[], [], [], [], []]);
  expect((await local.caller.delete(app)).status).toBe(404);
});

test("26 (specified): an idempotency key gives the first app again, and is no good for another name", async () => {
  const body = { name: "shop", org_slug: "local", idempotency_key: "k" };
  const first = await local.caller.post("/v1/apps", body);
  expect(await local.caller.post("/v1/apps", body)).toMatchObject({ status: 201, body: first.body });
  expect((await local.caller.post("/v1/apps", { ...body, name: "other" })).status).toBe(422);
});

test("27 and 148 (observed): network is kept, `personal` reads back by its true slug", async () => {
  await local.caller.post("/v1/apps", { name: "shop", org_slug: "personal", network: "iso" });
  const { body } = await local.caller.get("/v1/apps/shop");
  expect(body).toMatchObject({ network: "iso", organization: { slug: "local" } });
});
