import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { localDir, startLocalFly } from "../../../emulator/locate.ts";

/** A local Fly of this run alone. */
export interface Served {
  readonly url: string;
  readonly token: string;
  /** What `airworthy local` prints for a client. */
  readonly settings: NodeJS.ProcessEnv;
  stop(): Promise<void>;
}

const file = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

/** Starts this tree's local Fly, never a bundle of another day, and asks the command for a client's settings. */
export async function serve(folder: string): Promise<Served> {
  delete process.env["AIRWORTHY_LOCAL_DIR"];
  const fly = await startLocalFly(folder, { entry: file("emulator/main.ts"), idleSeconds: 120 });
  try {
    return { url: fly.url, token: fly.token, settings: await settingsOf(folder), stop: () => stop(fly.pid) };
  } catch (error) {
    await stop(fly.pid);
    throw error;
  }
}

async function settingsOf(folder: string): Promise<NodeJS.ProcessEnv> {
  const args = [file("cli/main.ts"), "local", "--state", localDir(folder)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const lines = [...stdout.matchAll(/^(\w+)=(.*)$/gm)];
  return Object.fromEntries(lines.map(([, name = "", value = ""]) => [name, value]));
}

async function stop(pid: number): Promise<void> {
  process.kill(pid, "SIGTERM");
  for (let waited = 0; waited < 200 && isAlive(pid); waited++) await sleep(25);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
