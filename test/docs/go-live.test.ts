import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { packageSchema } from "../../provider/schema.ts";
import { problemsOf } from "../live/account.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const guide = read("docs/go-live.md");
const production = read("Pulumi.prod.yaml");

/** Configuration that the stack reads: the program's own keys, and the provider's. */
const readKeys = [...read("index.ts").matchAll(/config\.(?:get|require)\w*(?:<[^(]*>)?\("(\w+)"\)/g)].map(
  ([, key]) => key ?? "",
);
const settings = [
  ...readKeys.map((key) => `airworthy-shop:${key}`),
  ...Object.keys(packageSchema("0").config.variables).map((key) => `airworthy:${key}`),
];

test("Pulumi.prod.yaml has the keys that the program reads, no secret, and not the local Fly", () => {
  const written = [...production.matchAll(/^ {2}(?:# )?([\w-]+:\w+):/gm)].map(([, key]) => key ?? "");
  expect(written.length).toBeGreaterThan(3);
  expect(settings).toEqual(expect.arrayContaining(written));
  const { config } = parse(production) as { config: Record<string, unknown> };
  expect(Object.keys(config)).not.toContain("airworthy:local");
  expect(Object.values(config).filter((value) => JSON.stringify(value).includes("secure"))).toEqual([]);
});

test("every key that the program requires is set in docs/go-live.md, secrets as secrets", () => {
  const set = [...guide.matchAll(/pulumi config set( --secret)? ([\w:-]+)/g)];
  const keys = set.map(([, , key = ""]) => (key.includes(":") ? key : `airworthy-shop:${key}`));
  expect(settings).toEqual(expect.arrayContaining(keys));
  const required = [...read("index.ts").matchAll(/config\.require(Secret)?\("(\w+)"\)/g)];
  expect(required.length).toBeGreaterThan(1);
  for (const [, secret, key] of required) {
    const line = set.find(([, , name]) => name === key);
    expect(line, key).toBeDefined();
    expect(line?.[1] !== undefined, key).toBe(secret !== undefined);
  }
});

test("outputs that the guide asks for are exported", () => {
  const exported = /export const \{(.*)\}/.exec(read("index.ts"))?.[1]?.match(/\w+/g);
  const asked = [...guide.matchAll(/stack output (\w+)/g)].map(([, name]) => name ?? "");
  expect(asked.length).toBeGreaterThan(0);
  expect(exported).toEqual(expect.arrayContaining(asked));
});

test("what the guide says the live suite wants is what it wants", () => {
  for (const problem of problemsOf({})) expect(guide).toContain(`export ${problem.split(" ")[0]}=`);
  const variables = new Set(guide.match(/\bAIRWORTHY_LIVE_\w+/g));
  const suite = read("test/live/account.ts");
  expect([...variables].filter((name) => !suite.includes(name))).toEqual([]);
});

test("both say that nothing ran on Fly.io yet, and the live suite's first lines do", () => {
  for (const text of [guide, read("test/live/fly.test.ts").slice(0, 400)]) {
    expect(text).toMatch(/never run|nothing .* has been run/i);
    expect(text).toContain("2026-11-23");
  }
});
