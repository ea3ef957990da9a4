import { formatDuration } from "../../fly/duration.ts";
import { control, servedFrom } from "./control.ts";

interface CriticalPath {
  elapsedMs: number;
  bestMs: number;
  calls: { seq: number; operation: string; path: string; startMs: number; ms: number }[];
}

const span = (ms: number) => formatDuration(ms).padStart(10);

/** Prints the calls that the client's schedule could not have been shorter than, and how long it was. */
export async function printPath(dir: string, since: number): Promise<void> {
  const fly = await servedFrom(dir);
  const answer = await control(fly, "compute the critical path", "GET", `critical-path?since=${since}`);
  const { elapsedMs, bestMs, calls } = answer as unknown as CriticalPath;
  for (const { seq, operation, path, startMs, ms } of calls)
    console.log(`${span(startMs)} ${span(ms)}  ${seq} ${operation} ${path}`);
  console.log(`elapsed ${formatDuration(elapsedMs)}, best possible ${formatDuration(bestMs)}`);
}
