import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { closedPort, flyServer, says } from "../fly/fly-server.ts";

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
    execFile(process.execPath, [main, ...args], { env }, (error, out, err) => {
      for (const secret of spellings) expect(out + err).not.toContain(secret);
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

const line = /^\[(PASS|FAIL)\] (Fly API|API Token Set|Platform Status): \S.*$/;

/** Asserts that nothing but the three lines is printed, and gives their beginnings. */
function lines({ out, err }: Run): string[] {
  const printed = out.trimEnd().split("\n");
  for (const text of printed) expect(text).toMatch(line);
  expect(err).toBe("");
  return printed.map((text) => text.slice(0, text.indexOf(":")));
}

describe("airworthy check, asking the local Fly as if it were Fly,", () => {
  let local: Emulator;
  beforeAll(async () => {
    local = await startEmulator({ checksAnswers: true });
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
  const event = (body: object) =>
    fetch(`${local.url}/_local/events`, {
      method: "POST",
      headers: { authorization: `Bearer ${local.token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });

  test("prints three PASS lines and exits 0 where all is well", async () => {
    const run = await airworthy(["check"], environment());
    const host = new URL(local.url).host;
    expect(run.out.split("\n").slice(0, 2)).toEqual([
      `[PASS] Fly API: 200 from ${host} for organisation local, 0 apps`,
      "[PASS] API Token Set: taken from FLY_API_TOKEN",
    ]);
    expect(lines(run)).toEqual(["[PASS] Fly API", "[PASS] API Token Set", "[PASS] Platform Status"]);
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
    expect(lines(run)).toEqual(["[FAIL] Fly API", "[FAIL] API Token Set", "[PASS] Platform Status"]);
    expect(run.code).toBe(1);
  });

  test("exits 1 with a token that Fly does not accept", async () => {
    const run = await airworthy(["check"], environment({ FLY_API_TOKEN: planted }));
    expect(lines(run)).toEqual(["[FAIL] Fly API", "[PASS] API Token Set", "[PASS] Platform Status"]);
    expect(run.out).toMatch(/Fly answered 401: Authenticate: token validation error.*fly tokens create/);
    expect(run.code).toBe(1);
  });

  test("exits 1 where the apps endpoint fails", async () => {
    local.faults.arm({ operation: "Apps_list", kind: "status", status: 500, times: 9 });
    const run = await airworthy(["check"], environment());
    expect(lines(run)).toEqual(["[FAIL] Fly API", "[PASS] API Token Set", "[PASS] Platform Status"]);
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
    expect(lines(run)).toEqual(["[PASS] Fly API", "[PASS] API Token Set", "[FAIL] Platform Status"]);
    expect(run.out).toMatch(/Platform Status: indicator major .*open: iad is down/);
    expect(run.code).toBe(1);
  });

  test("exits 1 where nothing can be reached, and says that it could not tell", async () => {
    const nowhere = `http://127.0.0.1:${await closedPort()}`;
    const run = await airworthy(["check"], {
      FLY_API_TOKEN: planted,
      FLY_FLAPS_BASE_URL: nowhere,
      FLY_STATUS_BASE_URL: nowhere,
    });
    expect(lines(run)).toEqual(["[FAIL] Fly API", "[PASS] API Token Set", "[FAIL] Platform Status"]);
    expect(run.out.match(/could not tell: /g)).toHaveLength(2);
    expect(run.code).toBe(1);
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
    expect(lines(run)).toEqual(["[PASS] Fly API", "[PASS] API Token Set", "[PASS] Platform Status"]);
    expect(run.out).toMatch(/Fly API: 200 from the local Fly at 127\.0\.0\.1:\d+ for organisation local/);
    expect(run.out).toContain("API Token Set: taken from the local Fly");
    const { token } = JSON.parse(readFileSync(join(dir, "local.json"), "utf8"));
    expect(run.out).not.toContain(token);
    expect(run.code).toBe(0);
  });

  test("says that it could not tell where the local Fly cannot start", async () => {
    const run = await airworthy(["check", "--local"], { AIRWORTHY_LOCAL_DIR: join(main, "not-a-folder") });
    expect(lines(run)).toEqual(["[FAIL] Fly API", "[FAIL] API Token Set", "[FAIL] Platform Status"]);
    expect(run.out.match(/could not tell: /g)).toHaveLength(3);
    expect(run.code).toBe(1);
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
    [[], /Usage: airworthy/],
  ])("refuses %j with a clear error and an exit code that no check has", async (args, message) => {
    const { code, out, err } = await airworthy(args);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatch(message);
  });
});
