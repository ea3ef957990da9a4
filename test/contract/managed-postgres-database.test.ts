import { beforeAll, expect, test } from "vitest";
import { Engine, secret } from "../support/engine.ts";
import { arm, journalEnd, mutations, send, withLocalFly } from "../support/local-fly.ts";

const local = withLocalFly();
let cluster = "";

beforeAll(async () => {
  const args = { name: "db", region: "iad", plan: "basic", diskSizeGb: 10 };
  cluster = (await local.engine.create("ManagedPostgres", "db", args)).id;
});

const make = (name: string) => local.engine.create("ManagedPostgresDatabase", name, { cluster, name });
const path = () => `/v1/postgres/${cluster}/databases`;
const databases = async () =>
  ((await send(local.fly, "GET", path())) as { data: { name: string }[] }).data.map(({ name }) => name);

test("a database is made, found unchanged, and deleted", async () => {
  const state = await make("orders");
  expect(state.id).toBe(`${cluster}/orders`);
  expect(await databases()).toContain("orders");
  expect((await local.engine.refresh(state))?.drift).toEqual({});
  await local.engine.remove(state);
  expect(await databases()).not.toContain("orders");
  await local.engine.remove(state);
});

test("another name or cluster is refused, since it would delete the data", async () => {
  const state = await make("kept");
  await expect(local.engine.diff(state, { cluster, name: "other" })).rejects.toThrow(
    /^name: cannot be changed\. Fly's API cannot rename a database\. Make another ManagedPostgresDatabase/,
  );
  await expect(local.engine.diff(state, { cluster: "another", name: "kept" })).rejects.toThrow(
    /^cluster: cannot be changed\. A database stays in its cluster\./,
  );
});

test("a database that is there already is not taken over: the error names the import", async () => {
  const since = await journalEnd(local.fly);
  await expect(make("fly-db")).rejects.toThrow(
    `\`pulumi import airworthy:index:ManagedPostgresDatabase fly-db ${cluster}/fly-db\``,
  );
  expect(await mutations(local.fly, since)).toEqual([]);
});

test("a lost create answer is no error, since none was there before", async () => {
  await arm(local.fly, "Postgres_databases_create", { kind: "lose-response" });
  const state = await make("lost");
  expect((await databases()).filter((name) => name === "lost")).toEqual(["lost"]);
  expect((await local.engine.refresh(state))?.drift).toEqual({});
});

test("an imported database shows no change", async () => {
  await send(local.fly, "POST", path(), { name: "old" });
  const later = await Engine.start({ flapsUrl: local.fly.url, token: secret(local.fly.token) });
  const imported = await later.read("ManagedPostgresDatabase", "old", `${cluster}/old`);
  expect(imported?.inputs).toEqual({ cluster, name: "old" });
  if (imported) expect(await local.engine.diff(imported, { cluster, name: "old" })).toEqual({});
});

test.each([
  ["nothing of that name", () => `${cluster}/nope`, /there is none of that name; there are fly-db, /],
  ["no such cluster", () => "nope/orders", /read Managed Postgres cluster nope: Fly answered 404/],
  ["half an id", () => cluster, /the id must be <cluster id>\/<name>/],
])("an import of what is not there is a clear error: %s", async (_, id, message) => {
  await expect(local.engine.read("ManagedPostgresDatabase", "none", id())).rejects.toThrow(message);
});

test("a database declared twice in one program is refused at the second", async () => {
  const args = { cluster, name: "twice" };
  await local.engine.check("ManagedPostgresDatabase", "one", args);
  await expect(local.engine.check("ManagedPostgresDatabase", "two", args)).rejects.toThrow(
    /database "twice" of Managed Postgres cluster \w+ is declared already, by "one"/,
  );
});

test("a database that is gone from its cluster is data lost, and an error", async () => {
  const { engine, fly } = local;
  const state = await engine.create("ManagedPostgresDatabase", "dropped", { cluster, name: "dropped" });
  await send(fly, "DELETE", `/v1/postgres/${cluster}/databases/dropped`);
  await expect(engine.refresh(state)).rejects.toThrow(/its data may be lost.*pulumi state delete.*"dropped"/);
});

test("a database is gone with its cluster", async () => {
  const { engine, fly } = local;
  const args = { name: "brief", region: "iad", plan: "basic", diskSizeGb: 10 };
  const brief = await engine.create("ManagedPostgres", "brief", args);
  const state = await engine.create("ManagedPostgresDatabase", "in-brief", { cluster: brief.id, name: "in" });
  await engine.remove(brief);
  expect(await engine.refresh(state)).toBeUndefined();
  const since = await journalEnd(fly);
  await engine.remove(state);
  expect(await mutations(fly, since)).toEqual(["Postgres_databases_delete"]);
});

test.each(["Orders", "1st", "a b", "orders-", "x".repeat(64)])("a name such as %j is refused", async (name) => {
  await expect(local.engine.check("ManagedPostgresDatabase", "bad", { cluster, name })).rejects.toThrow(
    /^name: must be at most 63 lowercase letters, digits, dashes and underscores, beginning with a letter/,
  );
});
