import { describe, expect, test } from "vitest";
import { judge, type Mend, type Resource, type Rule, rules } from "../../policies/index.ts";
import { applyMends, mendsOf } from "../../policies/remedy.ts";
import type { Failure, Fixture } from "./fixture.ts";
import { fixtures } from "./fixtures/index.ts";
import { fromWire, handedOver, leavesOf, secretOnTheWire, sentBack, toWire, unknownOnTheWire } from "./wire.ts";

/** Beside what the rule looks at, so that it shows what happens to it. */
const bystanders = { planted: secretOnTheWire({ deep: ["s3cr3t", { of: "all" }] }), later: unknownOnTheWire };

/** The resource that the finding is about, alone, as a remediation sees it. */
const judged = (rule: Rule, resource: Resource) => judge(rule, [resource], {});

async function remediated(wire: Record<string, unknown>, mends: readonly Mend[]) {
  const properties = handedOver(wire);
  expect(applyMends(properties, mends)).toBe(mends.length > 0);
  return sentBack(properties);
}

const remedied = rules.filter(({ remedy }) => remedy !== undefined);
const cases = remedied.flatMap((rule) =>
  Object.entries((fixtures[rule.slug] as Fixture).fails).map(
    ([name, failure]) => [rule.slug, name, rule, failure] as const,
  ),
);

describe.each(cases)("%s: %s", (_, __, rule, { given, unmended }: Failure) => {
  const resource = judge(rule, given, {})[0]?.subject?.resource as Resource;
  const before = { ...toWire(resource.props), ...bystanders };
  const mends = mendsOf(judged(rule, resource));

  test("is clean after its mends, and they change nothing else", async () => {
    expect(mends.length > 0).toBe(unmended === undefined);
    const after = await remediated(before, mends);
    const again = judged(rule, { ...resource, props: fromWire(after) as Resource["props"] });
    expect(again).toEqual(unmended === undefined ? [] : [expect.objectContaining({ state: "violated" })]);

    const [was, is] = [leavesOf(before), leavesOf(after)];
    const changed = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((path) => was[path] !== is[path]);
    const meant = mends.map(({ at }) => at);
    expect(changed.filter((path) => !meant.some((at) => path === at || path.startsWith(`${at}[`)))).toEqual([]);
    expect(changed.length).toBeGreaterThanOrEqual(new Set(meant).size);
  });
});

test("rules of level resource only have a remedy, and every one of them mends something", () => {
  expect(remedied.length).toBeGreaterThan(8);
  expect(remedied.filter(({ level }) => level !== "resource")).toEqual([]);
  for (const rule of remedied) {
    const failures = Object.values((fixtures[rule.slug] as Fixture).fails);
    expect(
      failures.some(({ unmended }) => unmended === undefined),
      rule.slug,
    ).toBe(true);
  }
});

test("a rule without a remedy names no mend", () => {
  for (const rule of rules.filter(({ remedy }) => remedy === undefined)) {
    const views = Object.values((fixtures[rule.slug] as Fixture).fails).map(({ given }) => given);
    expect(
      views.flatMap((view) => mendsOf(judge(rule, view, {}))),
      rule.slug,
    ).toEqual([]);
  }
});

describe("a mend", () => {
  test("finds its place in lists, and under keys that are no names", async () => {
    const wire = { checks: { "odd key.[0]": { ports: [{}, { a: 1 }] } } };
    const at = 'checks["odd key.[0]"].ports[1].forceHttps';
    expect(await remediated(wire, [{ at, to: true }])).toEqual({
      checks: { "odd key.[0]": { ports: [{}, { a: 1, forceHttps: true }] } },
    });
  });

  test("makes the objects that are missing, also in place of null", async () => {
    const mends = [
      { at: "config.stopConfig.signal", to: "SIGTERM" },
      { at: "config.stopConfig.timeout", to: "30s" },
      { at: "deploy.keepReleases", to: 2 },
    ];
    expect(await remediated({ config: {}, deploy: null }, mends)).toEqual({
      config: { stopConfig: { signal: "SIGTERM", timeout: "30s" } },
      deploy: { keepReleases: 2 },
    });
  });

  test("leaves secret what was secret, itself and around it", async () => {
    const wire = { expiresIn: secretOnTheWire("365d"), config: secretOnTheWire({ env: { A: "b" }, stop: ["x"] }) };
    const mends = [
      { at: "expiresIn", to: "90d" },
      { at: "config.stop", to: ["y", "z"] },
    ];
    expect(await remediated(wire, mends)).toEqual({
      expiresIn: secretOnTheWire("90d"),
      config: secretOnTheWire({ env: { A: "b" }, stop: ["y", "z"] }),
    });
  });

  test("takes the place of what is unknown, and does not go into it", async () => {
    expect(await remediated({ a: unknownOnTheWire, b: 1 }, [{ at: "a", to: 2 }])).toEqual({ a: 2, b: 1 });
    expect(() => applyMends(handedOver({ a: unknownOnTheWire }), [{ at: "a.b", to: 2 }])).toThrow("can't be known");
  });

  test.each(["b[0].c", "c.d.e", "c.x[0]", "c.y[2].z", "", "c d", "c.[0]"])(
    "that cannot be written at %j writes nothing of the others either",
    async (at) => {
      const wire = { a: 1, b: "text", c: { d: "text", y: [] } };
      const properties = handedOver(wire);
      const mends = [
        { at: "a", to: 2 },
        { at, to: 3 },
      ];
      expect(applyMends(properties, mends)).toBe(false);
      expect(await sentBack(properties)).toEqual(wire);
    },
  );
});
