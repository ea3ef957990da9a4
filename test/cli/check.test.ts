import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { Caller } from "../emulator/local-fly.ts";
import { closedPort, flyServer, says, staysSilent } from "../fly/fly-server.ts";

// Each test starts processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
const planted = "fm2_PLANTED+/token==,fm2_DISCHARGE==";
const spellings = [planted, ...planted.split(",")].flatMap((text) => [
  text,
  Buffer.from(text).toString("base64"),
  encodeURIComponent(text),
]);

interface Run {
  code: number;
  out: string;
  err: string;
}

/** Runs the command with nothing of this environment but what is given. */
function airworthy(args: string[], environment: Record<string, string> = {}): Promise<Run> {
  const env = { PATH: process.env["PATH"] ?? "", ...environment };
  return new Promise((resolve) => {
    // Not in this repository's folder, which is a project with a stack of its own.
    execFile(process.execPath, [main, ...args], { env, cwd: tmpdir() }, (error, out, err) => {
      for (const secret of spellings) expect(out + err).not.toContain(secret);
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

/** Asserts that nothing but lines of checks is printed, and gives the status of each by name. */
function lines({ out, err }: Run): Record<string, string> {
  const printed = out.trimEnd().split("\n");
  for (const text of printed) expect(text).toMatch(/^\[(PASS|FAIL|WARN|SKIP)\] [A-Z][^:]+: \S.*$/);
  expect(err).toBe("");
  return Object.fromEntries(printed.map((text) => [text.slice(7, text.indexOf(":")), text.slice(1, 5)]));
}

describe("airworthy check, asking the local Fly as if it were Fly,", () => {
  let local: Emulator;
  let caller: Caller;
  beforeAll(async () => {
    local = await startEmulator({ checksAnswers: true });
    caller = new Caller(local);
  });
  afterAll(() => local.close());
  beforeEach(() => {
    local.world.reset();
    local.faults.clear();
  });

  const environment = (more: Record<string, string> = {}) => ({
    FLY_API_TOKEN: local.token,
    FLY_FLAPS_BASE_URL: local.url,
    FLY_STATUS_BASE_URL: local.url,
    ...more,
  });
  const event = (body: Record<string, unknown>) => caller.event(body);

  test("prints a line a check, of the account alone where no app is named, and exits 0 where nothing failed", async () => {
    const run = await airworthy(["check"], environment());
    const host = new URL(local.url).host;
    expect(run.out.split("\n").slice(0, 2)).toEqual([
      `[PASS] Fly API: 200 from ${host} for organisation local, 0 apps`,
      "[PASS] API Token Set: taken from FLY_API_TOKEN",
    ]);
    expect(lines(run)).toEqual({
      "Fly API": "PASS",
      "API Token Set": "PASS",
      "Token Reach": "WARN",
      "Platform Status": "PASS",
      Alerts: "SKIP",
    });
    expect(run.out).not.toContain(local.token);
    expect(run.code).toBe(0);
  });

  test("changes nothing", async () => {
    const before = local.journal.entries(0).length;
    await airworthy(["check"], environment());
    const made = local.journal.entries(0).slice(before);
    expect(made.length).toBeGreaterThan(0);
    expect(made.filter(({ mutating }) => mutating)).toEqual([]);
  });

  test("exits 1 without a token, and asks the status all the same", async () => {
    const run = await airworthy(["check"], { FLY_FLAPS_BASE_URL: local.url, FLY_STATUS_BASE_URL: local.url });
    expect(lines(run)).toMatchObject({
      "Fly API": "FAIL",
      "API Token Set": "FAIL",
      "Token Reach": "SKIP",
      "Platform Status": "PASS",
    });
    expect(run.code).toBe(1);
  });

  test("exits 1 with a token that Fly does not accept", async () => {
    const run = await airworthy(["check"], environment({ FLY_API_TOKEN: planted }));
    expect(lines(run)).toMatchObject({ "Fly API": "FAIL", "Token Reach": "FAIL", "Platform Status": "PASS" });
    expect(run.out).toMatch(/Fly answered 401: Authenticate: token validation error.*fly tokens create/);
    expect(run.code).toBe(1);
  });

  test("exits 1 where the apps endpoint fails", async () => {
    local.faults.arm({ operation: "Apps_list", kind: "status", status: 500, times: 9 });
    const run = await airworthy(["check"], environment());
    expect(lines(run)).toMatchObject({ "Fly API": "FAIL", "API Token Set": "PASS", "Platform Status": "PASS" });
    expect(run.code).toBe(1);
  });

  test("exits 1 where the apps endpoint refuses the token", async () => {
    const body = { error: "unauthorized" };
    local.faults.arm({ operation: "Apps_list", kind: "status", status: 403, body });
    const run = await airworthy(["check"], environment());
    expect(run.out).toMatch(
      /^\[FAIL\] Fly API: .*Fly answered 403: unauthorized .*The token is valid but not for this/,
    );
    expect(run.code).toBe(1);
  });

  test("exits 1 where Fly reports a major outage", async () => {
    await event({ kind: "status-page", indicator: "major", incidents: [{ name: "iad is down" }] });
    const run = await airworthy(["check"], environment());
    expect(lines(run)).toMatchObject({ "Fly API": "PASS", "API Token Set": "PASS", "Platform Status": "FAIL" });
    expect(run.out).toMatch(/Platform Status: indicator major .*open: iad is down/);
    expect(run.code).toBe(1);
  });

  test("exits 2 where nothing can be reached, and says that it could not tell", async () => {
    const nowhere = `http://127.0.0.1:${await closedPort()}`;
    const run = await airworthy(["check"], {
      FLY_API_TOKEN: planted,
      FLY_FLAPS_BASE_URL: nowhere,
      FLY_STATUS_BASE_URL: nowhere,
    });
    expect(lines(run)).toMatchObject({ "Fly API": "FAIL", "API Token Set": "PASS", "Platform Status": "FAIL" });
    expect(run.out.match(/could not tell: /g)).toHaveLength(3);
    expect(run.code).toBe(2);
  });

  test("exits 2 where a status page answers HTML, with a line that says so", async () => {
    const html = says(200, "<!doctype html><title>Status</title>", { "content-type": "text/html" });
    await using page = await flyServer({ "GET /api/v2/status.json": html, "GET /v1/incidents": html });
    const run = await airworthy(["check"], environment({ FLY_STATUS_BASE_URL: page.url }));
    expect(lines(run)).toMatchObject({ "Fly API": "PASS", "Platform Status": "FAIL" });
    expect(run.out).toMatch(/Platform Status: could not tell: \S+status\.json answered something else than a status/);
    expect(run.code).toBe(2);
  });

  test("exits 2 where a check hangs, after the time it has, and the others say what they found", async () => {
    await using silent = await flyServer({ "GET /v1/tokens/current": staysSilent });
    const environment = { FLY_API_TOKEN: planted, FLY_FLAPS_BASE_URL: silent.url, FLY_STATUS_BASE_URL: local.url };
    const run = await airworthy(["check", "--timeout", "0.5"], environment);
    expect(lines(run)).toMatchObject({ "Fly API": "FAIL", "API Token Set": "PASS", "Platform Status": "PASS" });
    expect(run.out).toContain("[FAIL] Fly API: could not tell: no answer within 0.5 s");
    expect(run.code).toBe(2);
  });

  test("exits 1 at an app of another organisation, which one line says", async () => {
    await event({ kind: "foreign-app", name: "theirs", org: "acme" });
    const run = await airworthy(["check", "--app", "theirs"], environment());
    const found = lines(run);
    expect(Object.keys(found).filter((name) => found[name] === "FAIL")).toEqual(["Token Reach"]);
    expect(run.out).toMatch(/\[FAIL\] Token Reach: app theirs is another organisation's/);
    expect(run.code).toBe(1);
  });

  test("writes a report of another format where it is asked to, with each check's rule and the regions", async () => {
    const app = await caller.app();
    for (const region of ["iad", "lhr", "lhr"]) await caller.machine(app, { region }, "started");
    const run = await airworthy(["check", "--app", "shop", "--format", "json"], environment());
    const { about, source, outcome, checks, regions } = JSON.parse(run.out);
    expect([run.code, about, source, outcome]).toEqual([0, "app shop", "check", "ready"]);
    expect(regions).toEqual([
      { code: "iad", machines: 1, running: 1 },
      { code: "lhr", machines: 2, running: 2 },
    ]);
    expect(checks[0]).toMatchObject({ name: "Fly API", rule: "FLY-API-01", status: "PASS" });
  });

  test("goes by airworthy.toml: what is disabled is not judged, and what is exempted or advisory fails nothing", async () => {
    await caller.app();
    await caller.event({ kind: "status-page", indicator: "major" });
    const dir = mkdtempSync(join(tmpdir(), "airworthy-check-"));
    const file = join(dir, "airworthy.toml");
    const run = (text: string) => {
      writeFileSync(file, text);
      return airworthy(["check", "--app", "shop"], environment({ AIRWORTHY_CONFIG: file }));
    };
    const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
    const exemption = (resource: string) =>
      `[[exemption]]\nrule = "FLY-STS-01"\nresource = "${resource}"\nreason = "The drill of this week needs it so"\nowner = "ana"\nuntil = ${until}\n`;
    try {
      expect(await run(exemption("bank"))).toMatchObject({ code: 1 });
      const exempted = await run(exemption("sh*"));
      expect(exempted.out).toMatch(
        /\[WARN\] Platform Status: indicator major .*exempted until \d{4}-\d\d-\d\d by ana: The drill/,
      );
      expect(exempted.code).toBe(0);
      const advisory = await run('[rules.platform-status]\nlevel = "advisory"\n');
      expect([advisory.code, lines(advisory)["Platform Status"]]).toEqual([0, "WARN"]);
      const disabled = await run('[rules.platform-status]\nlevel = "disabled"\n');
      expect(disabled.out).toContain("[SKIP] Platform Status: disabled in airworthy.toml");
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  test("reads what is configured, and says what is wrong with it", async () => {
    const run = await airworthy(["check"], environment({ AIRWORTHY_CONFIG: join(tmpdir(), "not-there.toml") }));
    expect(run).toMatchObject({ code: 2, out: "", err: expect.stringMatching(/^airworthy: .*not-there\.toml/) });
  });

  test("asks for the organisation that --org names, where the token is for two", async () => {
    const tokens = [{ org_slug: "acme" }, { org_slug: "beta" }];
    await using server = await flyServer({
      "GET /v1/tokens/current": says(200, { tokens }),
      "GET /v1/apps": says(200, { apps: [] }),
    });
    const two = environment({ FLY_API_TOKEN: planted, FLY_FLAPS_BASE_URL: server.url });
    const undecided = await airworthy(["check"], two);
    expect(undecided).toMatchObject({ code: 1, out: expect.stringMatching(/FAIL\] Fly API: .*acme and beta.*--org/) });
    const decided = await airworthy(["check", "--org", "beta"], two);
    expect(decided).toMatchObject({ code: 0, out: expect.stringMatching(/PASS\] Fly API: .* organisation beta/) });
  });
});

describe("airworthy check --local", () => {
  const dir = mkdtempSync(join(tmpdir(), "airworthy-check-"));
  afterAll(() => {
    try {
      process.kill(JSON.parse(readFileSync(join(dir, "local.json"), "utf8")).pid);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });

  test("starts the project's local Fly, asks it and nothing else, and does not print its token", async () => {
    const environment = {
      AIRWORTHY_LOCAL_DIR: dir,
      FLY_API_TOKEN: planted,
      FLY_FLAPS_BASE_URL: "https://fly.invalid",
      FLY_STATUS_BASE_URL: "https://status.invalid",
    };
    const run = await airworthy(["check", "--local"], environment);
    expect(lines(run)).toMatchObject({ "Fly API": "PASS", "API Token Set": "PASS", "Platform Status": "PASS" });
    expect(run.out).toMatch(/Fly API: 200 from the local Fly at 127\.0\.0\.1:\d+ for organisation local/);
    expect(run.out).toContain("API Token Set: taken from the local Fly");
    const { token } = JSON.parse(readFileSync(join(dir, "local.json"), "utf8"));
    expect(run.out).not.toContain(token);
    expect(run.code).toBe(0);
  });

  test("says that it could not tell where the local Fly cannot start", async () => {
    const run = await airworthy(["check", "--local"], { AIRWORTHY_LOCAL_DIR: join(main, "not-a-folder") });
    expect(Object.values(lines(run)).every((status) => status === "FAIL")).toBe(true);
    expect(run.out.match(/could not tell: /g)).toHaveLength(5);
    expect(run.code).toBe(2);
  });
});

describe("airworthy", () => {
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

  test("says its version", async () => {
    expect(await airworthy(["--version"])).toEqual({ code: 0, out: `${manifest.version}\n`, err: "" });
  });

  test.each([[["--help"]], [["check", "--help"]]])("explains itself: %j", async (args) => {
    const { code, out, err } = await airworthy(args);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/Usage: airworthy.*check/s);
  });

  test.each([
    [["chekc"], /unknown command 'chekc'.*Did you mean check/s],
    [["check", "--locla"], /unknown option '--locla'.*Did you mean --local/s],
    [["check", "now"], /too many arguments/],
    [["check", "--timeout", "soon"], /it must be a number of seconds/],
    [["check", "--timeout", "0"], /it must be a number of seconds/],
    [[], /Usage: airworthy/],
  ])("refuses %j with a clear error and an exit code that no check has", async (args, message) => {
    const { code, out, err } = await airworthy(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
  });
});
