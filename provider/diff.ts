import type { Path, Value } from "./value.ts";
import { same, unknown } from "./value.ts";

/** One difference between what was declared and what is declared now. */
export interface Difference {
  path: Path;
  kind: "add" | "delete" | "update";
  /** Whether it replaces the resource, whatever the schema says of the input. */
  replaces?: boolean;
  /** Whether what was there before is to be read in the outputs: what runs was not what the program said. */
  ofOutputs?: boolean;
  /** What a preview has to say of it beyond the two values. */
  note?: string;
}

/**
 * The differences from one value to another, down to the leaves, so that Pulumi prints only what changed. Arrays of
 * named things are compared by name: a slot taken out of the middle is one difference, not one for each that follows.
 */
export function differences(before: Value | undefined, after: Value | undefined, path: Path = []): Difference[] {
  if (same(before, after)) return [];
  if (before === undefined) return [{ path, kind: "add" }];
  if (after === undefined) return [{ path, kind: "delete" }];
  if (after === unknown || before === null || after === null) return [{ path, kind: "update" }];
  if (Array.isArray(before) && Array.isArray(after)) {
    return isNamed(before) && isNamed(after) ? byName(before, after, path) : byKey(before, after, path);
  }
  if (typeof before !== "object" || typeof after !== "object" || Array.isArray(before) !== Array.isArray(after)) {
    return [{ path, kind: "update" }];
  }
  return byKey(before, after, path);
}

function byKey(before: Value[] | { [key: string]: Value }, after: typeof before, path: Path): Difference[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) =>
    differences((before as Record<string, Value>)[key], (after as Record<string, Value>)[key], [
      ...path,
      Array.isArray(after) ? Number(key) : key,
    ]),
  );
}

type Named = { name: string } & { [key: string]: Value };

const isNamed = (list: Value[]): list is Named[] =>
  list.length > 0 &&
  list.every((item) => item !== null && typeof item === "object" && typeof (item as Named).name === "string") &&
  new Set((list as Named[]).map(({ name }) => name)).size === list.length;

function byName(before: Named[], after: Named[], path: Path): Difference[] {
  const gone = before.flatMap((item, index): Difference[] =>
    after.some(({ name }) => name === item.name) ? [] : [{ path: [...path, index], kind: "delete" }],
  );
  const kept = after.flatMap((item, index) =>
    differences(
      before.find(({ name }) => name === item.name),
      item,
      [...path, index],
    ),
  );
  return [...gone, ...kept];
}
