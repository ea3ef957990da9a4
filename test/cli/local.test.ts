import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { Caller } from "../emulator/local-fly.ts";
import { isAlive } from "../support/alive.ts";

// Each test starts processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 30_000 });

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));
const env = { PATH: process.env["PATH"] ?? "" };

let dir: string;
const begun: ChildProcess[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "airworthy-"));
});

afterEach(async () => {
  for (const child of begun.splice(0)) await stop(child);
  rmSync(dir, { recursive: true, force: true });
});

interface Run {
  code: number;
  out: string;
  err: string;
}

/** Runs a command to its end. */
function airworthy(...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, "local", ...args, "--state", dir], { env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

async function stop(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill(signal);
    await once(child, "close");
  }
  return child.exitCode;
}

/** A command that goes on, and what it has said so far. */
function begin(...args: string[]) {
  const child = spawn(process.execPath, [main, "local", ...args, "--state", dir], { env });
  begun.push(child);
  const said = { child, out: "", err: "" };
  child.stdout.on("data", (text) => {
    said.out += text;
  });
  child.stderr.on("data", (text) => {
    said.err += text;
  });
  return said;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(10);
}

const settingsOf = (out: string) =>
  Object.fromEntries(
    out
      .trim()
      .split("\n")
      .map((line) => line.split("=", 2)),
  );

async function serving(...args: string[]) {
  const said = begin("--port", "0", ...args);
  await until(() => said.out.includes("FLY_API_TOKEN=") && said.out.endsWith("\n"));
  const settings = settingsOf(said.out);
  const url = settings["FLY_FLAPS_BASE_URL"] as string;
  return { ...said, said, url, caller: new Caller({ url, token: settings["FLY_API_TOKEN"] as string }) };
}

const pidIn = () => JSON.parse(readFileSync(join(dir, "local.json"), "utf8")).pid as number;

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(10);
}

describe("airworthy local", () => {
  test("prints five settings and nothing else, and serves what they say until it is stopped", async () => {
    const { child, said, url, caller } = await serving();
    expect(said.out).toMatch(/^([A-Z_]+=[!-~]+\n){5}$/);
    expect(settingsOf(said.out)).toEqual({
      FLY_FLAPS_BASE_URL: url,
      FLY_API_BASE_URL: url,
      FLY_UIEX_BASE_URL: url,
      FLY_API_TOKEN: expect.stringMatching(/^fm2_[\w+/]+$/),
      FLY_SEND_METRICS: "0",
    });
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await caller.get("/v1/apps?org_slug=local")).status).toBe(200);
    await until(() => said.err !== "");
    expect(said.err).toBe(`the local Fly (instant) serves ${url} from ${dir}\n`);
    const pid = pidIn();
    expect(await stop(child, "SIGINT")).toBe(0);
    await gone(pid);
    expect(existsSync(join(dir, "local.json"))).toBe(false);
    expect(said.out.split("\n")).toHaveLength(6);
  });

  test("Ctrl-C, which the terminal sends to both processes, ends both well", async () => {
    const { child, said } = await serving();
    process.kill(pidIn(), "SIGINT");
    expect(await stop(child, "SIGINT")).toBe(0);
    expect(said.err.trim().split("\n")).toHaveLength(1);
  });

  test("leaves nobody serving when it is killed -9", async () => {
    const { child } = await serving();
    const pid = pidIn();
    await stop(child, "SIGKILL");
    await gone(pid);
  });

  test("where one serves the state already, prints its settings, says who, and exits 0", async () => {
    const { said } = await serving();
    const second = await airworthy();
    expect([second.code, second.out]).toEqual([0, said.out]);
    expect(second.err).toContain(`process ${pidIn()} serves ${dir} already`);
  });

  test("does not pass for another than is asked for", async () => {
    await serving();
    const { code, out, err } = await airworthy("--profile", "fly");
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain(`process ${pidIn()} serves ${dir} already, in profile instant. Stop it first`);
  });

  test("serves the profile and the port that it is told, or says that the port is taken", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const refused = await airworthy("--port", String(port));
    expect([refused.code, refused.out]).toEqual([1, ""]);
    expect(refused.err).toContain(`port ${port} is taken`);
    await new Promise((resolve) => taken.close(resolve));
    const { url, caller } = await serving("--port", String(port), "--profile", "fly/10");
    expect(new URL(url).port).toBe(String(port));
    expect((await caller.get("/_local/health")).body).toMatchObject({ profile: "fly/10" });
  });

  test("says what is wrong with a profile or a port, and prints no setting", async () => {
    const [profile, port] = await Promise.all([airworthy("--profile", "flu"), airworthy("--port", "http")]);
    expect([profile.code, profile.out]).toEqual([1, ""]);
    expect(profile.err).toContain("--profile must be one of instant, fly, fly/10, strange, not flu");
    expect([port.code, port.out]).toEqual([1, ""]);
    expect(port.err).toContain("--port must be 0 to 65535, not http");
  });
});

describe("the commands that speak to a local Fly", () => {
  let fly: Emulator;
  let caller: Caller;

  /** One in this process, which the commands find by its files as they would any other. */
  beforeEach(async () => {
    fly = await startEmulator({ stateFile: join(dir, "state.db") });
    caller = new Caller(fly);
    const { url, token, instance } = fly;
    writeFileSync(join(dir, "local.json"), JSON.stringify({ pid: process.pid, url, token, instance }));
  });

  afterEach(async () => {
    const unspent = fly.faults.unspent();
    await fly.close();
    expect(unspent).toEqual([]);
  });

  test("log prints what was served, without token or secret, and goes on from a number", async () => {
    const app = await caller.app();
    await caller.post(`${app}/secrets/KEY`, { value: "planted-77c1" });
    await caller.get(`${app}?token=planted-77c1`);
    const { code, out } = await airworthy("log");
    const lines = out.trim().split("\n");
    expect(code).toBe(0);
    expect(lines.map((line) => line.split(" ").slice(2).join(" "))).toEqual([
      "201 Apps_create POST /v1/apps",
      "201 Secret_create POST /v1/apps/shop/secrets/KEY",
      "200 Apps_show GET /v1/apps/shop",
    ]);
    expect(lines[0]).toMatch(/^\d+ \d{4}-\d\d-\d\dT[\d:.]+Z /);
    expect(out).not.toContain("planted");
    expect(out).not.toContain(fly.token);
    expect((await airworthy("log", "--since", lines[1]?.split(" ")[0] ?? "")).out).toBe(`${lines[2]}\n`);
  });

  test("log --follow goes on with what comes", async () => {
    await caller.app();
    const said = begin("log", "--follow");
    await until(() => said.out.includes("Apps_create"));
    await caller.get("/v1/apps/nope");
    await until(() => said.out.includes("404 Apps_show GET /v1/apps/nope"));
    expect(said.out.trim().split("\n")).toHaveLength(2);
  });

  test("fault arms each kind, with its count and delay, and the calls meet it", async () => {
    expect((await airworthy("fault", "Apps_create", "--status", "429", "--times", "2", "--skip", "1")).code).toBe(0);
    const make = async (name: string) => (await caller.post("/v1/apps", { name, org_slug: "local" })).status;
    expect([await make("a"), await make("b"), await make("c"), await make("d")]).toEqual([201, 429, 429, 201]);
    await airworthy("fault", "Apps_show", "--refuse");
    await expect(caller.get("/v1/apps/a")).rejects.toThrow();
    await airworthy("fault", "Apps_delete", "--lose-response");
    await expect(caller.delete("/v1/apps/a")).rejects.toThrow();
    await airworthy("fault", "Apps_list", "--delay", "1h");
    const before = fly.clock.now();
    await caller.get("/v1/apps?org_slug=local");
    expect(fly.clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
    expect(fly.journal.entries().find(({ operation }) => operation === "Apps_delete")?.status).toBe(202);
  });

  test("fault --list says what is armed, --clear disarms it", async () => {
    const armed = await airworthy("fault", "Machines_create", "--status", "503", "--times", "3", "--skip", "2");
    expect(armed.out).toBe("armed: Machines_create: status 503, 3 times, after 2 more\n");
    expect((await airworthy("fault", "--list")).out).toBe("Machines_create: status 503, 3 times, after 2 more\n");
    await airworthy("fault", "--clear");
    expect((await airworthy("fault", "--list")).out).toBe("no fault is armed\n");
  });

  test.each([
    [["Machines_creat", "--refuse"], /"Machines_creat" is no operation of Fly's API; near it are Machines_create, /],
    [["Machines_create"], /name one operation and one of --status, --refuse, --lose-response, --delay/],
    [["Machines_create", "--refuse", "--status", "500"], /one of --status/],
    [["--refuse"], /name one operation/],
    [["Machines_create", "--status", "99"], /--status must be a whole number, 100 to 599, not "99"/],
    [["Machines_create", "--delay", "soon"], /--delay must be a duration as 500ms.*not "soon"/],
  ])("fault %j is refused", async (args, why) => {
    const { code, out, err } = await airworthy("fault", ...args);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(why);
  });

  test("clock lets time pass, event lets something happen, path tells how long it took", async () => {
    const before = fly.clock.now();
    expect((await airworthy("clock", "--advance", "61d")).out).toMatch(/^it is .* at Fly now\n$/);
    expect(fly.clock.now() - before).toBeGreaterThanOrEqual(61 * 86_400_000);
    const { id, path } = await caller.machine(await caller.app(), {}, "started");
    const exit = JSON.stringify({ kind: "exit", app: "shop", machine: id, exitCode: 0 });
    expect(await airworthy("event", exit)).toEqual({ code: 0, out: "it happened\n", err: "" });
    expect((await caller.get(path)).body.state).toBe("stopped");
    expect((await airworthy("path")).out).toMatch(/Machines_create .*\nelapsed .*, best possible 7/s);
    const unknown = await airworthy("event", '{"kind":"earthquake"}');
    expect([unknown.code, unknown.out]).toEqual([1, ""]);
    expect(unknown.err).toMatch(/^airworthy: let the event happen: the local Fly says no: /);
    expect((await airworthy("event", "exit")).err).toContain("it must be a JSON object");
  });

  test("switch turns one to another source's word, says how they stand, and names what there is", async () => {
    expect((await airworthy("switch", "apps-without-org", "404")).out).toBe("apps-without-org: 404\n");
    expect((await caller.get("/v1/apps")).status).toBe(404);
    expect((await airworthy("switch", "apps-without-org")).out).toMatch(
      /^apps-without-org: 404 \(of 400, 404\): .+\n$/,
    );
    expect((await airworthy("switch", "apps")).err).toMatch(/there is no "apps"; there is apps-without-org, /);
    expect((await airworthy("switch", "app-name", "gone")).err).toContain("says no");
  });

  test("reset asks first, which needs a terminal, or --yes", async () => {
    await caller.app();
    expect(await airworthy("reset")).toMatchObject({ code: 1, err: expect.stringContaining("--yes") });
    expect((await caller.get("/v1/apps/shop")).status).toBe(200);
    expect((await airworthy("reset", "--yes")).code).toBe(0);
    expect((await caller.get("/v1/apps/shop")).status).toBe(404);
  });
});

test.each([["log"], ["path"], ["fault", "--list"], ["clock", "--advance", "1s"], ["event", "{}"], ["reset", "--yes"]])(
  "without a local Fly, %s says how to start one",
  async (...args) => {
    const { code, out, err } = await airworthy(...args);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toBe(
      `airworthy: no local Fly serves ${dir}. Start one with \`airworthy local\`, or name the folder of its state with --state\n`,
    );
  },
);

test("a command line that cannot be understood exits 2", async () => {
  const runs = await Promise.all([airworthy("lgo"), airworthy("log", "--sinc", "1"), airworthy("clock")]);
  expect(runs.map(({ code, out }) => [code, out])).toEqual(Array(3).fill([2, ""]));
});
