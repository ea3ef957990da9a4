import type { Output } from "@pulumi/pulumi/output.js";
import { describe, expect, it } from "vitest";
import { PostgresCluster, type PostgresClusterArgs } from "../../components/index.ts";
import { run } from "./program.ts";

const args = { kind: "managed", region: "iad", plan: "basic", diskSizeGb: 20 } as const;
const resolved = <T>(output: Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

describe("PostgresCluster", () => {
  it("makes one protected cluster, named after project, stack and component", async () => {
    const registered = await run(() => new PostgresCluster("db", args), { project: "Shop App", stack: "prod" });
    expect(registered.map(({ type }) => type.split(":").at(-1))).toEqual(["PostgresCluster", "ManagedPostgres"]);
    const name = expect.stringMatching(/^shop-app-prod-db-[0-9a-f]{7}$/);
    const cluster = { name, adopt: true, region: "iad", plan: "basic", diskSizeGb: 20 };
    expect(registered[1]).toMatchObject({ name: "db", parent: "db", protect: true, inputs: cluster });
  });

  it("passes on what the program says and nothing that it does not", async () => {
    const said = { name: "main", orgSlug: "acme", version: "16", poolMode: "session", postgis: true } as const;
    const [, cluster] = await run(() => new PostgresCluster("db", { ...args, ...said }));
    const { kind, ...own } = args;
    expect(cluster?.inputs).toEqual({ ...own, ...said });
  });

  it("protects databases, and makes a user wait for the database it uses", async () => {
    const registered = await run(
      () =>
        new PostgresCluster("db", {
          ...args,
          databases: ["orders"],
          users: { reports: { role: "reader", database: "orders" }, admin: { role: "schema_admin" } },
        }),
    );
    const named = (name: string) => registered.find((each) => each.name === name);
    expect(named("db-orders")).toMatchObject({ protect: true, inputs: { cluster: "db-id", name: "orders" } });
    expect(named("db-reports")).toMatchObject({
      protect: false,
      inputs: { cluster: "db-id", username: "reports", role: "reader", database: "orders" },
      dependsOn: ["db", "db-orders"],
    });
    expect(named("db-admin")?.inputs).toEqual({ cluster: "db-id", username: "admin", role: "schema_admin" });
  });

  it("answers where the cluster is, its standbys, and a URL for each database and user", async () => {
    let db: PostgresCluster | undefined;
    await run(() => {
      db = new PostgresCluster("db", { ...args, databases: ["orders"], users: { reports: { role: "reader" } } });
    });
    if (db === undefined) throw new Error("not registered");
    expect(await resolved(db.clusterId)).toBe("db-id");
    expect(await resolved(db.standbys)).toBe(1);
    expect(await resolved(db.endpoints)).toMatchObject({ pooler: { host: "pooler" }, direct: { host: "direct" } });
    expect(await resolved(db.connectionString)).toBe("postgresql://fly-user@pooler:5432/fly-db");
    expect(await resolved(db.directConnectionString)).toBe("postgresql://fly-user@direct:5432/fly-db");
    expect(await resolved(db.databaseUrls)).toEqual({ orders: "postgresql://fly-user@pooler:5432/orders" });
    expect(await resolved(db.userUrls)).toEqual({ reports: "postgresql://reports@pooler/fly-db" });
  });
});

const mistakes: [wrong: object, line: string | RegExp][] = [
  [
    { kind: "unmanaged" },
    /^kind is "unmanaged", which is not there yet and comes later: two nodes cannot vote.*"managed"$/,
  ],
  [{ kind: undefined }, 'kind is missing; give "managed"'],
  [{ region: "cdg" }, /^region is "cdg", which has no Managed Postgres; give ams, fra, gru, iad, .* or yyz$/],
  [{ region: "mad" }, /^region is "mad", which Fly has retired; give lhr$/],
  [{ region: "ida" }, /^region is "ida", which is no region of Fly; give iad/],
  [{ region: undefined }, /^region is missing; give ams, /],
  [{ plan: "tiny" }, 'plan is "tiny"; give "basic", "starter", "launch", "scale" or "performance"'],
  [{ plan: undefined }, /^plan is missing; give "basic"/],
  [{ diskSizeGb: 9 }, "diskSizeGb is 9; give a whole number from 10 to 1000"],
  [{ version: "15" }, 'version is "15"; give "16" or "17"'],
  [{ poolMode: "statement" }, 'poolMode is "statement"; give "transaction" or "session"'],
  [{ postgis: "yes" }, 'postgis is "yes"; give true or false'],
  [{ name: "" }, 'name is ""; give a text, or leave it out'],
  [{ diskSize: 10 }, "diskSize is not an argument; did you mean diskSizeGb?"],
  [{ databases: "orders" }, 'databases is "orders"; give a list of names, such as ["orders"]'],
  [{ databases: ["Orders"] }, /^databases\[0\] is "Orders"; give lowercase letters/],
  [{ databases: ["fly-db"] }, /^databases\[0\] is "fly-db", which every cluster has from the start/],
  [{ databases: ["a", "a"] }, 'databases[1] is "a", which is in the list already'],
  [
    { users: { reports: { role: "owner" } } },
    'users.reports.role is "owner"; give "schema_admin", "writer" or "reader"',
  ],
  [{ users: { reports: {} } }, /^users\.reports\.role is missing; give "schema_admin"/],
  [{ users: { reports: { role: "reader", database: "x" } } }, 'users.reports.database is "x"; give "fly-db"'],
  [{ users: { "fly-user": { role: "reader" } } }, "users.fly-user is there from the start; leave it out"],
  [{ users: ["reports"] }, /^users is \["reports"\]; give users by name/],
];

describe("a mistake", () => {
  it.each(mistakes)("such as %j stops the program before anything is registered", async (wrong, line) => {
    let thrown: Error | undefined;
    const registered = await run(() => {
      try {
        new PostgresCluster("db", { ...args, ...wrong } as PostgresClusterArgs);
      } catch (error) {
        thrown = error as Error;
      }
    });
    expect(registered).toEqual([]);
    const [, said = ""] = /^PostgresCluster "db": (.*)$/s.exec(thrown?.message ?? "") ?? [];
    if (typeof line === "string") expect(said).toBe(line);
    else expect(said).toMatch(line);
  });

  it("is listed with all others, a line each", async () => {
    await run(() => {
      const wrong = { ...args, kind: "unmanaged", plan: "tiny" } as unknown as PostgresClusterArgs;
      expect(() => new PostgresCluster("db", wrong)).toThrow(/^PostgresCluster "db":\n {2}kind is .*\n {2}plan is .*$/);
    });
  });
});
