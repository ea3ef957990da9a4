import { expect, test } from "vitest";
import { withoutSecrets } from "../../fly/redaction.ts";

const secret = 'p"ss\\word/+é?';

test.each([
  ["plain", secret],
  ["base64", Buffer.from(secret).toString("base64")],
  ["base64 for addresses", Buffer.from(secret).toString("base64url")],
  ["part of an address", encodeURIComponent(secret)],
  ["JSON", JSON.stringify(secret).slice(1, -1)],
])("a secret is taken out where it is spelt as %s, and nothing else is", (_, spelt) => {
  expect(withoutSecrets(`before ${spelt} after`, [secret])).toMatch(/^before \[secret\]=* after$/);
});

test("each macaroon of a token is a secret, alone and joined", () => {
  const token = "fm2_first,fm2_second";
  expect(withoutSecrets(`${token}; fm2_second`, [token])).toBe("[secret]; [secret]");
});

test("values too short to be secrets garble no message", () => {
  expect(withoutSecrets("a 1 on an app", ["a", "1", "on", ""])).toBe("a 1 on an app");
});

test("a token without its scheme and the password of an address are secrets too", () => {
  const secrets = ["FlyV1 fm2_first", "postgresql://user:hunter22@db.example:5432/shop"];
  expect(withoutSecrets("fm2_first for hunter22 of user", secrets)).toBe("[secret] for [secret] of user");
});
