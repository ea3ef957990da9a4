import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checklist, checklistTable, rules } from "../../policies/index.ts";
import { fixtures } from "./fixtures/index.ts";
import { mends } from "./mends.ts";

const root = new URL("../../", import.meta.url);
const violation = (file: string) => readFileSync(new URL(`examples/violations/${file}`, root), "utf8");

test("every file in rules/ is in the catalogue under its own name", () => {
  const files = readdirSync(new URL("policies/rules", root)).map((file) => file.replace(/\.ts$/, ""));
  expect(rules.map(({ slug }) => slug).sort()).toEqual(files.sort());
});

test("an id is used once", () => {
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
});

test("rules come in the order of the checklist", () => {
  const rows = checklist.map(({ row }) => row);
  const places = rules.map((rule) => rows.indexOf(rule.rows[0] ?? ""));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
});

test("every row of the checklist has a rule, a command, or says what it waits for", () => {
  const waiting = checklist.filter(({ row }) => !rules.some((rule) => rule.rows.includes(row)));
  expect(waiting.filter(({ later }) => later === undefined).map(({ row }) => row)).toEqual(["D3", "E1"]);
});

test("the table has a line a row, and names every rule", () => {
  const table = checklistTable();
  expect(table.trim().split("\n")).toHaveLength(checklist.length + 2);
  for (const { id } of rules) expect(table).toContain(id);
});

describe.each(rules.map((rule) => [rule.id, rule] as const))("%s", (id, rule) => {
  test("has fixtures of every kind", () => {
    const fixture = fixtures[rule.slug];
    expect(Object.keys(fixture?.passes ?? {})).not.toEqual([]);
    expect(Object.keys(fixture?.fails ?? {})).not.toEqual([]);
    expect(fixture?.unknown).toBeDefined();
    expect(fixture?.notApplicable).toBeDefined();
    expect(Object.keys(fixture?.boundaries ?? {}).sort()).toEqual(Object.keys(rule.settings).sort());
  });

  test("says why, how to mend it in one line, and where Fly says so", () => {
    for (const text of [rule.title, rule.why, ...Object.values(rule.fix)]) expect(text).toMatch(/^[^\n]{10,200}$/);
    expect(rule.url).toMatch(/^https:\/\/fly\.io\/docs\/.+\/$/);
    expect(id).toMatch(/^FLY-[A-Z]{3}-\d\d$/);
  });

  test("is broken by one line of examples/violations, and that line can be mended", () => {
    const lines = ["index.ts", "airworthy.toml"].flatMap((file) =>
      violation(file)
        .split("\n")
        .filter((line) => new RegExp(`(//|^#) ${id}`).test(line))
        .map(() => file),
    );
    expect(lines).toEqual([mends[id]?.file]);
  });
});

test("examples/violations expects exactly the rules there are", () => {
  expect(violation("expected.txt").trim().split("\n")).toEqual(rules.map(({ id }) => id).sort());
});
