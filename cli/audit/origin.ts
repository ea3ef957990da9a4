import type { TomlPath } from "./toml-document.ts";

const segment = /\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([A-Za-z_$][\w$]*)/g;
const toSnake = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The keys of a path as a rule spells it, in Fly's own spelling: `raw.services[0].autostop`, `config.stopConfig.signal`. */
function keysOf(path: string): (string | number)[] {
  const raw = path.startsWith("raw");
  const keys = [...path.matchAll(segment)].map(([, quoted, index, name]) => {
    if (index !== undefined) return Number(index);
    if (quoted !== undefined) return JSON.parse(`"${quoted}"`) as string;
    return name ?? "";
  });
  const own = keys[0] === "raw" || keys[0] === "config" ? keys.slice(1) : keys;
  // Names of variables are the user's, in whatever spelling.
  if (raw || own[0] === "env") return own;
  return own.map((key) => (typeof key === "string" ? toSnake(key) : key));
}

/** A path as people write it: `services[0].ports[1].handlers`. */
export const written = (path: TomlPath): string =>
  path.map((key, index) => (typeof key === "number" ? `[${key}]` : `${index > 0 ? "." : ""}${quoted(key)}`)).join("");

const quoted = (key: string) => (/^[\w-]+$/.test(key) ? key : JSON.stringify(key));

/** A rule's path as one reads it in a machine's config at Fly: `services[0].ports[0].force_https`. */
export const asFlySpells = (path: string): string => (path.includes(" ") ? path : written(keysOf(path)));

/** Where in a fly.toml the properties of one resource come from, or would be written if they were there. */
export class Origins {
  readonly #byPath = new Map<string, TomlPath>();

  /** Says where a property in Fly's spelling, and all in it that nothing else is said of, comes from. */
  note(property: string, key: TomlPath): void {
    this.#byPath.set(property, key);
  }

  /** The key of a finding's path; `undefined` for what is no property at all. */
  keyOf(path: string): TomlPath | undefined {
    if (path.includes(" ")) return undefined;
    const keys = keysOf(path);
    for (let length = keys.length; length > 0; length -= 1) {
      const origin = this.#byPath.get(written(keys.slice(0, length)));
      if (origin !== undefined) return [...origin, ...keys.slice(length)];
    }
    return keys;
  }
}
