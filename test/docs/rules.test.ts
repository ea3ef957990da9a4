import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { validDays } from "../../cli/drill/evidence.ts";
import { adviceAsOf, goingToProduction } from "../../policies/going-to-production.ts";
import { catalogue, type Rule } from "../../policies/index.ts";
import { ruleIndex } from "../../policies/rule-index.ts";
import { type Case, rulePage } from "../../policies/rule-page.ts";
import { datedTables, outdatedTables } from "../../policies/table-age.ts";
import { messagesOf } from "../policies/claims.ts";
import { passingExample, programOfFailure } from "../policies/example.ts";
import type { Fixture } from "../policies/fixture.ts";
import { fixtures } from "../policies/fixtures/index.ts";
import { planted, token } from "../policies/fixtures/secrecy.ts";

const folder = "../../docs/rules/";
const entries = catalogue.map((entry) => [entry.slug, entry] as const);

function casesOf(rule: Rule, fixture: Fixture): Case[] {
  return messagesOf(rule, fixture).map(([name, message]) => {
    const program = programOfFailure(rule, fixture.fails[name]);
    return { name, message, ...(program !== undefined && { program }) };
  });
}

// After a change of what they are made of, `npm test -- test/docs -u` writes the pages anew.
describe.each(entries)("%s", (slug, entry) => {
  test("has its page, which says what it says", async () => {
    const fixture = fixtures[slug];
    const rule = "check" in entry && fixture ? entry : undefined;
    const page =
      rule && fixture ? rulePage(rule, casesOf(rule, fixture), passingExample(rule, fixture)) : rulePage(entry, []);
    await expect(page).toMatchFileSnapshot(`${folder}${slug}.md`);
    if ("drill" in entry) expect(page).toContain(`It counts for ${validDays} days.`);
    expect(page).not.toContain(planted);
    expect(page).not.toContain(token);
  });
});

test("docs/rules/README.md lists them all, and what of Fly's page they cover", async () => {
  await expect(ruleIndex()).toMatchFileSnapshot(`${folder}README.md`);
});

test("every page in docs/rules/ is a rule's", () => {
  const pages = readdirSync(new URL(folder, import.meta.url)).filter((file) => file !== "README.md");
  expect(pages.sort()).toEqual(catalogue.map(({ slug }) => `${slug}.md`).sort());
});

test("what is said to cover Fly's page exists, and the rest has somebody who looks", () => {
  const ids = new Set(catalogue.map(({ id }) => id));
  expect(goingToProduction.flatMap(({ rules }) => rules).filter((id) => !ids.has(id))).toEqual([]);
  expect(goingToProduction.filter(({ rules, byHand }) => rules.length === 0 && byHand === undefined)).toEqual([]);
});

describe.each(Object.entries({ ...datedTables, advice: adviceAsOf }))("%s", (_, { date, source }) => {
  test("names its day and its source", () => {
    expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(new Date(date).getTime()).toBeLessThan(Date.now());
    expect(source).toMatch(/^superfly\//);
  });
});

test("a table that is over a year old is told of, and one that is younger is not", () => {
  const dates = Object.values(datedTables).map(({ date }) => Date.parse(date));
  const yearMs = 365 * 86_400_000;
  expect(outdatedTables(new Date(Math.min(...dates) + yearMs))).toEqual([]);
  expect(outdatedTables(new Date(Math.max(...dates) + yearMs + 1))).toHaveLength(dates.length);
  expect(outdatedTables(new Date(Math.max(...dates) + yearMs + 1))[0]).toMatch(/^the table of regions was read on /);
});
