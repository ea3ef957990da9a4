import type { Value } from "../value.ts";

type Config = Record<string, unknown>;

/** A slot's config by the numbers of its parts: each top-level field, and of metadata each label. */
type Numbers = Record<string, number | Record<string, number>>;

interface Folded {
  parts: unknown[];
  slots: Record<string, Numbers>;
}

/**
 * What Fly echoed of each slot, as the state keeps it: the machines of a group have all but a few labels in common, so
 * each part stands there once, and all of it is one text, since the engine takes apart and puts together each value of a
 * resource several times in every preview (measured: 500 machines, 690 KB in 100,000 values).
 */
export function folded(observed: Record<string, unknown>): Value {
  const numbers = new Map<string, number>();
  const parts: unknown[] = [];
  const numberOf = (part: unknown): number => {
    const text = JSON.stringify(part);
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, parts.length);
    return parts.push(part) - 1;
  };
  const apart = (value: Config) =>
    Object.fromEntries(Object.entries(value).map(([key, part]) => [key, numberOf(part)]));
  const slots = Object.entries(observed).map(([slot, config]) => {
    const { metadata, ...rest } = config as Config;
    return [slot, { ...apart(rest), ...(isLabels(metadata) && { metadata: apart(metadata) }) }];
  });
  return { folded: JSON.stringify({ parts, slots: Object.fromEntries(slots) } satisfies Folded) };
}

const isLabels = (metadata: unknown): metadata is Config => metadata !== null && typeof metadata === "object";

/** What {@link folded} made, taken apart again. */
export function unfolded(kept: unknown): Record<string, unknown> {
  const { folded } = (kept ?? {}) as { folded?: unknown };
  // A state of before has each slot's config whole.
  if (typeof folded !== "string") return { ...(kept as Record<string, unknown> | undefined) };
  const { parts, slots } = JSON.parse(folded) as Folded;
  const whole = (numbers: Numbers): Config =>
    Object.fromEntries(
      Object.entries(numbers).map(([key, value]) => [key, typeof value === "number" ? parts[value] : whole(value)]),
    );
  return Object.fromEntries(Object.entries(slots).map(([slot, numbers]) => [slot, whole(numbers)]));
}
