import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Ends the local Fly that serves that folder and waits for it: it writes into the folder until then. */
export async function stopLocalFly(dir) {
  const file = join(dir, "local.json");
  if (!existsSync(file)) return;
  const { pid } = JSON.parse(readFileSync(file, "utf8"));
  try {
    for (process.kill(pid, "SIGTERM"); ; process.kill(pid, 0)) await sleep(50);
  } catch {
    // no such process any more
  }
}
