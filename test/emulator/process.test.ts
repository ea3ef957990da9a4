import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findLocalFly, type LocalFly, localDir, startLocalFly } from "../../emulator/locate.ts";
import { isAlive } from "../support/alive.ts";
import { Caller } from "./local-fly.ts";

const entry = fileURLToPath(new URL("../../emulator/main.ts", import.meta.url));

let project: string;
let dir: string;
const begun = new Set<number>();

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "airworthy-"));
  writeFileSync(join(project, "Pulumi.yaml"), "name: test\n");
  dir = join(project, ".airworthy");
});

afterEach(async () => {
  for (const pid of begun) await end(pid, "SIGKILL");
  begun.clear();
  rmSync(project, { recursive: true, force: true });
});

async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await sleep(10);
}

async function end(pid: number, signal: NodeJS.Signals): Promise<void> {
  if (isAlive(pid)) process.kill(pid, signal);
  await gone(pid);
}

async function start(idleSeconds = 30): Promise<LocalFly> {
  const fly = await startLocalFly(project, { entry, idleSeconds });
  begun.add(fly.pid);
  return fly;
}

/** Runs the program as somebody would by hand. */
function run(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [entry, "--dir", dir, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  if (child.pid !== undefined) begun.add(child.pid);
  return child;
}

test("an acknowledged change survives kill -9, with instance and token", async () => {
  const first = await start();
  const caller = new Caller(first);
  const app = await caller.app();
  const { id } = await caller.volume(app);
  await caller.machine(app, { config: { image: "nginx", mounts: [{ volume: id, path: "/d" }] } }, "started");
  const before = (await caller.get("/_local/world")).body;
  const journal = (await caller.get("/_local/journal")).body;
  await end(first.pid, "SIGKILL");
  expect(await findLocalFly(project)).toBeUndefined();
  const second = await start();
  expect(second).toMatchObject({ instance: first.instance, token: first.token });
  expect(second.pid).not.toBe(first.pid);
  const again = new Caller(second);
  expect({ ...(await again.get("/_local/world")).body, now: "" }).toEqual({ ...before, now: "" });
  expect((await again.get("/_local/journal")).body).toEqual(journal);
});

test("kill -9 in the middle of a stream of creates loses none that was answered", async () => {
  const first = await start();
  const caller = new Caller(first);
  const app = await caller.app();
  const answered: string[] = [];
  const stream = (async () => {
    for (;;) answered.push((await caller.volume(app)).id);
  })().catch(() => {});
  while (answered.length < 40) await sleep(1);
  await end(first.pid, "SIGKILL");
  await stream;
  const { body } = await new Caller(await start()).get(`${app}/volumes`);
  const kept = new Set(body.map(({ id }: { id: string }) => id));
  expect(answered.filter((id) => !kept.has(id))).toEqual([]);
});

test("several starters at once end with one server", async () => {
  const flies = await Promise.all([start(), start(), start()]);
  expect(new Set(flies.map(({ pid }) => pid)).size).toBe(1);
  expect(await findLocalFly(project)).toEqual(flies[0]);
});

test("a second server on the same state says who holds it and leaves", async () => {
  const { pid } = await start();
  const second = run();
  let said = "";
  second.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  const [code] = await once(second, "close");
  expect([code, said]).toEqual([3, `another local Fly (process ${pid}) holds ${dir}\n`]);
});

test("a lock left by a dead process is taken over", async () => {
  const { pid } = await start();
  await end(pid, "SIGKILL");
  expect(readFileSync(join(dir, "local.lock"), "utf8")).toBe(`${pid}`);
  const second = await start();
  expect(readFileSync(join(dir, "local.lock"), "utf8")).toBe(`${second.pid}`);
});

test("it leaves by itself when nobody calls, and takes its files along", async () => {
  const { pid } = await start(0.3);
  await gone(pid);
  expect(readdirSync(dir).sort()).toEqual(["local.log", "state.db"]);
  expect(readFileSync(join(dir, "local.log"), "utf8")).toBe("");
  expect(await findLocalFly(project)).toBeUndefined();
});

test("in the foreground it says where it serves and stays until it is stopped", async () => {
  const child = run("--foreground", "--idle-seconds", "0.2");
  const [line] = await once(child.stdout as NodeJS.ReadableStream, "data");
  const fly = (await findLocalFly(project)) as LocalFly;
  expect(String(line)).toBe(`the local Fly (instant) serves ${fly.url} from ${dir}\n`);
  await sleep(500);
  expect(child.exitCode).toBeNull();
  child.kill("SIGTERM");
  expect(await once(child, "close")).toEqual([0, null]);
  expect(existsSync(join(dir, "local.json"))).toBe(false);
});

test("its files are nobody else's to read", async () => {
  await start();
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  for (const file of readdirSync(dir)) expect([file, statSync(join(dir, file)).mode & 0o077]).toEqual([file, 0]);
});

test("a secret's value is in no file: not in the state, the journal or the log", async () => {
  const planted = "planted-5f2c9e1b7a";
  const fly = await start();
  const caller = new Caller(fly);
  const app = await caller.app();
  await caller.post(`${app}/secrets`, { values: { A: planted, B: "x" } });
  await caller.post(`${app}/secrets/C`, { value: planted });
  await caller.post(`${app}/secrets`, { values: { "BAD-NAME": planted } });
  await caller.post(`${app}/secrets`, `{"values":{"A":"${planted}"`);
  const shown = await Promise.all(["world", "journal"].map((what) => caller.get(`/_local/${what}`)));
  expect(JSON.stringify(shown.map(({ body }) => body))).not.toContain(planted);
  await end(fly.pid, "SIGTERM");
  const forms = [planted, Buffer.from(planted).toString("base64").slice(0, -2), Buffer.from(planted).toString("hex")];
  const files = readdirSync(dir).filter((file) => statSync(join(dir, file)).isFile());
  expect(files).toContain("state.db");
  for (const file of files) {
    const bytes = readFileSync(join(dir, file));
    for (const form of forms) expect([file, bytes.includes(form)]).toEqual([file, false]);
  }
});

test("state that cannot be read fails the start with the log's words", async () => {
  mkdirSync(dir, { mode: 0o700 });
  writeFileSync(join(dir, "state.db"), "this is no database ".repeat(100));
  await expect(start()).rejects.toThrow(/start the local Fly in .*ended with exit code 1.*state\.db cannot be read/s);
});

test("the folder is beside the nearest Pulumi.yaml upwards, unless the environment says otherwise", () => {
  expect(localDir(join(project, "a", "b"))).toBe(dir);
  process.env["AIRWORTHY_LOCAL_DIR"] = join(project, "elsewhere");
  try {
    expect(localDir(project)).toBe(join(project, "elsewhere"));
  } finally {
    delete process.env["AIRWORTHY_LOCAL_DIR"];
  }
});
