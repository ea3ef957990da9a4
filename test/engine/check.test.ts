import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Machine } from "../support/group.ts";
import { startPrometheus } from "../support/prometheus.ts";
import { Workspace } from "../support/workspace.ts";

const day = 86_400_000;
const gib = 1024 ** 3;
const planted = "planted-session-key";

let shop: Workspace;
let app = "";

beforeAll(async () => {
  shop = await Workspace.of(".");
  await shop.pulumi(["config", "set", "--secret", "sessionKey"], {}, planted);
  await shop.ok("up", "--yes", "--skip-preview");
  app = new URL((await shop.outputs())["url"] as unknown as string).hostname.replace(".fly.dev", "");
}, 240_000);
afterAll(() => shop?.remove());

interface Checked {
  code: number;
  output: string;
  /** Status by name. */
  statuses: Record<string, string>;
}

/** What `airworthy check` says of the stack, of which no token is ever a part. */
async function check(args: string[] = [], env: Record<string, string> = {}): Promise<Checked> {
  const { token } = await shop.localFly();
  const { code, output } = await airworthy(["check", ...args], env);
  for (const secret of [token, planted]) expect(output).not.toContain(secret);
  const lines = output.trimEnd().split("\n");
  const pairs = lines.map((line) => {
    const [, status = "", name = ""] = /^\[(PASS|FAIL|WARN|SKIP)\] ([^:]+): \S.*$/.exec(line) ?? [];
    expect([line, status]).toEqual([line, expect.stringMatching(/./)]);
    return [name, status];
  });
  return { code, output, statuses: Object.fromEntries(pairs) };
}

/** Runs the command in the project's folder, or elsewhere. */
function airworthy(
  args: string[],
  env: Record<string, string>,
  cwd = shop.dir,
): Promise<{ code: number; output: string }> {
  const { FLY_API_TOKEN: _token, FLY_ACCESS_TOKEN: _access, ...inherited } = process.env;
  const own = { PULUMI_BACKEND_URL: `file://${shop.dir}`, PULUMI_CONFIG_PASSPHRASE: "of a test" };
  const main = join(import.meta.dirname, "..", "..", "cli", "main.ts");
  return new Promise((resolve) => {
    const options = { cwd, env: { ...inherited, ...own, PULUMI_SKIP_UPDATE_CHECK: "true", ...env } };
    execFile(process.execPath, [main, ...args], options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: out + err });
    });
  });
}

const failed = ({ statuses }: Checked) => Object.keys(statuses).filter((name) => statuses[name] === "FAIL");
const happen = (event: object) => shop.send("POST", "/_local/events", event);
const pass = (advanceMs: number) => shop.send("POST", "/_local/clock", { advanceMs });
const machines = () => shop.send("GET", `/v1/apps/${app}/machines`) as Promise<Machine[]>;
const volumes = () => shop.send("GET", `/v1/apps/${app}/volumes`) as Promise<{ id: string; size_gb: number }[]>;

test("after up the flagship is ready: at least 15 lines, of which at least 10 have something to judge", async () => {
  const checked = await check();
  const all = Object.values(checked.statuses);
  expect([checked.code, failed(checked)]).toEqual([0, []]);
  expect(all.length).toBeGreaterThanOrEqual(15);
  expect(all.filter((status) => status !== "SKIP").length).toBeGreaterThanOrEqual(10);
});

describe("one thing that is not as it should be fails its own line and no other:", () => {
  const expectFailure = async (name: string, detail: RegExp, env: Record<string, string> = {}) => {
    const checked = await check([], env);
    expect([checked.code, failed(checked)]).toEqual([1, [name]]);
    const line = checked.output.split("\n").find((each) => each.startsWith(`[FAIL] ${name}: `));
    expect(line).toMatch(detail);
  };

  test("a region's machines are stopped", async () => {
    const stopped = (await machines()).filter(({ region, name }) => region === "lhr" && name.startsWith("web"));
    const each = (verb: string, state: string) =>
      Promise.all(
        stopped.map(async ({ id }) => {
          await shop.send("POST", `/v1/apps/${app}/machines/${id}/${verb}`);
          await shop.send("GET", `/v1/apps/${app}/machines/${id}/wait?state=${state}`);
        }),
      );
    expect(stopped).toHaveLength(2);
    onTestFinished(async () => {
      await each("start", "started");
      // Past the grace time of its checks.
      await pass(600_000);
    });
    await each("stop", "stopped");
    await expectFailure("Machines Running", /\/web: nothing runs in lhr/);
  });

  test("the status is major", async () => {
    onTestFinished(async () => void (await happen({ kind: "status-page", indicator: "none" })));
    await happen({ kind: "status-page", indicator: "major", incidents: [{ name: "iad is down" }] });
    await expectFailure("Platform Status", /indicator major .*iad is down/);
  });

  test("a volume is full, by a real Prometheus", async () => {
    const [volume] = await volumes();
    const { id = "", size_gb = 0 } = volume ?? {};
    const fill = (share: number) =>
      happen({ kind: "volume-filled", app, volume: id, bytesUsed: Math.floor(size_gb * gib * share) });
    const busy = (await machines())[0]?.id;
    await using prometheus = await startPrometheus(await shop.localFly());
    const env = { AIRWORTHY_METRICS_URL: prometheus.url };
    await prometheus.until("count(count by (instance) (rate(fly_instance_cpu[15m]))) == 9");
    const { code, statuses } = await check([], env);
    expect([code, statuses["Volume Fill"], statuses["Utilisation"]]).toEqual([0, "PASS", "PASS"]);

    await fill(0.97);
    await prometheus.until("fly_volume_used_pct > 96");
    await expectFailure("Volume Fill", new RegExp(`${id}, ${size_gb} GB\\) 97 %`), env);
    await fill(0.5);
    await happen({ kind: "machine-load", app, machine: busy, memory: 0.99 });
    await prometheus.until(
      "max(1 - fly_instance_memory_mem_available / fly_instance_memory_mem_total) > 0.98 and max(fly_volume_used_pct) < 96",
    );
    await expectFailure("Utilisation", new RegExp(`memory of ${busy} in \\w+ 99 %`), env);
    await happen({ kind: "machine-load", app, machine: busy, memory: 0.4 });
  });

  test("the snapshots are old", async () => {
    const all = await volumes();
    const daily = (on: boolean) =>
      Promise.all(all.map(({ id }) => shop.send("PUT", `/v1/apps/${app}/volumes/${id}`, { auto_backup_enabled: on })));
    onTestFinished(async () => {
      await daily(true);
      await pass(day);
    });
    await daily(false);
    await pass(3 * day);
    await expectFailure("Volume Snapshots", /has no snapshot, and its daily snapshots are off/);
  });

  test("the certificate has expired", async () => {
    const dns = (validated: boolean) => happen({ kind: "dns", hostname: "shop.example.com", validated });
    onTestFinished(async () => void (await dns(true)));
    await dns(true);
    await pass(day);
    const { output } = await check();
    expect(output).toMatch(/\[PASS\] Certificates: shop\.example\.com is active, by Let's Encrypt, \d\d days left/);
    await dns(false);
    await pass(91 * day);
    await expectFailure("Certificates", /shop\.example\.com expired on \d{4}-\d\d-\d\d/);
  });

  test("a secret is staged", async () => {
    await shop.send("POST", `/v1/apps/${app}/secrets`, { values: { SESSION_KEY: planted } });
    await expectFailure("Secrets Deployed", /SESSION_KEY set but not deployed to cache, web, worker/);
  });
});

test("a revoked token is said once, and what cannot be asked without it is no failure of its own", async () => {
  const { url, token: owner } = await shop.localFly();
  const { id, token } = (await happen({ kind: "token", app, expiresInMs: 30 * day })) as { id: string; token: string };
  const env = { FLY_API_TOKEN: token, FLY_FLAPS_BASE_URL: url, FLY_STATUS_BASE_URL: url };
  // A folder without a project, so that the environment alone says which Fly is asked.
  const asked = async () => {
    const { code, output } = await airworthy(["check", "--app", app], env, tmpdir());
    for (const secret of [token, owner, planted]) expect(output).not.toContain(secret);
    return { code, output };
  };
  expect((await asked()).output).toMatch(
    /\[PASS\] Token Reach: reaches \S+; for one app only; it ends on .*in \d+ days/,
  );
  const document =
    "mutation ($input: DeleteLimitedAccessTokenInput!) { deleteLimitedAccessToken(input: $input) { token } }";
  await shop.send("POST", "/graphql", { query: document, variables: { input: { id } } });
  const { code, output } = await asked();
  expect(code).toBe(1);
  const failures = output.split("\n").filter((line) => line.startsWith("[FAIL]"));
  expect(failures.map((line) => line.slice(0, line.indexOf(":")))).toEqual(["[FAIL] Fly API", "[FAIL] Token Reach"]);
  expect(output).toContain("[SKIP] Machines Running: nothing can be asked: see Token Reach");
});

describe("a stack", () => {
  test("that is not deployed is one line and exit code 2 where it was named, and only the account where it was not", async () => {
    const bare = await Workspace.of("examples/hello");
    try {
      const named = await airworthy(
        ["check", "--stack", "dev"],
        { PULUMI_BACKEND_URL: `file://${bare.dir}` },
        bare.dir,
      );
      expect(named.code).toBe(2);
      expect(named.output).toMatch(
        /^airworthy: no app of stack dev is judged: it has no app.*`pulumi up` deploys it$/m,
      );
      expect(named.output).toContain("[PASS] Fly API");
      const selected = await airworthy(["check"], { PULUMI_BACKEND_URL: `file://${bare.dir}` }, bare.dir);
      expect(selected.code).toBe(0);
      expect(selected.output).toMatch(/^airworthy: no app of stack \S+ .*is judged: it has no app/m);
      expect(selected.output).not.toContain("Machines Running");
    } finally {
      await bare.remove();
    }
  });

  test("that does not exist is one line and exit code 2", async () => {
    const { code, output } = await airworthy(["check", "--stack", "nope"], {});
    expect([code, output]).toEqual([
      2,
      expect.stringMatching(/^airworthy: read the stack.*no stack named 'nope'.*--stack/),
    ]);
  });

  test("gives the Fly to ask, also for an app that was named", async () => {
    const { statuses } = await check(["--app", app, "--stack", "dev"]);
    expect(statuses["Machines Running"]).toBe("PASS");
    await happen({ kind: "foreign-app", name: "theirs", org: "acme" });
    const foreign = await check(["--app", "theirs"]);
    expect([foreign.code, failed(foreign)]).toEqual([1, ["Token Reach"]]);
  });
});
