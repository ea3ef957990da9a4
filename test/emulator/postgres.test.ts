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

test("a plan says what it is made of, and the version is a string", async () => {
  const { path } = await cluster(local.caller, { plan: "launch", pg_major_version: 17 });
  const { data } = (await local.caller.get(path)).body;
  const made = { cpus: 2, cpu_kind: "performance", memory_mb: 8192, replicas: 1, pg_major_version: "17" };
  expect(data).toMatchObject({ ...made, organization: { slug: "local" }, deleted_at: null });
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

test("databases: the first is fly-db, a name is taken once, and deleting answers with it", async () => {
  const path = `${(await cluster(local.caller)).path}/databases`;
  expect((await local.caller.post(path, { name: "orders" })).status).toBe(201);
  expect((await local.caller.post(path, { name: "orders" })).status).toBe(409);
  expect((await local.caller.post(path, { name: "Orders!" })).status).toBe(400);
  expect((await local.caller.get(path)).body.data).toEqual([{ name: "fly-db" }, { name: "orders" }]);
  expect(await local.caller.delete(`${path}/orders`)).toMatchObject({
    status: 200,
    body: { data: { name: "orders" } },
  });
  expect((await local.caller.delete(`${path}/orders`)).status).toBe(404);
});

test("users: made with a role, given another, never shown with a password", async () => {
  const path = `${(await cluster(local.caller)).path}/users`;
  const made = await local.caller.post(path, { username: "reports", role: "reader" });
  expect([made.status, made.body]).toEqual([201, { data: { username: "reports", role: "reader" } }]);
  expect((await local.caller.post(path, { username: "other", role: "owner" })).status).toBe(422);
  expect((await local.caller.patch(`${path}/reports`, { role: "writer" })).status).toBe(204);
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

test("an attachment ends with its app, and another app of that name later is not attached", async () => {
  const app = await local.caller.app();
  const { path } = await cluster(local.caller, {}, false);
  const attach = () => local.caller.post(`${path}/attachments`, { app_name: "shop" });
  const attached = async () => (await local.caller.get(path)).body.data.attached_apps;
  await attach();
  expect(await attached()).toEqual([{ name: "shop" }]);
  expect((await local.caller.post(`${path}/attachments`, { app_name: "nobody" })).status).toBe(404);
  await local.caller.delete(app);
  await local.caller.pass(60_000);
  expect(await attached()).toEqual([]);
  await local.caller.app();
  expect(await attached()).toEqual([]);
  await attach();
  expect((await local.caller.delete(`${path}/attachments/shop`)).status).toBe(204);
  expect((await local.caller.delete(`${path}/attachments/shop`)).status).toBe(404);
});

test("a backup runs for a while, then it is completed", async () => {
  const path = `${(await cluster(local.caller)).path}/backups`;
  expect((await local.caller.post(path, { type: "weekly" })).status).toBe(422);
  expect(await local.caller.post(path, { type: "full" })).toMatchObject({ status: 202, body: "" });
  expect((await local.caller.get(path)).body.data).toMatchObject([{ type: "full", status: "running" }]);
  expect((await local.caller.get(path)).body.data).toMatchObject([{ status: "completed" }]);
});

test("a restore needs a backup or a moment between the cluster's creation and now", async () => {
  const { path, shown } = await cluster(local.caller);
  const restore = async (wish: object) => (await local.caller.post(`${path}/restore`, wish)).status;
  const { now } = (await local.caller.get("/_local/health")).body;
  expect(await restore({})).toBe(422);
  expect(await restore({ backup_id: "b", pitr_time: now })).toBe(422);
  for (const pitr_time of [
    "2020-01-01T00:00:00Z",
    "2999-01-01T00:00:00Z",
    "yesterday",
    shown.created_at.slice(0, -1),
  ]) {
    expect([pitr_time, await restore({ pitr_time })]).toEqual([pitr_time, 422]);
  }
  expect(await restore({ pitr_time: shown.created_at })).toBe(201);
});

test("a cluster of a name that is to fail ends as failed", async () => {
  await local.caller.event({ kind: "failing-postgres", name: "shop" });
  const { path } = await cluster(local.caller);
  expect((await local.caller.get(path)).body.data.status).toBe("failed");
});
