import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { get } from "node:http";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

// Read by the provider and the command at every start: nothing but node's own modules here.

/** A local Fly that serves. */
export interface LocalFly {
  url: string;
  token: string;
  /** Names its world, for as long as its state is kept. */
  instance: string;
  pid: number;
}

export interface StartOptions {
  /** How it behaves in matters of time; only where none runs yet. @default "instant" */
  profile?: string | undefined;
  /** After how many seconds without a call it leaves. @default 30 */
  idleSeconds?: number | undefined;
  /** The program to start. @default the bundle where it was built, else the source */
  entry?: string | undefined;
}

/** How long a start may take before it counts as failed, in milliseconds. */
const patience = 15_000;

/** Where the local Fly of a project keeps its files: `AIRWORTHY_LOCAL_DIR`, else `.airworthy` beside the nearest Pulumi.yaml upwards. */
export function localDir(from: string): string {
  const override = process.env["AIRWORTHY_LOCAL_DIR"];
  if (override !== undefined && override !== "") return resolve(override);
  const start = resolve(from);
  for (let dir = start; ; dir = dirname(dir)) {
    if (existsSync(join(dir, "Pulumi.yaml"))) return join(dir, ".airworthy");
    if (dirname(dir) === dir) return join(start, ".airworthy");
  }
}

/** The local Fly that serves the project of that folder. */
export const findLocalFly = (from: string): Promise<LocalFly | undefined> => findLocalFlyIn(localDir(from));

/** The local Fly whose files are in that folder. */
export async function findLocalFlyIn(dir: string): Promise<LocalFly | undefined> {
  const said = read(join(dir, "local.json"));
  if (said === undefined) return undefined;
  // Somebody else may have got its port since; one after it on the same state has not yet said so, and is said then.
  const { instance, pid = said.pid } = (await healthAt(said.url)) ?? {};
  return instance === said.instance && pid === said.pid ? said : undefined;
}

/** What a local Fly there says of itself, if one answers. Without `fetch`, which takes a while to load. */
function healthAt(url: string): Promise<Partial<LocalFly> | undefined> {
  return new Promise((resolve) => {
    const nobody = () => resolve(undefined);
    const call = get(`${url}/_local/health`, { timeout: 2_000, agent: false }, (reply) => {
      let text = "";
      reply.setEncoding("utf8");
      reply.on("data", (chunk: string) => {
        text += chunk;
      });
      reply.on("error", nobody);
      reply.on("end", () => resolve(healthIn(text)));
    });
    call.on("timeout", () => call.destroy());
    call.on("error", nobody);
  });
}

function healthIn(text: string): Partial<LocalFly> | undefined {
  try {
    return JSON.parse(text) as Partial<LocalFly>;
  } catch {
    return undefined;
  }
}

function read(file: string): LocalFly | undefined {
  try {
    const { url, token, instance, pid } = JSON.parse(readFileSync(file, "utf8")) as LocalFly;
    return { url, token, instance, pid };
  } catch {
    return undefined;
  }
}

/** Finds the project's local Fly, or starts one that outlives this process, and answers when it serves. */
export async function startLocalFly(from: string, options: StartOptions = {}): Promise<LocalFly> {
  const found = await findLocalFly(from);
  if (found !== undefined) return found;
  const dir = localDir(from);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const deadline = Date.now() + patience;
  let child = start(dir, options);
  while (Date.now() < deadline) {
    await sleep(25);
    const fly = await findLocalFly(from);
    if (fly !== undefined) return fly;
    if (child.exitCode === null && child.signalCode === null) continue;
    if (child.exitCode !== exitHeld && child.exitCode !== 0) break;
    // Another holds the state and does not answer: it is about to, or about to leave. Or this one has left again.
    await sleep(200);
    if ((await findLocalFly(from)) === undefined) child = start(dir, options);
  }
  throw new Error(failure(dir, child.exitCode));
}

/** Exit code of a local Fly that found another in its place. */
export const exitHeld = 3;

function start(dir: string, { profile = "instant", idleSeconds = 30, entry = program() }: StartOptions) {
  const log = openSync(join(dir, "local.log"), "a", 0o600);
  try {
    const args = [entry, "--dir", dir, "--profile", profile, "--idle-seconds", String(idleSeconds)];
    const child = spawn(process.execPath, args, {
      // A process group of its own: the engine kills the plugin's.
      detached: true,
      stdio: ["ignore", log, log],
      cwd: dir,
      env: environment(),
    });
    child.on("error", () => {});
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}

/** It needs next to nothing, and whatever else is there (tokens, passphrases) should not live on in it. */
export function environment(): NodeJS.ProcessEnv {
  const names = ["PATH", "HOME", "TMPDIR", "SystemRoot", "NODE_COMPILE_CACHE", "NODE_V8_COVERAGE"];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

/** The local Fly's program, from beside this file or from beside the bundle this file became part of. */
export function program(): string {
  const places = ["./emulator.js", "../bundle/emulator.js", "../dist/bundle/emulator.js", "./main.js", "./main.ts"];
  const files = places.map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const file = files.find((candidate) => existsSync(candidate));
  if (file === undefined)
    throw new Error(`start the local Fly: its program is at none of ${files.join(", ")}. Run npm run build`);
  return file;
}

function failure(dir: string, exitCode: number | null): string {
  const log = join(dir, "local.log");
  const lines = existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n").slice(-10).join("\n  ") : "";
  const how = exitCode === null ? `did not answer within ${patience / 1000} s` : `ended with exit code ${exitCode}`;
  return `start the local Fly in ${dir}: it ${how}. The end of ${log} says:\n  ${lines || "(nothing)"}`;
}
