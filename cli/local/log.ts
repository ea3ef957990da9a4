import { setTimeout as sleep } from "node:timers/promises";
import { findLocalFlyIn, type LocalFly } from "../../emulator/locate.ts";
import { control, servedFrom } from "./control.ts";

interface Line {
  seq: number;
  at: string;
  operation: string;
  method: string;
  path: string;
  status: number;
}

/** Between two looks for new lines, in milliseconds. */
const lookEvery = 300;

// What a stranger sent as a path is not to write on this terminal.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const plain = (path: string) => path.replace(/[\x00-\x1f\x7f-\x9f]/g, "?");

function print({ seq, at, operation, method, path, status }: Line): void {
  // 0: the connection was cut before anything was done.
  const said = status === 0 ? "cut" : status;
  console.log(`${seq} ${at} ${said} ${operation} ${method} ${plain(path)}`);
}

async function printSince(fly: LocalFly, since: number): Promise<number> {
  const { entries } = await control(fly, "read the journal", "GET", `journal?since=${since}`);
  for (const line of entries as Line[]) print(line);
  return (entries as Line[]).at(-1)?.seq ?? since;
}

/** Prints the journal from after that line on; goes on with what comes where it is to follow. */
export async function log(dir: string, since: number, follow: boolean): Promise<void> {
  // Whoever reads may have enough, as `head` does.
  process.stdout.on("error", () => process.exit(0));
  let last = await printSince(await servedFrom(dir), since);
  while (follow) {
    await sleep(lookEvery);
    // It may have left, and come again on the same state and elsewhere.
    const fly = await findLocalFlyIn(dir);
    if (fly !== undefined) last = await printSince(fly, last).catch(() => last);
  }
}
