import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { auditReport } from "../../../cli/audit/audit.ts";
import { seenInFlyToml } from "../../../cli/audit/fly-toml.ts";
import type { Trouble } from "../../../cli/trouble.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "airworthy-toml-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

let next = 0;
function file(text: string): string {
  next += 1;
  const path = join(folder, `fly.${next}.toml`);
  writeFileSync(path, text);
  return path;
}

/** What flyctl would send to Fly for each group. */
function configs(text: string): Record<string, Record<string, unknown>> {
  const groups = seenInFlyToml(file(text)).view.filter(({ type }) => type.endsWith(":ProcessGroup"));
  return Object.fromEntries(groups.map(({ props }) => [props["name"], props["raw"]])) as never;
}

// The round trips that flyctl's own source and fly/fly-toml.md §5 give.
describe("as flyctl does it,", () => {
  test("an http service becomes ports 80 and 443, and only 80 redirects", () => {
    const { app } = configs(
      "[http_service]\ninternal_port = 8080\nforce_https = true\nauto_stop_machines = 'suspend'\n",
    );
    expect(app?.["services"]).toEqual([
      {
        protocol: "tcp",
        internal_port: 8080,
        autostop: "suspend",
        checks: [],
        ports: [
          { port: 80, handlers: ["http"], force_https: true },
          { port: 443, handlers: ["http", "tls"] },
        ],
      },
    ]);
  });

  test.each([
    ["kill_timeout = 120", { timeout: "120s" }],
    ['kill_timeout = "2m"\nkill_signal = "SIGTERM"', { signal: "SIGTERM", timeout: "2m" }],
    ["[experimental]\nkill_timeout = 5", { timeout: "5s" }],
  ])("%j is how a machine stops", (text, stop) => {
    expect(configs(`app = "shop"\n${text}\n`)["app"]?.["stop_config"]).toEqual(stop);
  });

  test("a check's bare number is milliseconds, an empty text is nothing, and TCP comes before HTTP", () => {
    const { app } = configs(
      '[[services]]\ninternal_port = "80"\n[[services.http_checks]]\ninterval = 10000\ntimeout = ""\nheaders = [{ name = "a", value = 1 }]\n[[services.tcp_checks]]\ninterval = "5s"\n',
    );
    expect(app?.["services"]).toMatchObject([
      {
        internal_port: 80,
        checks: [
          { type: "tcp", interval: "5s" },
          { type: "http", interval: "10000ms", headers: [{ name: "a", values: ["1"] }] },
        ],
      },
    ]);
    expect(JSON.stringify(app)).not.toContain("timeout");
  });

  test("old limits are soft and hard, counted by requests", () => {
    const { app } = configs('[[services]]\nconcurrency = "12,23"\n');
    expect(app?.["services"]).toMatchObject([{ concurrency: { type: "requests", soft_limit: 12, hard_limit: 23 } }]);
  });

  test.each([
    ['size = "shared-cpu-2x"', { cpu_kind: "shared", cpus: 2, memory_mb: 512 }],
    ['memory = "8gb"\ncpu_kind = "performance"\ncpus = 2', { cpu_kind: "performance", cpus: 2, memory_mb: 8192 }],
    ["memory = 512", { cpu_kind: "shared", cpus: 1, memory_mb: 512 }],
    ['size = "shared-cpu-1x"\nmemory = "1gb"\nmemory_mb = 768', { memory_mb: 768 }],
  ])("a machine of %j", (text, guest) => {
    expect(configs(`app = "shop"\n[[vm]]\n${text}\n`)["app"]?.["guest"]).toMatchObject(guest);
  });

  test("a section without processes is the default group's, but a size is every group's", () => {
    const { web, worker } = configs(
      '[processes]\nworker = "run worker"\nweb = "run \'a web\'"\n[http_service]\nprocesses = ["web"]\n[[vm]]\nmemory = 512\n[[vm]]\nmemory = 1024\nprocesses = ["worker"]\n[[mounts]]\nsource = "data"\ndestination = "/data"\n',
    );
    expect(web).toMatchObject({ init: { cmd: ["run", "a web"] }, guest: { memory_mb: 512 }, services: [{}] });
    // Where none is called `app`, the first by the alphabet.
    expect(web?.["mounts"]).toEqual([{ name: "data", path: "/data" }]);
    expect(worker).toMatchObject({ init: { cmd: ["run", "worker"] }, guest: { memory_mb: 1024 }, services: [] });
    expect(worker).not.toHaveProperty("mounts");
  });

  test("old spellings of processes, checks, mounts and metrics are read", () => {
    const { web } = configs(
      '[[processes]]\nname = "web"\ncommand = "serve"\n[[checks]]\nname = "up"\ntype = "tcp"\nport = 1\n[mount]\nsource = "d"\ndestination = "/d"\n[experimental]\ncmd = "x"\n',
    );
    expect(web).toMatchObject({
      init: { cmd: ["serve"] },
      checks: { up: { type: "tcp", port: 1 } },
      mounts: [{ path: "/d" }],
    });
  });

  test("variables are text, and the primary region is one of them", () => {
    const { app } = configs("primary_region = 'ams'\n[env]\nA = 1\nB = true\n");
    expect(app?.["env"]).toEqual({ A: "1", B: "true", PRIMARY_REGION: "ams" });
  });

  test("a file's content is encoded, so that a secret in it is seen", async () => {
    const path = file('app = "shop"\n[[files]]\nguest_path = "/etc/x"\nraw_value = "password: hunter2hunter2"\n');
    const { findings } = await auditReport({ toml: path }, {});
    const found = findings.find(({ rule }) => rule === "FLY-SEC-02");
    expect(found).toMatchObject({ path: "files[0].raw_value", location: { line: 4 } });
    expect(JSON.stringify(findings)).not.toContain("hunter2");
  });
});

describe("a finding is at the line", () => {
  const lines = async (text: string) => {
    const { findings } = await auditReport({ toml: file(text) }, {});
    return findings.map(({ rule, path, location }) => `${rule} ${path} ${location?.line}`);
  };

  test("of the key", async () => {
    expect(await lines('app = "shop"\n\nkill_timeout = 5\n')).toContain("FLY-SHD-02 kill_timeout 3");
  });

  test("of the table that lacks it", async () => {
    expect(await lines('app = "shop"\n\n[http_service]\ninternal_port = 80\n')).toContain(
      "FLY-NET-01 http_service.force_https 3",
    );
  });

  test("in an inline table, and in a list", async () => {
    const text =
      'app = "shop"\nhttp_service = { internal_port = 80, force_https = false }\nmounts = [\n  { source = "data", destination = "/data" },\n  { source = "more", destination = "/more", snapshot_retention = 7 },\n]\n';
    const found = await lines(text);
    expect(found).toContain("FLY-NET-01 http_service.force_https 2");
    expect(found).toContain("FLY-VOL-02 mounts[0].snapshot_retention 4");
    expect(found).toContain("FLY-VOL-02 mounts[1].snapshot_retention 5");
  });

  test("once, where two groups share it", async () => {
    const found = await lines('app = "shop"\nkill_timeout = 5\n[processes]\na = "a"\nb = "b"\n');
    expect(found.filter((line) => line.startsWith("FLY-SHD-02"))).toHaveLength(1);
  });
});

test("what the file leaves to the deploy is not judged, and said", async () => {
  const { findings, checks } = await auditReport({ toml: file('app = "shop"\n[http_service]\n') }, {});
  expect(findings.filter(({ rule }) => ["FLY-SIZ-02", "FLY-AVL-03", "FLY-AVL-01"].includes(rule))).toEqual([]);
  const skipped = Object.fromEntries(checks.map(({ name, detail }) => [name, detail]));
  expect(skipped["enough-memory"]).toBe("not judged from a fly.toml: group app of app shop: vm is left to the deploy");
  expect(skipped["current-region"]).toMatch(/primary_region is left to the deploy$/);
  expect(skipped["two-regions"]).toMatch(/^not judged from a fly.toml: how many machines/);
});

test("an exemption and a threshold of airworthy.toml count, and --audit lets no exemption count", async () => {
  const path = file('app = "shop"\nkill_signal = "SIGTERM"\nkill_timeout = 20\n[checks.up]\ntype = "tcp"\nport = 1\n');
  const config = file(
    '[rules.stop-timeout]\ngoodSeconds = 20\n[[exemption]]\nrule = "FLY-SHD-01"\nresource = "shop-*"\nreason = "Stops by itself within a second"\nowner = "ana"\nuntil = 2027-02-01\n',
  );
  const now = new Date("2026-11-23T12:00:00Z");
  expect((await auditReport({ toml: path, config }, {}, now)).findings.map(({ rule }) => rule)).toEqual(["FLY-EXE-01"]);
  const silent = file('app = "shop"\nkill_timeout = 20\n[checks.up]\ntype = "tcp"\nport = 1\n');
  const states = async (audit: boolean) =>
    (await auditReport({ toml: silent, config, audit }, {}, now)).findings.map(({ rule, state }) => `${rule} ${state}`);
  expect(await states(false)).toEqual(["FLY-SHD-01 exempted"]);
  expect(await states(true)).toEqual(["FLY-SHD-01 violated"]);
});

describe("what is no fly.toml gets one line:", () => {
  const trouble = (path: string) =>
    auditReport({ toml: path }, {}).then(
      () => "",
      (error: Trouble) => error.message,
    );

  test.each([
    ["no such file", () => join(folder, "none.toml"), /there is no such file/],
    ["a folder", () => folder, /this is a folder/],
    ["no TOML", () => file('app = "shop"\nSECRET = sk_live_PLANTED\n'), /line 2 is no TOML/],
    ["a key twice", () => file('app = "a"\napp = "b"\n'), /line 2 is no TOML: Defining a key multiple times/],
    ["another TOML", () => file('[package]\nname = "x"\n'), /it is no fly\.toml/],
    ["nothing", () => file(""), /it is no fly\.toml/],
  ])("%s", async (_, path, message) => {
    const said = await trouble(path());
    expect(said).toMatch(message);
    expect(said).not.toMatch(/\n|PLANTED/);
  });

  test("values of wrong kinds are findings that could not be judged, in words of the file", async () => {
    const text = 'app = "shop"\n[http_service]\nmin_machines_running = "two"\nauto_stop_machines = true\n';
    const { findings, outcome } = await auditReport({ toml: file(text) }, {});
    expect(findings.find(({ state }) => state === "unjudged")?.message).toContain(
      "http_service.min_machines_running is not a number",
    );
    expect(outcome).not.toBe("could not tell");
  });
});
