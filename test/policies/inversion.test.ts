import { describe, expect, test } from "vitest";
import { type Rule, rules } from "../../policies/index.ts";
import { claimsOf, messagesOf } from "./claims.ts";
import type { Fixture } from "./fixture.ts";
import { fixtures } from "./fixtures/index.ts";
import { linkedWith, pathOf, rulesWith, sharedModules, sourceOf } from "./linked.ts";
import { mutantsOf } from "./mutant.ts";

// A rule in which a condition is turned round has to be noticed by its fixtures: by a claim, or by what it says, which its
// page pins. The conditions that rules share have to be noticed by the fixtures of one of them.

/** What makes no difference, by module: part of the mutant's name, and why. */
const excused: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "reach.ts": {
    'service.at("ports").list().length > 0': "services have ports; it is read to trip over those that are not known",
  },
};

/** Whether something that a fixture claims of the rule, or that its page says, is not so. */
function isNoticed(mutant: Rule, sound: Rule): boolean {
  const fixture = fixtures[sound.slug] as Fixture;
  if (claimsOf(fixture).some((claim) => claim.refuted(mutant) !== undefined)) return true;
  return JSON.stringify(messagesOf(mutant, fixture)) !== JSON.stringify(messagesOf(sound, fixture));
}

function survivorsOf(path: string, judgedBy: readonly Rule[]): string[] {
  const survivors = mutantsOf(sourceOf(path)).filter(({ source }) => {
    const mutantOf = linkedWith(path, source);
    return !judgedBy.some((rule) => isNoticed(mutantOf(rule), rule));
  });
  return survivors.map(({ name }) => name);
}

function expectNoSurvivor(path: string, judgedBy: readonly Rule[]): void {
  const survivors = survivorsOf(path, judgedBy);
  const reasons = Object.keys(excused[path] ?? {});
  expect(survivors.filter((name) => !reasons.some((part) => name.includes(part)))).toEqual([]);
  // A reason that is no longer needed would hide the next one.
  expect(reasons.filter((part) => !survivors.some((name) => name.includes(part)))).toEqual([]);
}

test.each(rules.map((rule) => [rule.slug, rule] as const))(
  "%s is noticed with any condition turned round",
  (_, rule) => {
    const path = pathOf(rule);
    expect(isNoticed(linkedWith(path, sourceOf(path))(rule), rule)).toBe(false);
    expectNoSurvivor(path, [rule]);
  },
);

describe("what rules share", () => {
  test.each(sharedModules)("%s is noticed with any condition turned round", { timeout: 120_000 }, (path) => {
    expectNoSurvivor(path, rulesWith(path));
  });
});

test("most rules have conditions to turn round", () => {
  const counts = rules.map((rule) => mutantsOf(sourceOf(pathOf(rule))).length);
  expect(counts.filter((count) => count > 0).length).toBeGreaterThan(rules.length * 0.9);
});
