import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { problemsOf } from "../live/account.ts";
import { arm, control, send, withLocalFly } from "../support/local-fly.ts";

// The live suite is not run here, but it is proven here: on the local Fly, as it would run on Fly.io.
const local = withLocalFly();
const root = join(import.meta.dirname, "..", "..");

function runLive(environment: Record<string, string>): Promise<{ code: number; output: string }> {
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const { VITEST: _, VITEST_WORKER_ID: _worker, VITEST_POOL_ID: _pool, ...env } = process.env;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [vitest, "run", "--project", "live"], {
      cwd: root,
      env: { ...env, FLY_LIVE: "1", NO_COLOR: "1", ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("close", (code) => resolve({ code: code ?? -1, output }));
  });
}

const account = (prefix: string) => ({
  FLY_FLAPS_BASE_URL: local.fly.url,
  FLY_API_TOKEN: local.fly.token,
  AIRWORTHY_LIVE_ORG: "local",
  AIRWORTHY_LIVE_PREFIX: prefix,
});
const apps = async () => {
  const { apps: all } = (await send(local.fly, "GET", "/v1/apps?org_slug=local")) as { apps: { name: string }[] };
  return all.map(({ name }) => name);
};

test("the live suite passes on the local Fly with Postgres too, and leaves other apps alone", async () => {
  await send(local.fly, "POST", "/v1/apps", { name: "aw-live-of-before", org_slug: "local" });
  const { code, output } = await runLive({ ...account("aw-live"), AIRWORTHY_LIVE_POSTGRES: "1" });
  expect(code, output).toBe(0);
  expect(output).toContain("left by earlier runs, or of one going on: aw-live-of-before");
  expect(output).not.toMatch(/skipped|todo/);
  expect(await apps()).toEqual(["aw-live-of-before"]);
}, 120_000);

test("where a test of it fails, it clears up all the same", async () => {
  await arm(local.fly, "Machines_create", { kind: "status", status: 422, times: 1 });
  const { code, output } = await runLive(account("aw-fails"));
  expect(code).not.toBe(0);
  expect(output).toMatch(/a group comes up healthy/);
  expect((await apps()).filter((name) => name.startsWith("aw-fails"))).toEqual([]);
}, 120_000);

test("what it cannot clear up it names", async () => {
  await arm(local.fly, "Apps_delete", { kind: "status", status: 500, times: 50 });
  const { code, output } = await runLive(account("aw-stays"));
  await control(local.fly, "DELETE", "faults");
  expect(code).not.toBe(0);
  expect(output).toMatch(/still there, and to be deleted by hand: app aw-stays-\w+/);
}, 120_000);

test("it does not start without a token, an organisation and a prefix, and says all that is wanting", async () => {
  const { code, output } = await runLive({ FLY_API_TOKEN: "", FLY_FLAPS_BASE_URL: local.fly.url });
  expect(code).not.toBe(0);
  for (const name of ["FLY_API_TOKEN", "AIRWORTHY_LIVE_ORG", "AIRWORTHY_LIVE_PREFIX"]) {
    expect(output).toContain(`${name} is not set`);
  }
});

test("it does not start with a token for another organisation", async () => {
  const { code, output } = await runLive({ ...account("aw-other"), AIRWORTHY_LIVE_ORG: "acme" });
  expect(code).not.toBe(0);
  expect(output).toContain('FLY_API_TOKEN is for local, and not for "acme" alone');
  expect(output).not.toContain(local.fly.token);
});

test.each([
  ["personal", "aw-live", /AIRWORTHY_LIVE_ORG is personal/],
  ["acme", "aw", /AIRWORTHY_LIVE_PREFIX must be/],
  ["acme", "Shop-1", /AIRWORTHY_LIVE_PREFIX must be/],
])("organisation %s and prefix %s are refused", (org, prefix, message) => {
  const found = problemsOf({ FLY_API_TOKEN: "x", AIRWORTHY_LIVE_ORG: org, AIRWORTHY_LIVE_PREFIX: prefix });
  expect(found).toEqual([expect.stringMatching(message)]);
});
