import { withoutSecrets } from "../fly/redaction.ts";
import { at, type Lifted, type Value } from "./value.ts";

/** A function that takes the secrets of one call of the engine's out of a text: Fly may quote what it refuses. */
export function concealer({ value, secrets }: Lifted, alwaysSecret: string[] = []): (text: string) => string {
  const leaves = [...secrets, ...alwaysSecret.map((name) => [name])].flatMap((path) => strings(at(value, path)));
  return (text) => withoutSecrets(text, leaves);
}

const strings = (value: Value | undefined): string[] =>
  typeof value === "string"
    ? [value]
    : value !== null && typeof value === "object"
      ? Object.values(value).flatMap(strings)
      : [];
