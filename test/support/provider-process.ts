import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Engine, secret } from "./engine.ts";

const entry = join(import.meta.dirname, "..", "..", "provider", "main.ts");

/** A run whose provider is a process of its own, as the CLI starts one: leases tell processes from each other. */
export function startProcess(fly: { url: string; token: string }): Promise<Engine> {
  const serving = async () => {
    const child = spawn(process.execPath, [entry], { stdio: ["pipe", "pipe", "inherit"] });
    onTestFinished(() => void child.kill());
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    return Number(String(line).trim());
  };
  return Engine.start({ flapsUrl: fly.url, token: secret(fly.token) }, { serving });
}
