import fc, { type Arbitrary } from "fast-check";

/** Names that have done harm somewhere before. */
const infamous = [
  ...["", " ", ".", "..", "../../etc/passwd", "..\\..", "a/b", "a\u0000b", "\u202eevil", "ünïcode", "名前", "🦋"],
  ...["__proto__", "constructor", "toString", "hasOwnProperty", "null", "undefined", "NaN", "Infinity"],
  ...["-1", "0", "1e309", "9007199254740993", "99999999999999999999", "0x10", "1.5", "'; DROP TABLE document; --"],
  ...["a,b", "any,", "1h", "-5s", "9999999999h", "{id}", "$&", "%", "%s", "x".repeat(5_000)],
];

const text: Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...infamous) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 10 }) },
);

const number: Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, -0, -1, 0.5, 1e308, -1e308, 2 ** 31, 2 ** 53, -(2 ** 63), 86_401, 501),
  fc.integer(),
);

/** Objects that are no good as what they are taken for: a text, a list, a table. */
const traps: unknown[] = [
  { toString: 1, valueOf: 1 },
  { length: 2 ** 31 },
  JSON.parse('{"__proto__":{"a":1}}'),
  [[[[[[[[]]]]]]]],
  { toJSON: "x" },
];

/** Anything JSON can say, with keys that mean something to JavaScript. */
const anything: Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.constantFrom(...traps),
    number,
    text,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(text, tie("value")), { maxLength: 3 }).map(objectOf),
  ),
})).value;

/** Also with `__proto__` as an own key, as JSON.parse makes it. */
function objectOf(entries: [string, unknown][]): object {
  const made = {};
  for (const [key, value] of entries) {
    Object.defineProperty(made, key, { value, enumerable: true, writable: true, configurable: true });
  }
  return made;
}

/** Another value of the same kind, or of another, or none. */
const instead = (leaf: unknown): Arbitrary<unknown> =>
  fc.oneof(
    { weight: 3, arbitrary: typeof leaf === "string" ? text : typeof leaf === "number" ? number : anything },
    { weight: 1, arbitrary: anything },
    { weight: 1, arbitrary: fc.constantFrom(...traps) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );

type Path = (string | number)[];

/** Every place of a body, the inner ones too. */
function placesOf(value: unknown, at: Path = []): Path[] {
  if (value === null || typeof value !== "object") return [at];
  const isList = Array.isArray(value);
  const inner = Object.entries(value).flatMap(([key, one]) => placesOf(one, [...at, isList ? Number(key) : key]));
  return at.length === 0 ? inner : [at, ...inner];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? replaced(item, rest, by) : item));
  const object = value as Record<string, unknown>;
  return { ...object, [key]: replaced(object[key], rest, by) };
}

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], value);

/** A body that Fly would take, but for one or two places of it. */
function nearly(valid: object): Arbitrary<object> {
  const places = placesOf(valid);
  if (places.length === 0) return fc.constant(valid);
  const change = fc.constantFrom(...places).chain((path) => fc.tuple(fc.constant(path), instead(at(valid, path))));
  const two = fc.array(change, { minLength: 0, maxLength: 2 });
  // From the last place to the first, so that no change takes away the place of another.
  return two.map((changes) => changes.reduceRight<object>((body, [path, by]) => tried(body, path, by), valid));
}

function tried(body: object, path: Path, by: unknown): object {
  try {
    return replaced(body, path, by) as object;
  } catch {
    return body;
  }
}

/** The body again and again, with one place of it as nobody means it. */
export const spoilt = (valid: object): object[] =>
  placesOf(valid).flatMap((path) => wrong.map((by) => replaced(valid, path, by) as object));

const wrong = [...traps, null, "", "ü\u0000", "../../etc", -1, 1e308, 0.5, true, [], {}, [null], { a: null }];

/** What a call may carry: nothing, JSON of any kind, JSON that was cut, and what is none. */
export const bytes = (valid: object): Arbitrary<Uint8Array | undefined> =>
  fc.oneof(
    { weight: 6, arbitrary: nearly(valid).map(encoded) },
    { weight: 2, arbitrary: anything.map(encoded) },
    { weight: 1, arbitrary: fc.tuple(nearly(valid), fc.nat()).map(([body, end]) => cut(encoded(body), end)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 50 }) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );

const encoded = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value) ?? "");

/** Ends anywhere, also in the middle of a character. */
const cut = (whole: Uint8Array, end: number) => whole.subarray(0, whole.length === 0 ? 0 : end % whole.length);

const keys = (
  "org_slug state timeout version instance_id from_event_id limit cursor region include_deleted include_leases force kill " +
  "ttl wait show_secrets filter min_version signal force_stop summary __proto__ metadata.role metadata.__proto__ x"
).split(" ");

const values = ["local", "true", "false", "started", "stopped,destroyed", "settled", "1", "60", "5s"];

/** A query, mostly with keys that mean something. */
export const query: Arbitrary<string> = fc
  .array(fc.tuple(fc.constantFrom(...keys), fc.oneof(fc.constantFrom(...values), text)), { maxLength: 3 })
  .map((pairs) => pairs.map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join("&"))
  .chain((said) => fc.constantFrom(said, `org_slug=local&${said}`, `force=true&${said}`))
  .chain((said) => fc.constantFrom(said, said, said, `${said}&%ff`, `${said}?&=&&`));

/** A part of a path as it goes on the wire: what is meant, or what nobody meant. */
export const segment = (meant: readonly string[]): Arbitrary<string> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...meant).map(encodeURIComponent) },
    { weight: 2, arbitrary: text.map(encodeURIComponent) },
    { weight: 1, arbitrary: fc.constantFrom("..", "..%2f..%2f", "%00", "%ff", "%e4", "%", "%2e%2e", ";a=b", "*") },
  );

export const header: Arbitrary<Record<string, string>> = fc
  .record({
    "content-type": fc.constantFrom(
      "application/json",
      "text/plain",
      "multipart/form-data; boundary=x",
      "",
      "💥",
      "json",
    ),
  })
  .map((headers) => (/^[\x20-\x7e]+$/.test(headers["content-type"]) ? headers : {}));
