import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { getStaticTOMLValue, parseTOML } from "toml-eslint-parser";
import { describe, expect, test } from "vitest";
import { configurationJsonSchema } from "../../policies/configuration-schema.ts";
import { catalogue, configurationIn, rules } from "../../policies/index.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const today = new Date("2026-11-23T12:00:00Z");
const page = read("docs/configuration.md");
const examples = [...page.matchAll(/```toml\n([\s\S]*?)```/g)].map(([, text = ""]) => text);

// After a change of a rule or of the schema, `npm test -- test/docs -u` writes the file anew.
test("airworthy.schema.json is what the pack checks a file with", async () => {
  const schema = `${JSON.stringify(configurationJsonSchema(catalogue), null, 2)}\n`;
  await expect(schema).toMatchFileSnapshot("../../airworthy.schema.json");
});

describe("an editor with the schema", () => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats.default(ajv);
  const validate = ajv.compile(configurationJsonSchema(catalogue));
  /** The file as an editor sees it: a date is text. */
  const problems = (toml: string) => {
    const content = getStaticTOMLValue(parseTOML(toml, { tomlVersion: "1.0" }));
    const asText = (_: string, value: unknown) =>
      typeof value === "string" ? value.replace(/T00:00:00\.000Z$/, "") : value;
    return validate(JSON.parse(JSON.stringify(content, asText)))
      ? []
      : (validate.errors ?? []).map(({ instancePath }) => instancePath);
  };

  test("takes what the pack takes: every example of the page", async () => {
    expect(examples.length).toBeGreaterThan(3);
    for (const example of examples) {
      await configurationIn(example, "airworthy.toml", rules, today);
      expect(problems(example), example).toEqual([]);
    }
  });

  test("marks what the pack refuses: an unknown key, rule, level or threshold, a wrong type, a missing field", () => {
    const wrong = [
      "answer = 42",
      "profile = 'lenient'",
      "[rules.two-region]",
      "[rules.two-regions]\nregions = 0",
      "[[exemption]]\nrule = 'FLY-OBS-01'",
    ];
    for (const toml of wrong) expect(problems(toml), toml).not.toEqual([]);
  });

  test("offers every rule, its thresholds with their defaults, and its title", () => {
    const text = JSON.stringify(configurationJsonSchema(catalogue));
    for (const { id, slug, title } of catalogue)
      for (const part of [id, slug, title]) expect(text).toContain(JSON.stringify(part).slice(1, -1));
    for (const { settings } of rules) for (const name of Object.keys(settings)) expect(text).toContain(`"${name}":`);
  });
});

test("the page's first example begins with the line by which an editor finds the schema", () => {
  expect(examples[0]).toMatch(/^#:schema \.\/node_modules\/airworthy\/airworthy\.schema\.json\n/);
});
