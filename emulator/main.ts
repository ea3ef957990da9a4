import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Emulator, startEmulator } from "./index.ts";
import { isProfileName, profiles } from "./profile.ts";
import { StateHeld } from "./store.ts";

const { values } = parseArgs({
  options: {
    dir: { type: "string", default: ".airworthy" },
    port: { type: "string", default: "0" },
    profile: { type: "string", default: "instant" },
    foreground: { type: "boolean", default: false },
    "idle-seconds": { type: "string", default: "30" },
  },
});

/** Another local Fly holds the state: for whoever wanted one, that is as good. */
const exitHeld = 3;

const dir = resolve(values.dir);
const files = { lock: `${dir}/local.lock`, where: `${dir}/local.json`, state: `${dir}/state.db` };
const idleMs = Number(values["idle-seconds"]) * 1000;
let emulator: Emulator | undefined;
let idle: NodeJS.Timeout | undefined;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function holder(): number | undefined {
  try {
    const pid = Number(readFileSync(files.lock, "utf8"));
    return pid !== process.pid && isAlive(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

function sayHeld(): never {
  const pid = holder();
  console.error(`another local Fly${pid === undefined ? "" : ` (process ${pid})`} holds ${dir}`);
  process.exit(exitHeld);
}

function writeAtomically(file: string, text: string): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
}

/** Removes the file if it is still this process's. */
function removeOwn(file: string, isOwn: (text: string) => boolean): void {
  try {
    if (isOwn(readFileSync(file, "utf8"))) rmSync(file);
  } catch {
    // Gone already, which is what is wanted.
  }
}

let isLeaving = false;

/** Ctrl-C comes from the terminal and, as another signal, from who started it: the second changes nothing. */
async function leave(code = 0): Promise<void> {
  if (isLeaving) return;
  isLeaving = true;
  clearTimeout(idle);
  removeOwn(files.where, (text) => JSON.parse(text).pid === process.pid);
  await emulator?.close();
  removeOwn(files.lock, (text) => text === `${process.pid}`);
  process.exit(code);
}

function onCall(underWay: number): void {
  clearTimeout(idle);
  if (!values.foreground && underWay === 0) idle = setTimeout(leave, idleMs);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

async function main(): Promise<void> {
  const { profile } = values;
  if (!isProfileName(profile)) fail(`--profile must be one of ${Object.keys(profiles).join(", ")}, not ${profile}`);
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) fail(`--port must be 0 to 65535, not ${values.port}`);
  if (!(idleMs > 0)) fail(`--idle-seconds must be above 0, not ${values["idle-seconds"]}`);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  try {
    emulator = await startEmulator({ profile, port, stateFile: files.state, onCall });
  } catch (error) {
    if (error instanceof StateHeld) sayHeld();
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE")
      fail(`the local Fly cannot start: port ${port} is taken. Choose another, or 0 for any that is free`);
    fail(`the local Fly cannot start: ${(error as Error).message}`);
  }
  // For people and other programs to see. What keeps a second server out is the system's lock on the state itself: a
  // process id may be somebody else's by now.
  writeAtomically(files.lock, `${process.pid}`);
  const { url, token, instance } = emulator;
  const where = { pid: process.pid, port: emulator.port, url, token, instance };
  writeAtomically(files.where, `${JSON.stringify(where)}\n`);
  onCall(0);
  process.send?.(where);
  if (values.foreground) console.log(`the local Fly (${profile}) serves ${url} from ${dir}`);
}

// Whoever started it to serve in the foreground is gone, however it ended.
process.on("disconnect", () => void leave());
process.on("SIGTERM", () => void leave());
process.on("SIGINT", () => void leave());
await main();
