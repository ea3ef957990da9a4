import { describe, expect, test } from "vitest";
import { judge, type Resource, type Rule, rules, unknown, type View } from "../../policies/index.ts";
import { app, type Fixture, group, volume } from "./fixture.ts";
import { fixtures } from "./fixtures/index.ts";
import { planted, token } from "./fixtures/secrecy.ts";

type Json = unknown;

/** The value with each part of it, however deep, replaced in turn. */
function* replaced(value: Json, by: Json): Generator<Json> {
  yield by;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) for (const other of replaced(item, by)) yield value.with(index, other);
  } else if (value !== null && typeof value === "object") {
    for (const [key, item] of Object.entries(value)) {
      for (const other of replaced(item, by)) yield { ...value, [key]: other };
    }
  }
}

/** The view with each field of each resource replaced in turn. */
function* damaged(view: View, by: Json): Generator<View> {
  for (const [index, resource] of view.entries()) {
    for (const [key, value] of Object.entries(resource.props)) {
      for (const other of replaced(value, by)) {
        yield view.with(index, { ...resource, props: { ...resource.props, [key]: other } });
      }
    }
  }
}

/** The same resources as those of another app, which nothing is the matter with. */
const elsewhere = (view: View): Resource[] =>
  view.map((resource) => {
    const { name, app } = resource.props;
    const named = resource.type.endsWith(":App")
      ? { name: `other-${name}` }
      : { app: `other-${app}`, appName: "other" };
    const props = { ...resource.props, ...named };
    const urn = other(resource.urn);
    return { ...resource, urn, props, ...(resource.madeFrom && { madeFrom: mapped(resource.madeFrom) }) };
  });
const other = (urn: string) => `${urn}-other`;
const mapped = (madeFrom: NonNullable<Resource["madeFrom"]>) =>
  Object.fromEntries(Object.entries(madeFrom).map(([property, urns]) => [property, urns.map(other)]));

const failures = (rule: Rule) =>
  Object.values((fixtures[rule.slug] as Fixture).fails).filter(({ shared }) => shared === undefined);
const others = (rule: Rule, view: View) =>
  judge(rule, view, {}).filter(
    ({ subject, state }) => subject?.resource.urn.endsWith("-other") && state === "violated",
  );

describe.each(rules.map((rule) => [rule.slug, rule] as const))("%s", (_, rule) => {
  test.each([
    ["is not known", unknown],
    ["is null", null],
    ["is a redacted secret", "[secret]"],
    ["is a number", 7],
    ["is a list", [null]],
    ["is an object", { a: null }],
  ])("judges the others, and breaks nowhere, when any one field %s", (_, by) => {
    for (const { given } of failures(rule)) {
      const expected = others(rule, [...given, ...elsewhere(given)]).length;
      expect(expected).toBeGreaterThan(0);
      for (const view of damaged(given, by)) {
        const verdicts = judge(rule, [...view, ...elsewhere(given)], {});
        expect(verdicts.filter(({ state }) => state === "crashed").map(({ message }) => message)).toEqual([]);
        expect(others(rule, [...view, ...elsewhere(given)])).toHaveLength(expected);
      }
    }
  });

  test("never says a value that might be secret", () => {
    for (const { given } of failures(rule)) {
      const views = [given, ...damaged(given, planted), ...damaged(given, token)];
      for (const { message } of views.flatMap((view) => judge(rule, view.map(named), {}))) {
        expect(message).not.toContain(planted);
        expect(message).not.toContain(token);
      }
    }
  });
});

/** Names of apps, groups and volumes are not secret: every message begins with them. */
const named = (resource: Resource): Resource => ({
  ...resource,
  props: { ...resource.props, name: "n", ...(resource.props["app"] !== undefined && { app: "n" }) },
});

test("a rule that throws is reported as that rule, for that subject, and the others go on", () => {
  const [sound] = rules;
  const thrower: Rule = {
    ...(sound as Rule),
    subjects: (view) => view.map((resource) => ({ resource, title: resource.name })),
    *check({ resource }) {
      if (resource.name === "data") throw new TypeError(`cannot read ${planted}`);
      yield { path: "x", found: "is y", wanted: "z" };
    },
  };
  const verdicts = judge(thrower, [app(), volume(), group()], {});
  expect(verdicts.map(({ state }) => state)).toEqual(["violated", "crashed", "violated"]);
  expect(verdicts[1]?.message).toContain("failed with TypeError");
  expect(verdicts[1]?.message).not.toContain(planted);
});

test("a rule that cannot even find its subjects is reported as that rule", () => {
  const thrower: Rule = {
    ...(rules[0] as Rule),
    subjects: () => {
      throw new RangeError("no");
    },
  };
  expect(judge(thrower, [app()], {})).toMatchObject([{ state: "crashed" }]);
});

test("a thousand resources are judged by all rules in well under a second a rule", () => {
  const view = Array.from({ length: 1000 }, (_, index) => ({ ...group({}, { app: `a-${index}` }), urn: `u-${index}` }));
  const started = performance.now();
  for (const rule of rules) judge(rule, view, {});
  expect((performance.now() - started) / rules.length).toBeLessThan(500);
});
