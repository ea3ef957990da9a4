import { expect } from "vitest";
import type { Caller } from "../local-fly.ts";
import { behaviour, refusal } from "./behaviour.ts";

const wish = { org_slug: "local", name: "shop", plan: "basic", region: "iad", disk_size_gb: 10 };

/** Makes a cluster and answers with its path, at once or when it is ready. */
async function cluster(caller: Caller, more: object = {}, ready = true): Promise<string> {
  const { status, body } = await caller.post("/v1/postgres", { ...wish, ...more });
  expect(status).toBe(201);
  const path = `/v1/postgres/${body.data.id}`;
  for (let reads = 0; ready && reads < 3; reads++) await caller.get(path);
  return path;
}

const list = async (caller: Caller, query = "") => (await caller.get(`/v1/postgres?org_slug=local${query}`)).body.data;

behaviour(135, async ({ caller }) => {
  for (const region of ["cdg", "xyz", ""]) {
    const { status, body } = await caller.post("/v1/postgres", { ...wish, region });
    expect([region, status, body]).toEqual([region, 400, { error: "region is invalid" }]);
  }
  expect(await list(caller)).toEqual([]);
});

behaviour(136, async ({ caller }) => {
  const path = await cluster(caller, {}, false);
  const credentials = () => caller.get(`${path}/users/fly-user/credentials`);
  const seen = [];
  for (let reads = 0; reads < 2; reads++) {
    expect((await credentials()).status).toBe(503);
    seen.push((await caller.get(path)).body.data);
  }
  seen.push((await caller.get(path)).body.data);
  expect(seen.map(({ status }) => status)).toEqual(["creating", "initializing", "ready"]);
  expect(seen[0].endpoints.primary).toEqual({ direct: null, pooler: null });
  const { direct, pooler } = seen[2].endpoints.primary;
  expect(pooler).toEqual({ host: expect.stringMatching(/^pgbouncer\.\w+\.flympg\.net$/), port: 5432 });
  expect(direct.host).toBe(pooler.host.replace("pgbouncer", "direct"));
  expect((await credentials()).body.data).toEqual({ username: "fly-user", password: expect.any(String) });
});

behaviour(137, async ({ caller }) => {
  const app = await caller.app();
  const path = await cluster(caller);
  const attach = () => caller.post(`${path}/attachments`, { app_name: "shop" });
  expect(await attach()).toMatchObject({ status: 201, body: { data: { app_name: "shop" } } });
  expect((await attach()).status).toBe(200);
  expect((await caller.get(path)).body.data.attached_apps).toEqual([{ name: "shop" }]);
  expect((await caller.get(`${app}/secrets`)).body.secrets).toEqual([]);
  expect((await caller.delete(`${path}/attachments/shop`)).status).toBe(204);
  await caller.post("/_local/switches", { "postgres-attachment": "sets-secret" });
  expect((await attach()).status).toBe(201);
  expect((await caller.get(`${app}/secrets`)).body.secrets).toMatchObject([{ name: "DATABASE_URL" }]);
});

behaviour(138, async ({ caller }) => {
  const path = await cluster(caller);
  expect(await caller.delete(path)).toMatchObject({ status: 202, body: "" });
  expect(await caller.delete(path)).toMatchObject({ status: 410, body: { error: "This cluster is being deleted" } });
  const { data } = (await caller.get(path)).body;
  expect(data).toMatchObject({ status: "deleting", deleted_at: expect.any(String) });
  expect(await caller.get(path)).toMatchObject({ status: 410, body: { error: "This cluster has been deleted" } });
  await caller.pass(3_600_000);
  expect((await caller.get(path)).status).toBe(404);
});

behaviour(144, async ({ caller }) => {
  const missing = [404, { error: "Organization not found" }];
  for (const [query, authorization] of [
    ["?org_slug=local", ""],
    ["?org_slug=local", "Bearer junk"],
  ] as const) {
    const { status, body } = await caller.get(`/v1/postgres${query}`, { authorization });
    expect([status, body]).toEqual(missing);
  }
  const { status, body } = await caller.get("/v1/postgres");
  expect([status, body]).toEqual(missing);
});

behaviour(164, async ({ caller }) => {
  const path = await cluster(caller, { pool_mode: "session" });
  expect(await list(caller)).toMatchObject([{ name: "shop", deleted_at: null }]);
  expect(JSON.stringify([await list(caller), (await caller.get(path)).body])).not.toMatch(/pool_mode|session/);
  const extensions = `${path}/databases/fly-db/extensions`;
  expect((await caller.post(extensions, { name: "citext" })).status).toBe(204);
  const { data } = (await caller.get(extensions)).body;
  expect(data).toContainEqual(
    expect.objectContaining({ name: "citext", installed: { schema: "public", version: "1.6" } }),
  );
  expect(data).toContainEqual(expect.objectContaining({ name: "vector", installed: null }));
  await caller.delete(path);
  expect(await list(caller)).toMatchObject([{ status: "deleting", deleted_at: expect.any(String) }]);
});

refusal("a cluster of a plan, version or size that there is not is 422 and not made", async ({ caller }) => {
  for (const more of [{ plan: "tiny" }, { pg_major_version: "15" }, { disk_size_gb: 9 }, { disk_size_gb: 1001 }]) {
    expect((await caller.post("/v1/postgres", { ...wish, ...more })).status).toBe(422);
  }
  expect((await caller.get("/v1/postgres?org_slug=local&include_deleted=perhaps")).status).toBe(422);
  expect(await list(caller)).toEqual([]);
});

refusal("a database's name that is malformed is 400, a missing one 422", async ({ caller }) => {
  const databases = `${await cluster(caller)}/databases`;
  expect((await caller.post(databases, { name: "Orders!" })).status).toBe(400);
  expect((await caller.post(databases, { name: "-orders" })).status).toBe(400);
  expect((await caller.post(databases, {})).status).toBe(422);
});

refusal(
  "an extension is enabled once, PostGIS on clusters for it, and what the system needs stays",
  async ({ caller }) => {
    const extensions = `${await cluster(caller)}/databases/fly-db/extensions`;
    const enable = (name: string) => caller.post(extensions, { name });
    expect((await enable("citext")).status).toBe(204);
    expect(await enable("citext")).toMatchObject({
      status: 409,
      body: { error: "Extension citext is already installed in schema public" },
    });
    expect(await enable("postgis")).toMatchObject({
      status: 409,
      body: { error: "PostGIS is not enabled on this cluster" },
    });
    expect((await enable("none")).status).toBe(422);
    expect(await caller.delete(`${extensions}/plpgsql`)).toMatchObject({
      status: 400,
      body: { error: "System extensions cannot be disabled" },
    });
    expect((await caller.delete(`${extensions}/citext`)).status).toBe(204);
    expect((await enable("citext")).status).toBe(204);
  },
);

refusal("a cluster is forked when it is ready, and restored from a backup that is done", async ({ caller }) => {
  const path = await cluster(caller, {}, false);
  const id = path.split("/").at(-1);
  expect((await caller.post(`${path}/fork`)).status).toBe(409);
  await caller.pass(300_000);
  await caller.post(`${path}/databases`, { name: "orders" });
  const { status, body } = await caller.post(`${path}/fork`);
  expect([status, body.data]).toMatchObject([201, { name: "shop-fork", status: "creating", plan: "basic" }]);
  await caller.pass(300_000);
  const databases = (await caller.get(`/v1/postgres/${body.data.id}/databases`)).body.data;
  expect(databases).toEqual([{ name: "fly-db" }, { name: "orders" }]);
  expect(await caller.post(`${path}/restore`, { backup_id: "none" })).toMatchObject({
    status: 404,
    body: { error: `Backup none not found for cluster ${id}` },
  });
  await caller.post(`${path}/backups`, { type: "full" });
  const [backup] = (await caller.get(`${path}/backups`)).body.data;
  expect((await caller.post(`${path}/restore`, { backup_id: backup.id, name: "again" })).status).toBe(201);
});

refusal("a second backup while one runs is 409", async ({ caller }) => {
  const backups = `${await cluster(caller)}/backups`;
  expect((await caller.post(backups, { type: "full" })).status).toBe(202);
  expect(await caller.post(backups, { type: "incr" })).toMatchObject({
    status: 409,
    body: { error: "A backup is currently running" },
  });
});
