import { expect, test } from "vitest";
import { type Caller, withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const body = { org_slug: "local", name: "shop", plan: "basic", region: "iad", disk_size_gb: 10 };

/** Makes a cluster and answers with its path, at once or when it is ready. */
async function cluster(caller: Caller, more: object = {}, ready = true) {
  const reply = await caller.post("/v1/postgres", { ...body, ...more });
  expect(reply.status).toBe(201);
  const path = `/v1/postgres/${reply.body.data.id}`;
  for (let reads = 0; ready && reads < 3; reads++) await caller.get(path);
  return { path, id: reply.body.data.id as string, shown: reply.body.data };
}

test("136 (documented): a new cluster is creating, initializing and ready in two minutes, and a poller sees each", async () => {
  const { path, shown } = await cluster(local.caller, {}, false);
  expect(shown.status).toBe("creating");
  const seen = [];
  for (let reads = 0; reads < 3; reads++) seen.push((await local.caller.get(path)).body.data.status);
  expect(seen).toEqual(["creating", "initializing", "ready"]);
});

test("136: addresses and credentials are there only when it is ready", async () => {
  const { path, shown } = await cluster(local.caller, {}, false);
  expect(shown.endpoints.primary).toEqual({ direct: null, pooler: null });
  expect((await local.caller.get(`${path}/users/fly-user/credentials`)).status).toBe(503);
  await local.caller.pass(120_000);
  const { endpoints } = (await local.caller.get(path)).body.data;
  expect(endpoints.primary.pooler).toEqual({
    host: expect.stringMatching(/^pgbouncer\.\w+\.flympg\.net$/),
    port: 5432,
  });
  expect(endpoints.primary.direct.host).toBe(endpoints.primary.pooler.host.replace("pgbouncer", "direct"));
  expect((await local.caller.get(`${path}/users/fly-user/credentials`)).body.data).toEqual({
    username: "fly-user",
    password: expect.stringMatching(/^.{24}$/),
  });
});

test("164 (observed): a plan says what it is made of, the version is a string, the pool mode is never shown", async () => {
  const { path } = await cluster(local.caller, { plan: "launch", pg_major_version: 17, pool_mode: "session" });
  const { data } = (await local.caller.get(path)).body;
  const made = { cpus: 2, cpu_kind: "performance", memory_mb: 8192, replicas: 1, pg_major_version: "17" };
  expect(data).toMatchObject({ ...made, organization: { slug: "local" }, deleted_at: null });
  expect(JSON.stringify(data)).not.toMatch(/pool_mode|session/);
});

test.each([
  ["135 (observed): a region without Managed Postgres", { region: "cdg" }, "region is invalid"],
  ["135: no region", { region: "xyz" }, "region is invalid"],
  ["an unknown plan", { plan: "tiny" }, /^plan must be one of basic, starter/],
  ["an unknown version", { pg_major_version: "15" }, /^pg_major_version must be one of 16, 17/],
  ["a disk of 9 GB", { disk_size_gb: 9 }, /10 to 1000/],
  ["a disk of 1001 GB", { disk_size_gb: 1001 }, /10 to 1000/],
])("%s is a 400 and makes nothing", async (_, more, error) => {
  const reply = await local.caller.post("/v1/postgres", { ...body, ...more });
  expect([reply.status, reply.body.error]).toEqual([400, expect.stringMatching(error)]);
  expect((await local.caller.get("/v1/postgres?org_slug=local")).body.data).toEqual([]);
});

test("138 (documented): delete is 202, then deleting, then 410 and in the end 404", async () => {
  const { path } = await cluster(local.caller);
  expect((await local.caller.delete(path)).status).toBe(202);
  expect((await local.caller.get(path)).body.data).toMatchObject({
    status: "deleting",
    deleted_at: expect.any(String),
  });
  expect((await local.caller.get(path)).status).toBe(410);
  expect((await local.caller.delete(path)).status).toBe(410);
  expect((await local.caller.get("/v1/postgres?org_slug=local")).body.data).toEqual([]);
  const [deleted] = (await local.caller.get("/v1/postgres?org_slug=local&include_deleted=true")).body.data;
  expect(deleted.status).toBe("deleted");
  await local.caller.pass(3_600_000);
  expect((await local.caller.get(path)).status).toBe(404);
});

test("144 (observed): without a token, or for another organisation, there is no organisation", async () => {
  const missing = { status: 404, body: { error: "Organization not found" } };
  expect(await local.caller.get("/v1/postgres?org_slug=local", { authorization: "Bearer none" })).toMatchObject(
    missing,
  );
  expect(await local.caller.get("/v1/postgres?org_slug=acme")).toMatchObject(missing);
  await local.caller.app();
  const { token } = (await local.caller.event({ kind: "token", org: "local", app: "shop" })).body;
  const { path } = await cluster(local.caller);
  const headers = { authorization: `Bearer ${token}` };
  expect(await local.caller.get("/v1/postgres?org_slug=local", headers)).toMatchObject(missing);
  expect((await local.caller.get(path, headers)).status).toBe(404);
});

test("databases: the first is fly-db, a name is taken once, and deleting is 204", async () => {
  const path = `${(await cluster(local.caller)).path}/databases`;
  expect((await local.caller.post(path, { name: "orders" })).status).toBe(201);
  expect((await local.caller.post(path, { name: "orders" })).status).toBe(409);
  expect((await local.caller.post(path, { name: "Orders!" })).status).toBe(400);
  expect((await local.caller.get(path)).body.data).toEqual([{ name: "fly-db" }, { name: "orders" }]);
  expect((await local.caller.delete(`${path}/orders`)).status).toBe(204);
  expect((await local.caller.delete(`${path}/orders`)).status).toBe(404);
});

test("users: made with a role, given another, never shown with a password", async () => {
  const path = `${(await cluster(local.caller)).path}/users`;
  const made = await local.caller.post(path, { username: "reports", role: "reader" });
  expect([made.status, made.body]).toEqual([201, { data: { username: "reports", role: "reader" } }]);
  expect((await local.caller.post(path, { username: "other", role: "owner" })).status).toBe(400);
  expect((await local.caller.patch(`${path}/reports`, { role: "writer" })).body.data.role).toBe("writer");
  expect((await local.caller.get(path)).body.data).toContainEqual({ username: "reports", role: "writer" });
  expect((await local.caller.delete(`${path}/reports`)).status).toBe(204);
  expect((await local.caller.get(`${path}/reports/credentials`)).status).toBe(404);
});

test("a password stays the same until it is rotated, differs by user, and is kept nowhere", async () => {
  const path = `${(await cluster(local.caller)).path}/users`;
  await local.caller.post(path, { username: "reports", role: "reader" });
  const password = async (user: string) => (await local.caller.get(`${path}/${user}/credentials`)).body.data.password;
  const first = await password("reports");
  expect(await password("reports")).toBe(first);
  expect(await password("fly-user")).not.toBe(first);
  await local.caller.post(`${path}/reports/rotate_password`, { kill_sessions: true });
  const second = await password("reports");
  expect(second).not.toBe(first);
  const kept = JSON.stringify([(await local.caller.get("/_local/world")).body, local.fly.journal.entries(0)]);
  for (const secret of [first, second]) expect(kept).not.toContain(secret);
});

test("137 (documented): an attachment is noted once and sets no secret; it ends with its app", async () => {
  const app = await local.caller.app();
  const { path } = await cluster(local.caller, {}, false);
  const attach = () => local.caller.post(`${path}/attachments`, { app_name: "shop" });
  expect([(await attach()).status, (await attach()).status]).toEqual([201, 200]);
  expect((await local.caller.get(path)).body.data.attached_apps).toEqual([{ name: "shop" }]);
  expect((await local.caller.get(`${app}/secrets`)).body.secrets).toEqual([]);
  expect((await local.caller.post(`${path}/attachments`, { app_name: "nobody" })).status).toBe(404);
  await local.caller.delete(app);
  await local.caller.pass(60_000);
  expect((await local.caller.get(`${path}/attachments`)).body.data).toEqual([]);
  await local.caller.app();
  await attach();
  expect((await local.caller.delete(`${path}/attachments/shop`)).status).toBe(204);
  expect((await local.caller.delete(`${path}/attachments/shop`)).status).toBe(404);
});

test("a backup runs for a while, one at a time", async () => {
  const path = `${(await cluster(local.caller)).path}/backups`;
  expect((await local.caller.post(path, { type: "weekly" })).status).toBe(400);
  expect((await local.caller.post(path, { type: "full" })).status).toBe(202);
  expect((await local.caller.post(path, { type: "incr" })).status).toBe(409);
  expect((await local.caller.get(path)).body.data).toMatchObject([{ type: "full", status: "running" }]);
  expect((await local.caller.get(path)).body.data).toMatchObject([{ status: "completed" }]);
});

test("a cluster of a name that is to fail ends as failed", async () => {
  await local.caller.event({ kind: "failing-postgres", name: "shop" });
  const { path } = await cluster(local.caller);
  expect((await local.caller.get(path)).body.data.status).toBe("failed");
});
