import type { TimelineEntry } from "../../emulator/timeline.ts";

/** How many machines serve from a moment on. */
export interface Serving {
  /** Milliseconds since 1970, at Fly. */
  at: number;
  serving: number;
}

/** Whom Fly's proxy sends requests to. */
const serves = ({ state, passing, cordoned, gone }: TimelineEntry) =>
  state === "started" && passing && !cordoned && !gone;

/** How many of a group's machines serve, at each moment at which something of them changed. */
export function availability(entries: readonly TimelineEntry[], group: string): Serving[] {
  const serving = new Set<string>();
  const steps: Serving[] = [];
  for (const entry of entries.filter((one) => one.group === group)) {
    if (serves(entry)) serving.add(entry.machine);
    else serving.delete(entry.machine);
    // What changes at the same moment is one change: nobody is served in between.
    if (steps.at(-1)?.at === entry.at) steps.pop();
    steps.push({ at: entry.at, serving: serving.size });
  }
  return steps;
}

/** The moment at which the fewest serve. Without any moment nobody ever does. */
export const least = (steps: readonly Serving[]): Serving =>
  steps.reduce<Serving | undefined>(
    (fewest, step) => (step.serving < (fewest?.serving ?? Infinity) ? step : fewest),
    undefined,
  ) ?? {
    at: 0,
    serving: 0,
  };

/** Moments at which fewer than promised serve, in seconds after the first, with what each machine was then. */
export function violations(entries: readonly TimelineEntry[], group: string, promised: number): string[] {
  const own = entries.filter((entry) => entry.group === group);
  const first = own[0]?.at ?? 0;
  return availability(own, group)
    .filter(({ serving }) => serving < promised)
    .map(({ at, serving }) => {
      const machines = new Map(own.filter((entry) => entry.at <= at).map((entry) => [entry.machine, entry]));
      const states = [...machines.values()]
        .filter(({ gone }) => !gone)
        .map((one) => {
          const words = [
            one.slot,
            one.machine,
            one.state,
            one.passing ? "passing" : "",
            one.cordoned ? "cordoned" : "",
          ];
          return words.filter(Boolean).join(" ");
        });
      return `${(at - first) / 1000} s: ${serving} of ${promised} serve (${states.join("; ")})`;
    });
}
