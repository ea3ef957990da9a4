import { beforeEach, describe, expect, test } from "vitest";
import { closedPort, flyServer, says, staysSilent } from "../fly/fly-server.ts";
import { machine, stop, withLiveCheck } from "./live-check.ts";

const { local, lines } = withLiveCheck();

beforeEach(() => local.caller.app());

const names = (url: string) => (_: string, scheme: string) => `${url}/${scheme}`;

describe("App Answers and HTTPS Redirect", () => {
  const judged = async (publicUrl?: (app: string, scheme: string) => string) => {
    const found = await lines({ publicUrl });
    return [found["App Answers"], found["HTTPS Redirect"]];
  };
  const serving = async () => {
    await machine(local.caller);
    await local.caller.post("/v1/apps/shop/ip_assignments", { type: "v6" });
  };

  test("have nothing to ask without names, without a public address, and without a service", async () => {
    expect(await judged()).toEqual(Array(2).fill("SKIP no public name leads to this Fly"));
    const somewhere = names("http://127.0.0.1:1");
    expect(await judged(somewhere)).toEqual(Array(2).fill("SKIP shop has no public address"));
    await local.caller.post("/v1/apps/shop/ip_assignments", { type: "v6" });
    expect(await judged(somewhere)).toEqual([
      "SKIP shop has no service for https on port 443",
      "SKIP shop has no service for http on port 80",
    ]);
  });

  test("pass where the app answers anything of its own, and http leads to https", async () => {
    await serving();
    const redirect = says(301, "", { location: "https://shop.fly.dev/" });
    await using server = await flyServer({ "GET /https": says(404), "GET /http": redirect });
    expect(await judged(names(server.url))).toEqual([
      `PASS ${server.url}/https answers 404`,
      `PASS ${server.url}/http is redirected to https (301)`,
    ]);
    expect(server.arrivals.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
  });

  test("fail where the app is broken, and where http is answered in the clear or led nowhere better", async () => {
    await serving();
    await using broken = await flyServer({ "GET /https": says(502), "GET /http": says(200, "hello") });
    expect(await judged(names(broken.url))).toEqual([
      expect.stringMatching(/^FAIL .* answers 502: `fly logs --app shop`/),
      expect.stringMatching(/^FAIL .* answers 200 in the clear/),
    ]);
    await using circle = await flyServer({
      "GET /https": says(200),
      "GET /http": says(302, "", { location: "/home" }),
    });
    expect((await judged(names(circle.url)))[1]).toMatch(/^FAIL .* answers 302 in the clear/);
  });

  test("fail where nobody answers, and cannot tell where nobody does in time", async () => {
    await serving();
    expect(await judged(names(`http://127.0.0.1:${await closedPort()}`))).toEqual(
      Array(2).fill(expect.stringMatching(/^FAIL \S+ does not answer \(ECONNREFUSED\)$/)),
    );
    await using server = await flyServer({
      "GET /https": staysSilent,
      "GET /http": says(301, "", { location: "https://a" }),
    });
    const found = await lines({ publicUrl: names(server.url), timeoutMs: 2_000 });
    expect(found["App Answers"]).toBe("FAIL could not tell: no answer within 2 s");
    expect(found["HTTPS Redirect"]).toMatch(/^PASS/);
  });
});

describe("Platform Status", () => {
  const verdict = async (name: string, more: object = {}) => {
    await local.caller.event({ kind: "status-page", indicator: "none", incidents: [{ name, ...more }] });
    return (await lines())["Platform Status"];
  };

  test("an open incident in a region that the app uses is worth a look, one elsewhere is not", async () => {
    await machine(local.caller, { region: "lhr" });
    expect(await verdict("Network trouble in IAD")).toMatch(/^PASS .*open: Network trouble in IAD/);
    expect(await verdict("Network trouble in LHR")).toMatch(/^WARN .*the apps have machines in lhr$/);
    expect(await verdict("Network trouble", { components: [{ name: "London, United Kingdom (LHR)" }] })).toMatch(
      /^WARN/,
    );
    expect(await verdict("Slow dashboards", { components: [{ name: "Lahore" }] })).toMatch(/^PASS/);
  });
});

describe("Postgres Replicas", () => {
  const verdict = async (options = {}) => (await lines(options))["Postgres Replicas"];
  const cluster = async (name: string) => {
    const body = { org_slug: "local", name, region: "iad", plan: "basic", disk_size_gb: 10, pg_major_version: "16" };
    const { status, body: made } = await local.caller.post("/v1/postgres", body);
    expect(status).toBeLessThan(300);
    return made.data.id as string;
  };

  test("a cluster is judged that the stack or an attachment gives to the app, and no other", async () => {
    const id = await cluster("main");
    expect(await verdict()).toMatch(/^SKIP/);
    expect(await verdict({ clusters: [id] })).toMatch(/^FAIL main is (creating|initializing|provisioning)/);
    await local.caller.pass(3_600_000);
    expect(await verdict({ clusters: [id] })).toMatch(/^PASS main is ready with 1 replica/);
    expect(await verdict({ clusters: ["gone"] })).toBe("FAIL cluster gone of the stack is not there");
    await local.caller.event({ kind: "failing-postgres", name: "spare" });
    const failing = await cluster("spare");
    await local.caller.pass(3_600_000);
    expect(await verdict({ clusters: [failing] })).toMatch(/^FAIL spare is (error|failed)/);
  });

  const nodes = async (roles: readonly string[]) => {
    const checks = { role: { type: "http", port: 5500, path: "/flycheck/role", interval: "15s", timeout: "10s" } };
    for (const output of roles) {
      const config = { image: "flyio/postgres-flex:16", checks, services: [] };
      const { id } = await machine(local.caller, { group: "app", config });
      await local.caller.event({ kind: "check", app: "shop", machine: id, check: "role", status: "passing", output });
    }
    await local.caller.pass(60_000);
  };

  test.each([
    [["primary", "replica", "replica"], /^PASS shop: a primary and 2 replicas; the lag is not to be seen/],
    [["primary"], /^FAIL shop: 1 node, and no replica among them/],
    [["replica", "replica"], /^FAIL shop: no node says that it is the primary/],
  ])("nodes of one's own that say %j", async (roles, expected) => {
    await nodes(roles);
    expect(await verdict()).toMatch(expected);
  });

  test.each([
    ["59", /^PASS .*59\.0 s behind/],
    ["61", /^FAIL .*61 s behind/],
  ])("a replica that is %s s behind is judged by that", async (lag, expected) => {
    await nodes(["primary", "replica"]);
    const series = { status: "success", data: { result: [{ metric: {}, value: [0, lag] }] } };
    await using server = await flyServer({ "GET /prometheus/local/api/v1/query": says(200, series) });
    expect(await verdict({ environment: { AIRWORTHY_METRICS_URL: server.url } })).toMatch(expected);
  });
});

describe("Log Shipper", () => {
  const verdict = async (options = {}) => (await lines(options))["Log Shipper"];

  const shipper = async () => {
    await local.caller.app("logs");
    const config = { image: "ghcr.io/superfly/fly-log-shipper:latest" };
    const made = await local.caller.machine("/v1/apps/logs", { region: "iad", config }, "started");
    // The organisation's list lags.
    await local.caller.pass(600_000);
    return made;
  };

  test("that is nowhere in the organisation is worth a look, one that runs passes, one that is stopped fails", async () => {
    expect(await verdict()).toMatch(/^WARN nothing in organisation local runs fly-log-shipper/);
    const made = await shipper();
    expect(await verdict()).toBe("PASS logs runs; how recently it shipped is not to be seen");
    await stop(local.caller, made);
    expect(await verdict()).toBe("FAIL logs: no machine runs with its checks passing");
  });

  test.each([
    ["120", /^PASS logs runs, and has shipped 120 events in 15 minutes/],
    ["0", /^FAIL logs runs, and has shipped nothing for 15 minutes/],
  ])("that sent %s events is judged by that", async (sent, expected) => {
    await shipper();
    const series = { status: "success", data: { result: [{ metric: {}, value: [0, sent] }] } };
    await using server = await flyServer({ "GET /prometheus/local/api/v1/query": says(200, series) });
    expect(await verdict({ environment: { AIRWORTHY_METRICS_URL: server.url } })).toMatch(expected);
  });
});
