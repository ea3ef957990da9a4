import type { Machine } from "./record.ts";
import type { World } from "./state.ts";

/** What a machine printed, newest last. */
export interface MachineLog {
  machine: string;
  app: string;
  region: string;
  lines: LogLine[];
}

export interface LogLine {
  /** Its place among all lines of the app, which is also what a reader goes on from. */
  cursor: string;
  at: number;
  message: string;
  /** Who printed it: the machine's process, or what runs that. */
  by: "app" | "init";
}

/** So many lines of a machine are kept. */
const mostLines = 1000;

/** Fly keeps about seven days (superfly/docs, logging overview). */
const keptDays = 7;

/** As many digits for each, so that places compare as texts. */
const cursorOf = (at: number, nth: number) => `${Math.floor(at)}`.padStart(14, "0") + `${nth}`.padStart(6, "0");

/** Prints lines of a machine. */
export function print(world: World, machine: Machine, lines: readonly string[], by: LogLine["by"], at: number): void {
  if (lines.length === 0) return;
  const { id, app, region } = machine;
  const all = world.logs.of(app);
  const old = at - keptDays * world.profile.durations.day;
  for (const log of all) if ((log.lines.at(-1)?.at ?? 0) < old) world.logs.drop(log);
  const log = world.logs.get(id) ?? { machine: id, app, region, lines: [] };
  const latest =
    all
      .map(({ lines: others }) => others.at(-1)?.cursor ?? "")
      .sort()
      .at(-1) ?? "";
  const first = latest >= cursorOf(at, 0) ? Number(latest.slice(-6)) + 1 : 0;
  // A line that comes late, of what only now turns out to have happened, still comes after those that were read.
  const moment = latest >= cursorOf(at, 0) ? Number(latest.slice(0, -6)) : at;
  const added = lines.map((message, index) => ({ cursor: cursorOf(moment, first + index), at, message, by }));
  log.lines = [...log.lines, ...added].slice(-mostLines);
  world.logs.put(log);
}
