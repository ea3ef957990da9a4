import type { Mend } from "./rule.ts";
import type { Verdict } from "./verdict.ts";

type Step = string | number;
type Json = Record<Step, unknown>;

/** What mends the findings, as far as they say so. */
export const mendsOf = (verdicts: readonly Verdict[]): Mend[] => verdicts.flatMap(({ finding }) => finding?.mend ?? []);

/**
 * Writes each mend into the properties of a resource, and nothing else; objects that are missing on the way are made.
 * Works in place and through the proxies in which Pulumi hands them over: those keep a secret secret that is written to,
 * and a copy would have to tell secrets and unknowns apart by itself. Answers whether it wrote: all of them, or, where one
 * has no place, none, and the finding stays.
 */
export function applyMends(properties: object, mends: readonly Mend[]): boolean {
  for (const makes of [false, true]) {
    for (const { at, to } of mends) {
      const steps = stepsOf(at);
      const holder = steps && holderOf(properties as Json, steps, makes);
      if (steps === undefined || holder === "none") return false;
      if (makes) (holder as Json)[steps.at(-1) as Step] = Array.isArray(to) ? [...to] : to;
    }
  }
  return mends.length > 0;
}

const step = /\.?([A-Za-z_$][\w$]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;

/** The keys of a path as a Reading spells it: `config.services[0].ports`, `["odd key"]`. */
function stepsOf(path: string): Step[] | undefined {
  const steps: Step[] = [];
  step.lastIndex = 0;
  do {
    const [, key, index, quoted] = step.exec(path) ?? [];
    if (key !== undefined) steps.push(key);
    else if (index !== undefined) steps.push(Number(index));
    else if (quoted !== undefined) steps.push(JSON.parse(quoted) as string);
    else return undefined;
  } while (step.lastIndex < path.length);
  return steps;
}

/**
 * What has the last step in it; `undefined` where it is missing and not to be made yet, `none` where it has no place: items
 * of lists are never made, and nothing else is replaced by an object.
 */
function holderOf(properties: Json, steps: readonly Step[], makes: boolean): Json | "none" | undefined {
  let holder = properties;
  for (const [index, key] of steps.entries()) {
    const isThere = Object.hasOwn(holder, key);
    if (typeof key === "number" ? !isThere : Array.isArray(holder)) return "none";
    if (index === steps.length - 1) break;
    const next = isThere ? (holder[key] ?? undefined) : undefined;
    if (typeof next === "object") holder = next as Json;
    else if (next !== undefined || steps.slice(index).some((later) => typeof later === "number")) return "none";
    else if (!makes) return undefined;
    else {
      holder[key] = {};
      // Read again, because it is the proxy's to say what was written.
      holder = holder[key] as Json;
    }
  }
  return holder;
}
