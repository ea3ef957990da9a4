import { describe, expect, test } from "vitest";
import { rules } from "../../policies/index.ts";
import { claimsOf } from "./claims.ts";
import type { Fixture } from "./fixture.ts";
import { fixtures } from "./fixtures/index.ts";

describe.each(rules.map((rule) => [rule.slug, rule] as const))("%s", (slug, rule) => {
  test.each(claimsOf(fixtures[slug] as Fixture).map((claim) => [claim.name, claim] as const))("%s", (_, claim) => {
    expect(claim.refuted(rule)).toBeUndefined();
  });
});
