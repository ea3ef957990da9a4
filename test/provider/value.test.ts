import { expect, test } from "vitest";
import { hasUnknown, lift, pathText, same, seal, unknown } from "../../provider/value.ts";
import { secret } from "../support/engine.ts";

test("secrets at any depth are lifted with their paths and sealed again at the same places", () => {
  const wrapped = { env: { A: "plain", B: secret("hidden") }, list: [secret({ x: 1 }), 2], all: secret(["y"]) };
  const lifted = lift(wrapped);
  expect(lifted.value).toEqual({ env: { A: "plain", B: "hidden" }, list: [{ x: 1 }, 2], all: ["y"] });
  expect(lifted.secrets).toEqual([["env", "B"], ["list", 0], ["all"]]);
  expect(seal(lifted.value, lifted.secrets)).toEqual(wrapped);
});

test("a secret in a secret stays sealed twice, and nothing of it stands in clear", () => {
  const lifted = lift({ outer: secret({ inner: secret("hidden") }) });
  expect(lifted.value).toEqual({ outer: { inner: "hidden" } });
  expect(seal(lifted.value, lifted.secrets)).toEqual({ outer: secret({ inner: secret("hidden") }) });
});

test("an unknown secret leaves as the bare unknown, which is how it came", () => {
  expect(seal({ token: unknown }, [["token"]])).toEqual({ token: unknown });
});

test("an output without a value is unknown", () => {
  const output = { "4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4" };
  expect(lift({ a: output, b: { ...output, value: 1, secret: true } })).toEqual({
    value: { a: unknown, b: 1 },
    secrets: [["b"]],
  });
});

test("unknowns are found at any depth", () => {
  expect(hasUnknown({ a: [{ b: unknown }] })).toBe(true);
  expect(hasUnknown({ a: [null, "x"] })).toBe(false);
});

test.each([
  [["slots", 1, "region"], "slots[1].region"],
  [["config", "env", "NEW.KEY"], 'config.env["NEW.KEY"]'],
  [["machines", "iad-0"], 'machines["iad-0"]'],
  [["a", 'say "hi"'], 'a["say \\"hi\\""]'],
])("%j is printed as %s", (path, text) => {
  expect(pathText(path as string[])).toBe(text);
});

test("order of keys is no difference, order of items is one", () => {
  expect(same({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
  expect(same([1, 2], [2, 1])).toBe(false);
  expect(same({ a: undefined }, { b: undefined })).toBe(false);
});
