import { describe, expect, test } from "vitest";
import { judge, type Rule, rules, type View } from "../../policies/index.ts";
import { attestations, type Fixture } from "./fixture.ts";
import { fixtures } from "./fixtures/index.ts";

const verdicts = (rule: Rule, view: View) => judge(rule, view, {}, attestations);

describe.each(rules.map((rule) => [rule.slug, rule] as const))("%s", (slug, rule) => {
  const { passes, fails, boundaries, unknown, notApplicable } = fixtures[slug] as Fixture;

  test.each(Object.entries(passes))("has nothing against %s", (_, view) => {
    expect(verdicts(rule, view)).toEqual([]);
  });

  test.each(Object.entries(fails))("reports %s", (_, { given, path, priority = rule.priority }) => {
    const [verdict, ...more] = verdicts(rule, given);
    expect(more).toEqual([]);
    expect(verdict).toMatchObject({ state: "violated", priority });
    expect(verdict?.message).toContain(`${rule.id} ${verdict?.subject?.title}: ${path} `);
  });

  test.each(Object.entries(boundaries ?? {}))("draws the line of %s where it says", (_, { within, beyond }) => {
    // Beyond a threshold between two priorities the finding is a heavier one.
    const weight = (view: View) => verdicts(rule, view).map(({ priority }) => priority);
    expect(weight(beyond)).toHaveLength(1);
    expect(weight(within)).not.toEqual(weight(beyond));
  });

  test("says what it cannot know yet", () => {
    const found = verdicts(rule, unknown.given);
    if (unknown.path === undefined) return expect(found).toEqual([]);
    expect(found.map(({ state }) => state)).toEqual(["unjudged"]);
    expect(found[0]?.message).toContain(`could not be judged: ${unknown.path} is not known before \`up\``);
  });

  test("has nothing to say where it does not apply", () => {
    expect(verdicts(rule, notApplicable)).toEqual([]);
  });
});
