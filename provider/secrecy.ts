import type { Lifted, Path, Value } from "./value.ts";

/**
 * A function that takes the secrets of one call out of a text: Fly may quote what it refuses. Each is looked for as it
 * stands and as base64, URL encoding and JSON would write it.
 */
export function concealer({ value, secrets }: Lifted, alwaysSecret: string[] = []): (text: string) => string {
  const leaves = [...secrets, ...alwaysSecret.map((name) => [name])].flatMap((path) => strings(at(value, path)));
  const spellings = [...new Set(leaves)]
    // Shorter ones stand in ordinary words; masking those would say more than it hides.
    .filter((secret) => secret.length >= 4)
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString("base64"),
    ])
    .sort((a, b) => b.length - a.length);
  return (text) => spellings.reduce((hidden, spelling) => hidden.replaceAll(spelling, "[secret]"), text);
}

const at = (value: Value, path: Path) =>
  path.reduce<Value>((node, part) => (node as Record<string, Value>)?.[part] ?? null, value);

const strings = (value: Value): string[] =>
  typeof value === "string"
    ? [value]
    : value !== null && typeof value === "object"
      ? Object.values(value).flatMap(strings)
      : [];
