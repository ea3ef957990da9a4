import { beforeEach, describe, expect, test, vi } from "vitest";
import { closedPort, flyServer, says } from "../fly/fly-server.ts";
import { type Alerting, startAlertmanager, startPrometheus } from "../support/prometheus.ts";
import { machine, withLiveCheck } from "./live-check.ts";

// Each test starts real programs, on a machine that may be busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { local, lines } = withLiveCheck();
const gib = 1024 ** 3;

beforeEach(() => local.caller.app());

test("without a Prometheus measurements are not judged, but for what the Machines API knows of a volume", async () => {
  const volume = await local.caller.volume("/v1/apps/shop", { size_gb: 10 });
  await machine(local.caller, { config: { mounts: [{ volume: volume.id, path: "/data" }] } });
  await local.caller.event({ kind: "volume-filled", app: "shop", volume: volume.id, bytesUsed: 9 * gib });
  const found = await lines();
  expect(found["Utilisation"]).toMatch(/^SKIP no measurements are kept here; AIRWORTHY_METRICS_URL names/);
  expect(found["Volume Fill"]).toMatch(new RegExp(`^WARN shop: data in iad \\(${volume.id}, 10 GB\\) 90 %`));
});

test("memory, CPUs and volumes are judged against their size by a real Prometheus", async () => {
  const volume = await local.caller.volume("/v1/apps/shop", { size_gb: 10 });
  const guest = { cpu_kind: "shared", cpus: 2, memory_mb: 512 };
  const { id } = await machine(local.caller, { config: { guest, mounts: [{ volume: volume.id, path: "/data" }] } });
  await using prometheus = await startPrometheus(local.fly);
  const judged = async () => {
    const found = await lines({ environment: { AIRWORTHY_METRICS_URL: prometheus.url } });
    return [found["Utilisation"], found["Volume Fill"]];
  };
  const fill = (share: number) =>
    local.caller.event({
      kind: "volume-filled",
      app: "shop",
      volume: volume.id,
      bytesUsed: Math.floor(share * 10 * gib),
    });
  const load = (wish: object) => local.caller.event({ kind: "machine-load", app: "shop", machine: id, ...wish });

  await prometheus.until("count(rate(fly_instance_cpu[15m])) == 4");
  expect(await judged()).toEqual([
    `PASS shop: at most memory of ${id} in iad 40 %`,
    expect.stringMatching(/^PASS shop: at most data in iad \(vol_\w+, 10 GB\) \d %$/),
  ]);

  await load({ memory: 0.9 });
  await fill(0.81);
  await prometheus.until("fly_volume_used_pct > 80 and on () fly_instance_memory_mem_available < 60e6");
  expect(await judged()).toEqual([
    `WARN shop: memory of ${id} in iad 90 %`,
    expect.stringMatching(/^WARN shop: data in iad .* 81 %$/),
  ]);

  await load({ memory: 0.4, cpu: 1 });
  await fill(0.97);
  // The local Fly's clock is not Prometheus's: an hour of work there is a leap of the counter here.
  await local.caller.pass(3_600_000);
  await prometheus.until(
    'fly_volume_used_pct > 96 and on () increase(fly_instance_cpu{mode="user",cpu_id="0"}[15m]) > 3e5',
  );
  expect(await judged()).toEqual([
    expect.stringMatching(new RegExp(`^FAIL shop: CPU of ${id} in iad (9[6-9]|100) %$`)),
    expect.stringMatching(/^FAIL shop: data in iad .* 97 %$/),
  ]);
});

describe("a Prometheus that", () => {
  const judged = async (url: string) => {
    await machine(local.caller);
    return (await lines({ environment: { AIRWORTHY_METRICS_URL: url } }))["Utilisation"];
  };
  const query = "GET /prometheus/local/api/v1/query";

  test("is not there, answers HTML or measured nothing cannot tell", async () => {
    expect(await judged(`http://127.0.0.1:${await closedPort()}`)).toMatch(/^FAIL could not tell: .*ECONNREFUSED/);
    await using html = await flyServer({ [query]: says(200, "<html>") });
    expect(await judged(html.url)).toMatch(/^FAIL could not tell: .* answered 200, and no series/);
    await using empty = await flyServer({ [query]: says(200, { status: "success", data: { result: [] } }) });
    expect(await judged(empty.url)).toMatch(
      /^FAIL could not tell: shop: machines run, and there is no measurement of any/,
    );
  });

  test("does not answer to an app's token is not judged, and told how it would", async () => {
    await using server = await flyServer({ [query]: says(403, "no") });
    expect(await judged(server.url)).toMatch(/^SKIP this token may not read the metrics of organisation local/);
  });

  test("would get the token in the clear gets nothing", async () => {
    expect(await judged("http://metrics.example.com")).toMatch(
      /^FAIL could not tell: nothing was sent: .*plain http.*AIRWORTHY_METRICS_URL/,
    );
  });
});

describe("Alerts", () => {
  const judged = async (environment: Record<string, string>) => (await lines({ environment, apps: [] }))["Alerts"];
  const rule = { alert: "MachineDown", expr: "fly_instance_up == 0" };

  test("pass where rules are loaded and a test alert arrives, of which nothing stays", async () => {
    await using prometheus = await startPrometheus(local.fly, { rules: [rule, { ...rule, alert: "Other" }] });
    await using alertmanager = await startAlertmanager();
    const { host } = new URL(alertmanager.url);
    const environment = {
      AIRWORTHY_PROMETHEUS_URL: `${prometheus.url}/prometheus/local`,
      AIRWORTHY_ALERTMANAGER_URL: alertmanager.url,
    };
    expect(await judged(environment)).toBe(
      `PASS 2 alert rules loaded at ${new URL(prometheus.url).host}; Alertmanager at ${host} took a test alert for team`,
    );
    const left = await fetch(`${alertmanager.url}/api/v2/alerts?active=true`);
    expect(((await left.json()) as Alerting[]).map(({ labels }) => labels["alertname"])).toEqual([]);
  });

  test("are asked with the name and password of the address, which nobody reads in the line", async () => {
    const rules = says(200, { data: { groups: [{ rules: [{ name: "Down", health: "ok" }] }] } });
    await using server = await flyServer({ "GET /api/v1/rules": rules });
    const { host } = new URL(server.url);
    const line = await judged({ AIRWORTHY_PROMETHEUS_URL: `http://ana:planted%2Fword@${host}` });
    expect(line).toMatch(new RegExp(`^WARN 1 alert rule loaded at ${host};`));
    const basic = `Basic ${Buffer.from("ana:planted/word").toString("base64")}`;
    expect(server.arrivals.find(({ path }) => path.startsWith("/api/v1/rules"))?.headers.authorization).toBe(basic);
    const away = await judged({ AIRWORTHY_PROMETHEUS_URL: `http://ana:planted@127.0.0.1:${await closedPort()}` });
    expect(away).toMatch(/^FAIL could not tell: .*ECONNREFUSED/);
    for (const text of [line, away, await judged({ AIRWORTHY_PROMETHEUS_URL: "planted" })])
      expect(text).not.toContain("planted");
  });

  test("fail where no rule is loaded, and where the receiver does not take one", async () => {
    await using prometheus = await startPrometheus(local.fly);
    const url = `${prometheus.url}/prometheus/local`;
    expect(await judged({ AIRWORTHY_PROMETHEUS_URL: url })).toMatch(
      /^FAIL no alert rule is loaded at .*; no Alertmanager is/,
    );
    await using down = await flyServer({ "POST /api/v2/alerts": says(503, "no") });
    expect(await judged({ AIRWORTHY_ALERTMANAGER_URL: down.url })).toMatch(/^FAIL .*answered 503 to a test alert/);
  });
});
