import { afterAll, beforeAll, expect, test } from "vitest";
import { Workspace } from "../support/workspace.ts";

let work: Workspace;
/** Of a preview or an update; the checklist's opinion of so small a program is not what is tested. */
const plain = { PULUMI_OPTION_POLICY_PACK: undefined };

const program = `
import { App, ManagedPostgresAttachment, PostgresCluster, Secrets } from "airworthy";

const db = new PostgresCluster("db", {
  kind: "managed", region: "iad", plan: "starter", diskSizeGb: 20,
  databases: ["orders"], users: { reports: { role: "reader", database: "orders" } },
});
const app = new App("shop", { name: "shop-with-postgres" });
new Secrets("shop", { app: app.name, values: { DATABASE_URL: db.connectionString, REPORTS_URL: db.userUrls.reports } });
new ManagedPostgresAttachment("shop", { cluster: db.clusterId, app: app.name });
export const { clusterId, connectionString, databaseUrls, userUrls, standbys, endpoints } = db;
`;

beforeAll(async () => {
  work = await Workspace.of("examples/hello");
  work.write("index.ts", program);
});
afterAll(() => work?.remove());

const up = async () => {
  const { code, output } = await work.pulumi(["up", "--yes", "--skip-preview"], plain);
  if (code !== 0) throw new Error(output);
  return output;
};

interface Found {
  clusterId: string;
  standbys: number;
  connectionString: string;
  databaseUrls: Record<string, string>;
  userUrls: Record<string, string>;
}

test("a cluster, its database and user, and an app that takes the connection string, in one up and no second one", async () => {
  await up();
  const found = JSON.parse(await work.ok("stack", "output", "--json", "--show-secrets")) as Found;
  expect(found).toMatchObject({
    standbys: 1,
    connectionString: expect.stringMatching(/^postgresql:\/\/fly-user:.{24}@pgbouncer\..*:5432\/fly-db$/),
    databaseUrls: { orders: expect.stringMatching(/^postgresql:\/\/fly-user:.*\/orders$/) },
    userUrls: { reports: expect.stringMatching(/^postgresql:\/\/reports:.*\/orders$/) },
  });
  const { output } = await work.pulumi(["preview", "--expect-no-changes", "--diff"], plain);
  expect(output).toMatch(/unchanged/);
});

test("no password is in the state in plain, nor in what the CLI or the local Fly print and keep", async () => {
  const { connectionString, userUrls } = JSON.parse(
    await work.ok("stack", "output", "--json", "--show-secrets"),
  ) as Found;
  const passwords = [connectionString, ...Object.values(userUrls)].map((url) => new URL(url).password);
  const [state, outputs] = [await work.export(), await work.ok("stack", "output", "--json")];
  const kept = [state, outputs, await up(), JSON.stringify(await work.send("GET", "/_local/world"))];
  expect(new Set(passwords).size).toBe(2);
  for (const password of passwords) expect(kept.filter((text) => text.includes(password))).toEqual([]);
});

test("another plan is refused at preview with the way to go, and nothing is touched", async () => {
  const before = await work.mutations();
  work.edit("index.ts", (text) => text.replace('"starter"', '"basic"'));
  const { code, output } = await work.pulumi(["preview"], plain);
  expect(output).toMatch(/plan: cannot be changed\. Fly's API cannot do it: change the plan in the dashboard/);
  expect(code).not.toBe(0);
  expect(await work.mutations()).toEqual(before);
});

test("a plan changed in the dashboard is agreed to by writing it and refreshing", async () => {
  const { clusterId: cluster } = (await work.outputs()) as unknown as Found;
  await work.send("POST", "/_local/events", { kind: "postgres-changed", cluster, plan: "basic" });
  const { code, output } = await work.pulumi(["up", "--yes", "--skip-preview", "--refresh"], plain);
  expect([code, output]).toEqual([0, expect.not.stringContaining("cannot be changed")]);
});

test("a destroy spares the cluster and its database, which are protected", async () => {
  await work.ok("destroy", "--yes", "--skip-preview", "--exclude-protected");
  const { clusters } = (await work.send("GET", "/_local/world")) as unknown as {
    clusters: { databases: string[]; state: string; users: unknown[] }[];
  };
  expect(clusters).toMatchObject([{ state: "ready", databases: ["fly-db", "orders"] }]);
});

test("what was made by hand is imported by the CLI, and the program it writes changes nothing", async () => {
  const other = await Workspace.of("examples/hello");
  try {
    const body = { org_slug: "local", name: "old", plan: "launch", region: "lhr", disk_size_gb: 30 };
    const { data } = (await other.send("POST", "/v1/postgres", body)) as { data: { id: string } };
    const path = `/v1/postgres/${data.id}`;
    for (let reads = 0; reads < 3; reads++) await other.send("GET", path);
    await other.send("POST", "/v1/apps", { name: "shop", org_slug: "local" });
    await other.send("POST", `${path}/databases`, { name: "orders" });
    await other.send("POST", `${path}/users`, { username: "reports", role: "reader" });
    await other.send("POST", `${path}/attachments`, { app_name: "shop" });
    const resources = [
      ["ManagedPostgres", "db", data.id],
      ["ManagedPostgresDatabase", "orders", `${data.id}/orders`],
      ["ManagedPostgresUser", "reports", `${data.id}/reports`],
      ["ManagedPostgresAttachment", "shop", `${data.id}/shop`],
    ].map(([type, name, id]) => ({ type: `airworthy:index:${type}`, name, id }));
    other.write("import.json", JSON.stringify({ resources }));
    await other.ok("import", "--file", "import.json", "--out", "index.ts", "--yes", "--skip-preview");
    for (const command of ["preview", "refresh", "preview"]) {
      const flags = command === "refresh" ? ["--yes", "--skip-preview"] : ["--diff"];
      const { code, output } = await other.pulumi([command, "--expect-no-changes", ...flags], plain);
      expect([code, output]).toEqual([0, expect.stringMatching(/unchanged/)]);
    }
  } finally {
    await other.remove();
  }
});
