import { describe, expect, test } from "vitest";
import { addressesOf, clusterPath, connectionUrl, FlyCluster } from "../../fly/managed-postgres.ts";
import { lacksPostgres, postgresPlanNames, postgresRegions } from "../../fly/postgres-plans.ts";

const shown = (more: object) =>
  FlyCluster.parse({ id: "c", name: "shop", status: "ready", region: "iad", plan: "basic", disk_size_gb: 10, ...more });

describe("the addresses of a cluster", () => {
  test("are those that Fly shows", () => {
    const primary = { direct: { host: "direct.a", port: 6000 }, pooler: { host: "pgbouncer.a", port: 6001 } };
    expect(addressesOf(shown({ endpoints: { primary } }))).toEqual(primary);
  });

  test("follow from the pooler's where Fly shows no other, at the usual port", () => {
    const primary = { direct: null, pooler: { host: "pgbouncer.abc.flympg.net" } };
    expect(addressesOf(shown({ endpoints: { primary } }))).toEqual({
      pooler: { host: "pgbouncer.abc.flympg.net", port: 5432 },
      direct: { host: "direct.abc.flympg.net", port: 5432 },
    });
  });

  test.each([
    {},
    { endpoints: null },
    { endpoints: { primary: null } },
    { endpoints: { primary: { pooler: { host: "" } } } },
  ])("are not known from %j", (more) => expect(addressesOf(shown(more))).toBeUndefined());
});

test("a version is a text, whether Fly spells it as a number or not", () => {
  expect([17, "17"].map((pg_major_version) => shown({ pg_major_version }).pg_major_version)).toEqual(["17", "17"]);
});

test("a connection string keeps any password whole", () => {
  const password = "a/b:c@d?e#f%g";
  const url = new URL(connectionUrl({ host: "h", port: 5432 }, { username: "u", password }, "fly-db"));
  expect([url.host, decodeURIComponent(url.password), url.pathname, url.search]).toEqual([
    "h:5432",
    password,
    "/fly-db",
    "",
  ]);
});

test("a path takes no more from a name than its one segment", () => {
  expect(clusterPath("c", "users", "../x?y")).toBe("/v1/postgres/c/users/..%2Fx%3Fy");
});

test("the table knows twelve regions with Managed Postgres, and says nothing of a region it does not know", () => {
  expect(postgresRegions).toHaveLength(12);
  expect(postgresRegions.filter(lacksPostgres)).toEqual([]);
  expect(["cdg", "jnb", "xyz"].map(lacksPostgres)).toEqual([true, true, false]);
  expect(postgresPlanNames[0]).toBe("basic");
});
