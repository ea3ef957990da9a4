import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { environment, exitHeld, findLocalFlyIn, type LocalFly, program } from "../../emulator/locate.ts";
import { Trouble } from "../trouble.ts";
import { control } from "./control.ts";

export interface ServeOptions {
  port?: string;
  profile?: string;
}

/** Where it serves, unless somebody says otherwise. */
export const usualPort = "4280";

/** What a client needs, in the names of flyctl and Fly's Go clients (flyctl, internal/config; fly-go, flaps; internal/uiex). */
function printSettings({ url, token }: LocalFly): void {
  const settings = {
    FLY_FLAPS_BASE_URL: url,
    FLY_API_BASE_URL: url,
    FLY_UIEX_BASE_URL: url,
    // Fly counts how flyctl is used, and this is no use of Fly.
    FLY_SEND_METRICS: "0",
    FLY_API_TOKEN: token,
  };
  for (const [name, value] of Object.entries(settings)) console.log(`${name}=${value}`);
}

/** Serves the state of that folder until it is stopped; where another does already, only says so. Answers with an exit code. */
export async function serve(dir: string, options: ServeOptions): Promise<number> {
  const running = await findLocalFlyIn(dir);
  if (running !== undefined) return sayServed(running, dir, options);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const code = await run(dir, options);
  if (code !== exitHeld) return code;
  // Another was quicker, or it is still on its way up or out and has said so itself.
  const other = await findLocalFlyIn(dir);
  return other === undefined ? 1 : sayServed(other, dir, options);
}

/** The program as a child: its settings once it serves, its words on stderr, its exit code. */
function run(dir: string, { port = usualPort, profile = "instant" }: ServeOptions): Promise<number> {
  const args = [program(), "--dir", dir, "--foreground", "--port", port, "--profile", profile];
  // The channel tells it when this process ends, however it ends. Its stdout is ours to fill.
  const child = spawn(process.execPath, args, { stdio: ["ignore", 2, 2, "ipc"], env: environment() });
  child.on("message", (fly) => printSettings(fly as LocalFly));
  const stop = () => child.kill("SIGTERM");
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

async function sayServed(fly: LocalFly, dir: string, { port, profile }: ServeOptions): Promise<number> {
  const served = `process ${fly.pid} serves ${dir} already`;
  const health = await control(fly, `ask process ${fly.pid} how it serves`, "GET", "health");
  const differs = [
    ...(profile !== undefined && profile !== health["profile"] ? [`in profile ${health["profile"]}`] : []),
    ...(port !== undefined && port !== "0" && port !== new URL(fly.url).port ? [`at ${fly.url}`] : []),
  ];
  if (differs.length > 0)
    throw new Trouble(`${served}, ${differs.join(" and ")}. Stop it first (kill ${fly.pid}), or name another --state`);
  printSettings(fly);
  console.error(`${served}, at ${fly.url} in profile ${health["profile"]}; this one has nothing to do`);
  return 0;
}
