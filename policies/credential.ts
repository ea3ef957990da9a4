/**
 * How sure it is that a named value is a credential: `certain` when name and value look like one, `shape` when only the
 * value does, `name` when only the name does.
 */
export type Suspicion = "certain" | "shape" | "name";

const secretName =
  /(^|_)(PASSWORD|PASSWD|PASSPHRASE|SECRETS?|TOKENS?|CREDENTIALS?|APIKEY|(API|ACCESS|PRIVATE|SECRET|SIGNING|ENCRYPTION|SESSION|MASTER|SERVICE|AUTH|LICENSE)_KEY|KEY_BASE)(_|$)/;
// What a credential's name also occurs in: its lifetime, its kind, where it is kept.
const aboutASecret =
  /(^|_)(TTL|EXPIRY|EXPIRES|EXPIRES_IN|EXPIRATION|LIFETIME|MAX_AGE|AGE|LENGTH|SIZE|COUNT|LIMIT|ENABLED|DISABLED|REQUIRED|NAME|ID|FILE|PATH|DIR|ENDPOINT|HOST|PORT|HEADER|ISSUER|AUDIENCE|ALGORITHM|ALG|TYPE|REGION|VERSION|BACKEND|PROVIDER|ROTATION|INTERVAL|POLICY)$/;
const readByBrowsers =
  /^(NEXT_PUBLIC|NUXT_PUBLIC|EXPO_PUBLIC|PUBLIC|VITE|REACT_APP|GATSBY)_|(^|_)(PUBLISHABLE|PUBLIC_KEY)(_|$)/;
const addressName = /(^|_)(URL|URI|DSN|CONNECTION|CONNECTION_STRING|CONN_STR)$/;
const passwordName = /(^|_)(PASSWORD|PASSWD|PASSPHRASE)$/;

const knownShapes = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b(sk|rk)_live_[0-9A-Za-z]{8}/,
  /\bwhsec_[0-9A-Za-z]{8}/,
  /\b(AKIA|ASIA)[0-9A-Z]{16}\b/,
  /\b(gh[opsur]_|github_pat_)[0-9A-Za-z_]{20}/,
  /\bxox[abeprs]-[0-9A-Za-z-]{10}/,
  /\bglpat-[0-9A-Za-z_-]{16}/,
  /\bSG\.[\w-]{16,}\.[\w-]{16}/,
  /\bAIza[0-9A-Za-z_-]{30}/,
  /\bnpm_[0-9A-Za-z]{30}/,
  /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10}/,
];

// A reference to a value, or the place in a template where one goes: `${NAME}`, `<name>`, `{{ name }}`, `{YOUR_NAME}`.
const reference = /^(\$\{[^}]*\}|\$\w+|<[^>]*>|\{\{[^}]*\}\}|\{[A-Z][A-Z0-9_]*\})$/;
// A token of Fly: a macaroon, or one of the kinds before it (fly/api.md, tokens).
const flyToken = /(^|[^0-9A-Za-z])(FlyV1\s+\S{4}|fm1[ar]_\S{4}|fm2_\S{4}|fo1_\S{4})/;

const normal = (name: string) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^0-9A-Za-z]+/g, "_")
    .toUpperCase();

/** Whether the name alone makes the value worth a look. */
export function isWatched(name: string): boolean {
  const upper = normal(name);
  if (readByBrowsers.test(upper)) return false;
  return addressName.test(upper) || (secretName.test(upper) && !aboutASecret.test(upper));
}

/** Whether there is a Fly API token in the text. */
export const holdsFlyToken = (text: string): boolean => flyToken.test(text);

/** Whether the text holds something that is a credential whatever it is called. */
export const holdsCredential = (text: string): boolean =>
  knownShapes.some((shape) => shape.test(text)) || hasPasswordInUrl(text);

/** How much a named value looks like a credential. Fly's own tokens are left to the rule that looks for them. */
export function suspicion(name: string, value: string): Suspicion | undefined {
  const upper = normal(name);
  const text = value.trim();
  if (text === "" || reference.test(text) || holdsFlyToken(text) || readByBrowsers.test(upper)) return undefined;
  const named = secretName.test(upper) && !aboutASecret.test(upper);
  if (holdsCredential(text)) return named || addressName.test(upper) ? "certain" : "shape";
  if (!named || /^(true|false|yes|no|on|off|null|none)$/i.test(text) || /^\d{1,5}$/.test(text)) return undefined;
  return looksRandom(upper, text) ? "certain" : "name";
}

function looksRandom(name: string, text: string): boolean {
  if (passwordName.test(name)) return true;
  if (/\s/.test(text) || /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^[./~]/.test(text)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /[0-9]/, /[^0-9A-Za-z._-]/].filter((kind) => kind.test(text)).length;
  return text.length >= 20 ? kinds >= 1 && !/^[a-z]+([._-][a-z]+)+$/.test(text) : text.length >= 6 && kinds >= 2;
}

/** Whether a URL in the text carries a password that is not itself a reference to one. */
function hasPasswordInUrl(text: string): boolean {
  for (const [, password = ""] of text.matchAll(/[a-z][a-z0-9+.-]{0,19}:\/\/[^\s:/?#@]{0,200}:([^\s/?#@]+)@/gi)) {
    if (!reference.test(password)) return true;
  }
  return false;
}

/** Text of a file as the Machines API takes it, which is base64. */
export const decoded = (base64: string): string => Buffer.from(base64, "base64").toString("utf8");

/** `NAME=value` and `name: value` pairs of a text, such as an .env or a YAML file. */
export function pairsOf(text: string): [name: string, value: string][] {
  return [...text.matchAll(/^[ \t]*(?:export[ \t]+)?"?([A-Za-z][\w.-]{0,99})"?[ \t]*[=:][ \t]*["']?([^"'\n,]*)/gm)].map(
    ([, name = "", value = ""]) => [name, value],
  );
}
