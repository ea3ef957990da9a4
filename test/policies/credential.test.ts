import { describe, expect, test } from "vitest";
import { holdsCredential, holdsFlyToken, isWatched, pairsOf, suspicion } from "../../policies/credential.ts";

const value = "Inv3nted-4711-Value";

describe("a named value is taken for a credential", () => {
  test.each([
    ["DB_PASSWORD", "hunter"],
    ["POSTGRES_PASSWORD", "postgres"],
    ["STRIPE_SECRET_KEY", value],
    ["apiKey", value],
    ["SECRET_KEY_BASE", "a".repeat(64)],
    ["GITHUB_TOKEN", value],
    ["DATABASE_URL", `postgres://shop:${value}@db/shop`],
    ["SIGNING_KEY", value],
  ])("%s, surely", (name, text) => {
    expect(suspicion(name, text)).toBe("certain");
  });

  test.each([
    ["MAIL", `smtp://shop:${value}@mail`],
    ["BILLING", `sk_live_${"4711".repeat(4)}`],
    ["CLOUD", `AKIA${"4711".repeat(4)}`],
  ])("%s, by its value", (name, text) => {
    expect(suspicion(name, text)).toBe("shape");
  });

  test.each([
    ["SESSION_SECRET", "vault"],
    ["API_TOKEN", "see-the-wiki"],
    ["AUTH_TOKEN", "/run/token"],
  ])("%s, by its name", (name, text) => {
    expect(suspicion(name, text)).toBe("name");
  });
});

test.each([
  ["TOKEN_TTL", "3600"],
  ["SESSION_TOKEN_LIFETIME", value],
  ["PASSWORD_MIN_LENGTH", "12"],
  ["AWS_SECRET_NAME", value],
  ["NEXT_PUBLIC_API_KEY", value],
  ["STRIPE_PUBLISHABLE_KEY", value],
  ["JWT_PUBLIC_KEY", value],
  ["DATABASE_URL", "postgres://shop@db:5432/shop"],
  ["DATABASE_URL", "postgres://shop:$" + "{DB_PASSWORD}@db/shop"],
  ["SENTRY_DSN", "https://0a1b2c@o1.ingest.example/7"],
  ["DB_PASSWORD", "$" + "{DB_PASSWORD}"],
  ["DB_PASSWORD", ""],
  ["REQUIRE_TOKEN", "true"],
  ["KEYBOARD", "qwertz"],
  ["LOG_LEVEL", "info"],
])("%s is no credential as %s", (name, text) => {
  expect(suspicion(name, text)).toBeUndefined();
});

test.each(["FlyV1 fm2_invented", "Bearer FlyV1 fm2_invented", "fo1_invented", "x=fm1r_invented"])(
  "%s holds a Fly token",
  (text) => {
    expect(holdsFlyToken(text)).toBe(true);
    expect(suspicion("API_TOKEN", text)).toBeUndefined();
  },
);

test.each(["FlyV1", "uses FlyV1", "info1_name", "fm2"])("%s holds no Fly token", (text) => {
  expect(holdsFlyToken(text)).toBe(false);
});

test("an unknown value is waited for where its name is that of a credential or an address", () => {
  expect(["DB_PASSWORD", "DATABASE_URL", "apiKey"].every(isWatched)).toBe(true);
  expect(["DB_HOST", "TOKEN_TTL", "NEXT_PUBLIC_URL"].some(isWatched)).toBe(false);
});

test.each([
  ["letters", "a"],
  ["blank lines", "\n"],
  ["addresses", "a://b:"],
  ["names", "a_b-"],
])("a megabyte of %s is looked through at once", (_, piece) => {
  const text = piece.repeat(1_000_000 / piece.length);
  const started = performance.now();
  expect([holdsCredential(text), holdsFlyToken(text), pairsOf(text).length > 5]).not.toContain(true);
  expect(performance.now() - started).toBeLessThan(1000);
});
