import type { Registered, Values } from "./recording.ts";

/** What a replay knows of a resource that was recorded. */
export interface Known {
  id: string;
  outputs: Values;
}

/** Shorter texts are words such as `iad`, and no id of anything. */
const shortestId = 6;

/**
 * The program's inputs of a resource in a replay: what the recording has, with each id, address or secret that came from
 * another resource taken from what that resource answered this time.
 */
export function inputsOf(
  resource: Registered,
  recorded: ReadonlyMap<string, Registered>,
  replayed: (urn: string) => Known | undefined,
): Values {
  return Object.fromEntries(
    Object.entries(resource.news).map(([property, value]) => {
      const sources = (resource.sources[property] ?? []).flatMap((urn) => {
        const [then, now] = [recorded.get(urn), replayed(urn)];
        return then === undefined || now === undefined ? [] : [{ then, now }];
      });
      if (typeof value === "number") return [property, numberOf(value, sources)];
      const pairs = sources.flatMap(({ then, now }) => [
        ...pairsOf(then.id, now.id),
        ...pairsOf(then.outputs, now.outputs),
      ]);
      // The longest first: one text may be part of another.
      pairs.sort(([one], [other]) => other.length - one.length);
      return [property, replaced(value, pairs)];
    }),
  );
}

type Source = { then: Registered; now: Known };

/** A number is an output as a whole, such as the version of the secrets. */
function numberOf(value: number, sources: Source[]): number {
  for (const { then, now } of sources) {
    const property = Object.keys(then.outputs).find((key) => then.outputs[key] === value);
    const found = property === undefined ? undefined : now.outputs[property];
    if (typeof found === "number") return found;
  }
  return value;
}

/** Texts of the recording that are others now, each with what it is now. */
function pairsOf(then: unknown, now: unknown): [string, string][] {
  if (typeof then === "string" && typeof now === "string") {
    return then === now || then.length < shortestId ? [] : [[then, now]];
  }
  if (then === null || now === null || typeof then !== "object" || typeof now !== "object") return [];
  return Object.entries(then).flatMap(([key, value]) => pairsOf(value, (now as Values)[key]));
}

function replaced(value: unknown, pairs: [string, string][]): unknown {
  if (typeof value === "string") {
    const whole = pairs.find(([then]) => then === value);
    return whole?.[1] ?? pairs.reduce((text, [then, now]) => text.replaceAll(then, now), value);
  }
  if (Array.isArray(value)) return value.map((item) => replaced(item, pairs));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaced(item, pairs)]));
}
