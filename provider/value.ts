/** A property value as it travels between the engine and the provider, secrets lifted out, unknowns in their place. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
/** A path into a value: keys and indices. */
export type Path = readonly (string | number)[];
/** An object of property values. */
export type Properties = Record<string, Value>;

/** Stands anywhere in a preview for a value that is not known yet; the engine knows one such string for every type. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** Whether a value, or anything in it, is not known yet. */
export function hasUnknown(value: Value | undefined): boolean {
  if (value === unknown) return true;
  if (value === null || typeof value !== "object") return false;
  return Object.values(value).some(hasUnknown);
}

/** A value without the engine's wrappers, and the paths at which they said that something is secret. */
export interface Lifted {
  value: Properties;
  secrets: Path[];
}

/** Takes secret and output wrappers off at any depth. */
export function lift(wrapped: unknown): Lifted {
  const secrets: Path[] = [];
  const walk = (node: unknown, path: Path): Value => {
    if (node === null || typeof node !== "object") return node as Value;
    if (Array.isArray(node)) return node.map((item, index) => walk(item, [...path, index]));
    const object = node as Record<string, unknown>;
    if (object[signature] === secretSignature) {
      secrets.push(path);
      return walk(object["value"], path);
    }
    if (object[signature] === outputSignature) {
      if (object["secret"] === true) secrets.push(path);
      return "value" in object ? walk(object["value"], path) : unknown;
    }
    return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, walk(item, [...path, key])]));
  };
  return { value: walk(wrapped ?? {}, []) as Properties, secrets };
}

/** Puts secret wrappers back at the paths that exist in the value. Nothing re-marks what is forgotten here. */
export function seal(value: Properties, secrets: readonly Path[]): Record<string, unknown> {
  const marked = new Set(secrets.map((path) => JSON.stringify(path)));
  const walk = (node: Value, path: Path): unknown => {
    const inner =
      node === null || typeof node !== "object"
        ? node
        : Array.isArray(node)
          ? node.map((item, index) => walk(item, [...path, index]))
          : Object.fromEntries(
              Object.entries(node)
                // The engine's structs know no undefined.
                .filter(([, item]) => item !== undefined)
                .map(([key, item]) => [key, walk(item, [...path, key])]),
            );
    // A secret that is unknown arrives as the bare sentinel and must leave as one.
    return marked.has(JSON.stringify(path)) && node !== unknown
      ? { [signature]: secretSignature, value: inner }
      : inner;
  };
  return walk(value, []) as Record<string, unknown>;
}

/** The value at a path, if there is one. */
export const at = (value: Value | undefined, path: Path): Value | undefined =>
  path.reduce<Value | undefined>(
    (node, part) => (node !== null && typeof node === "object" ? (node as Properties)[part] : undefined),
    value,
  );

/** A path as Pulumi prints it: `config.env["NEW.KEY"]`, `slots[1].region`. */
export function pathText(path: Path): string {
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      if (!/^[A-Za-z_$][\w$-]*$/.test(part) || part.includes("-")) return `["${part.replaceAll('"', '\\"')}"]`;
      return index === 0 ? part : `.${part}`;
    })
    .join("");
}

/** Equality of two values, whatever the order of their keys. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => key in b && same((a as Properties)[key], (b as Properties)[key]));
}
