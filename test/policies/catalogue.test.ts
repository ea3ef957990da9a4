import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { catalogue, checkedRules, checklist, checklistTable, rules } from "../../policies/index.ts";
import { fixtures } from "./fixtures/index.ts";
import { mends } from "./mends.ts";

const root = new URL("../../", import.meta.url);
const violation = (file: string) => readFileSync(new URL(`examples/violations/${file}`, root), "utf8");

test("every file in rules/ is in the catalogue under its own name", () => {
  const files = readdirSync(new URL("policies/rules", root)).map((file) => file.replace(/\.ts$/, ""));
  expect(catalogue.map(({ slug }) => slug).sort()).toEqual(files.sort());
});

test("an id is used once", () => {
  expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length);
});

test("rules come in the order of the checklist", () => {
  const rows = checklist.map(({ row }) => row);
  const places = catalogue.map((rule) => rows.indexOf(rule.rows[0] ?? ""));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
});

test("every row of the checklist has a rule", () => {
  expect(checklist.filter(({ row }) => !catalogue.some(({ rows }) => rows.includes(row)))).toEqual([]);
  const rows = new Set(checklist.map(({ row }) => row));
  expect(catalogue.flatMap((rule) => rule.rows).filter((row) => !rows.has(row))).toEqual([]);
});

test("the table has a line a row, and names every rule", () => {
  const table = checklistTable();
  expect(table.trim().split("\n")).toHaveLength(checklist.length + 2);
  for (const { id } of catalogue) expect(table).toContain(id);
});

test.each(catalogue.map((rule) => [rule.id, rule] as const))(
  "%s says why, how to mend it in one line, and where Fly says so",
  (id, rule) => {
    for (const text of [rule.title, rule.why, ...Object.values(rule.fix)]) expect(text).toMatch(/^[^\n]{10,200}$/);
    expect(rule.url).toMatch(/^https:\/\/fly\.io\/docs\/.+\/$/);
    expect(id).toMatch(/^FLY-[A-Z]{3}-\d\d$/);
  },
);

test("evidence is what a drill leaves, and what is read from the account is none", () => {
  for (const { slug, kind, drill } of checkedRules) expect(drill !== undefined, slug).toBe(kind === "evidence");
});

describe.each(rules.map((rule) => [rule.id, rule] as const))("%s", (id, rule) => {
  // Exempted, and remedied then clean, are derived from each of the failing ones: claims.ts.
  test("has fixtures of every kind", () => {
    const fixture = fixtures[rule.slug];
    expect(Object.keys(fixture?.passes ?? {})).not.toEqual([]);
    expect(Object.keys(fixture?.fails ?? {})).not.toEqual([]);
    expect(fixture?.unknown).toBeDefined();
    expect(fixture?.notApplicable).toBeDefined();
    expect(Object.keys(fixture?.boundaries ?? {}).sort()).toEqual(Object.keys(rule.settings).sort());
  });

  test("is broken by one line of examples/violations, and that line can be mended", () => {
    const lines = ["index.ts", "airworthy.toml"].flatMap((file) =>
      violation(file)
        .split("\n")
        .filter((line) => new RegExp(`(//|#) ${id}`).test(line))
        .map(() => file),
    );
    expect(lines).toEqual([mends[id]?.file]);
  });
});

test("examples/violations expects exactly the rules there are", () => {
  expect(violation("expected.txt").trim().split("\n")).toEqual(rules.map(({ id }) => id).sort());
});
