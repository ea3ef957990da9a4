import { bareToken } from "./token.ts";

/** Shorter values are everyday words; replacing them would garble messages and hide nothing. */
const shortest = 4;

/**
 * The text without these secrets, in any spelling an answer of Fly's may echo them in: plain, base64, as part of an
 * address, inside JSON. The parts of a token that joins several macaroons by commas are secrets each, and so are a token
 * without its scheme and the password of an address.
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const spellings = secrets
    .flatMap((secret) => [secret, ...bareToken(secret).split(","), URL.parse(secret)?.password ?? ""])
    .filter(({ length }) => length >= shortest)
    .flatMap(spellingsOf)
    .sort((a, b) => b.length - a.length);
  return spellings.reduce((rest, spelling) => rest.replaceAll(spelling, "[secret]"), text);
}

function spellingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString("base64").replace(/=+$/, "");
  return [secret, base64, bytes.toString("base64url"), encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
}
