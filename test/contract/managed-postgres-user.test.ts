import { beforeAll, expect, test } from "vitest";
import type { Properties } from "../../provider/value.ts";
import { Engine, halfMade, secret as mark } from "../support/engine.ts";
import { arm, journalEnd, mutations, send, withLocalFly } from "../support/local-fly.ts";

const local = withLocalFly();
let cluster = "";

beforeAll(async () => {
  const args = { name: "db", region: "iad", plan: "basic", diskSizeGb: 10 };
  cluster = (await local.engine.create("ManagedPostgres", "db", args)).id;
});

const args = (username: string, more: Properties = {}): Properties => ({ cluster, username, role: "reader", ...more });
const make = (username: string, more?: Properties) =>
  local.engine.create("ManagedPostgresUser", username, args(username, more));
const path = () => `/v1/postgres/${cluster}/users`;
const users = async () =>
  ((await send(local.fly, "GET", path())) as { data: { username: string; role: string }[] }).data;
const opened = (value: unknown) => (value as { value: string }).value;

test("a user is made with a password and a connection string, both secret", async () => {
  const state = await make("reports", { database: "orders" });
  expect(state.id).toBe(`${cluster}/reports`);
  const password = opened(state.outputs["password"]);
  expect(password).toHaveLength(24);
  expect(opened(state.outputs["connectionString"])).toMatch(
    new RegExp(`^postgresql://reports:${password}@pgbouncer\\.\\w+\\.flympg\\.net:5432/orders$`),
  );
  expect((await local.engine.refresh(state))?.drift).toEqual({});
});

test("the role is changed in place, and by hand it is drift that is mended", async () => {
  const state = await make("changed");
  expect(await local.engine.diff(state, args("changed", { role: "writer" }))).toEqual({ role: "UPDATE" });
  const updated = await local.engine.update(state, args("changed", { role: "writer" }));
  expect(await users()).toContainEqual({ username: "changed", role: "writer" });
  await send(local.fly, "PATCH", `${path()}/changed`, { role: "schema_admin" });
  const refreshed = await local.engine.refresh(updated);
  expect(refreshed?.drift).toEqual({ role: "UPDATE" });
  await local.engine.update(refreshed ?? updated, args("changed", { role: "writer" }));
  expect(await users()).toContainEqual({ username: "changed", role: "writer" });
});

test("another database changes the connection string and nothing at Fly", async () => {
  const state = await make("moved");
  expect(opened(state.outputs["connectionString"])).toMatch(/\/fly-db$/);
  const since = await journalEnd(local.fly);
  const updated = await local.engine.update(state, args("moved", { database: "orders" }));
  expect(opened(updated.outputs["connectionString"])).toMatch(/\/orders$/);
  expect(updated.outputs["password"]).toEqual(state.outputs["password"]);
  expect(await mutations(local.fly, since)).toEqual([]);
});

test("cluster and name replace", async () => {
  const state = await make("fixed");
  expect(await local.engine.diff(state, args("other"))).toEqual({ username: "UPDATE_REPLACE" });
  expect(await local.engine.diff(state, args("fixed", { cluster: "other" }))).toEqual({ cluster: "UPDATE_REPLACE" });
});

test("a lost create answer is no error, since none was there before", async () => {
  await arm(local.fly, "Postgres_users_create", { kind: "lose-response" });
  await make("lost");
  expect((await users()).filter(({ username }) => username === "lost")).toHaveLength(1);
});

test("a user that is there already is not taken over: the error names the import", async () => {
  const since = await journalEnd(local.fly);
  await expect(make("fly-user")).rejects.toThrow(
    `\`pulumi import airworthy:index:ManagedPostgresUser fly-user ${cluster}/fly-user\``,
  );
  expect(await mutations(local.fly, since)).toEqual([]);
});

test("a user whose credentials cannot be read is half made, and the next up reads them", async () => {
  const { engine, fly } = local;
  await arm(fly, "Postgres_users_credentials", { kind: "status", status: 422 });
  const half = halfMade(await make("half").catch((error) => error));
  expect(half.reasons[0]).toMatch(/read the credentials of user "half" of Managed Postgres cluster/);
  const inputs = await engine.check("ManagedPostgresUser", "half", args("half"));
  const state = { type: "ManagedPostgresUser", name: "half", id: half.id, inputs, outputs: half.outputs };
  const since = await journalEnd(fly);
  const mended = await engine.update(state, args("half"), true);
  expect(opened(mended.outputs["password"])).toHaveLength(24);
  expect(await mutations(fly, since)).toEqual([]);
});

test("a deleted user is gone, at a refresh and at a delete", async () => {
  const state = await make("dropped");
  await local.engine.remove(state);
  expect(await local.engine.refresh(state)).toBeUndefined();
  await local.engine.remove(state);
  await expect(local.engine.update(state, args("dropped", { role: "writer" }))).rejects.toThrow(
    /change user "dropped".*it is gone\. Run `pulumi refresh`/,
  );
});

test("an imported user shows no change, and its password is a secret", async () => {
  await send(local.fly, "POST", path(), { username: "old", role: "writer" });
  const later = await Engine.start({ flapsUrl: local.fly.url, token: mark(local.fly.token) });
  const imported = await later.read("ManagedPostgresUser", "old", `${cluster}/old`);
  expect(imported?.inputs).toEqual({ cluster, username: "old", role: "writer" });
  expect(opened(imported?.outputs["password"])).toHaveLength(24);
  if (imported) expect(await local.engine.diff(imported, args("old", { role: "writer" }))).toEqual({});
});

test("an import of what is not there is a clear error", async () => {
  await expect(local.engine.read("ManagedPostgresUser", "none", `${cluster}/nope`)).rejects.toThrow(
    /import user "nope" of Managed Postgres cluster \w+: there is none of that name; there are fly-user, /,
  );
});

test("no password is in an error, in the journal, or in the plain part of the state", async () => {
  const { engine, fly } = local;
  const state = await make("silent");
  const secret = opened(state.outputs["password"]);
  const { password, connectionString, ...plain } = state.outputs;
  await arm(fly, "Postgres_users_update", { kind: "status", status: 422, body: { error: "no" } });
  const error = await engine.update(state, args("silent", { role: "writer" })).catch((thrown) => String(thrown));
  expect(error).toMatch(/change the role of user "silent"/);
  const all = [plain, state.inputs, error, fly.journal.entries(0), await send(fly, "GET", "/_local/world")];
  expect(JSON.stringify(all)).not.toContain(secret);
});

test.each([
  [{ role: "owner" }, /^role: must be one of schema_admin, writer, reader$/],
  [{ username: "Reports" }, /^username: must be at most 63 lowercase letters/],
  [{ cluster: "a/b" }, /^cluster: must be the id of a ManagedPostgres, such as db\.id/],
])("%j is checked", async (bad, message) => {
  await expect(local.engine.check("ManagedPostgresUser", "bad", args("bad", bad as Properties))).rejects.toThrow(
    message,
  );
});
