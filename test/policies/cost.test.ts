import { expect, test } from "vitest";
import { pricedOf } from "../../policies/cost.ts";
import { judge, type Resource, type Rule, rules, unknown, type View } from "../../policies/index.ts";
import { address, app, certificate, cluster, group, machine, service, slots, volume } from "./fixture.ts";

const budget = rules.find(({ slug }) => slug === "budget") as Rule;
const judged = (view: View, monthlyUsd: number) => judge(budget, view, { monthlyUsd });
const months = (...view: Resource[]) => pricedOf(view).map(({ month }) => month());
const always = (cents: number) => ({ most: cents, least: cents });
const services = (more: Record<string, unknown>) => ({ services: [{ ...service, ...more }] });

test("what never sleeps costs the same all the time", () => {
  expect(months(group({ services: [] }, { slots: slots("iad", "lhr") }))).toEqual([always(682)]);
  expect(months(group(services({ autostop: "off" }), { slots: slots("iad") }))).toEqual([always(319)]);
  expect(months(volume({ sizeGb: 10 }), address("v4"), certificate({ hostname: "*.example.com" }))).toEqual([
    always(150),
    always(200),
    always(100),
  ]);
  expect(months(cluster({ plan: "basic", diskSizeGb: 20 }))).toEqual([always(3800 + 560)]);
});

test("what may sleep costs its root file system then, but for the minimum, which counts in the primary region", () => {
  const places = { slots: slots("iad", "iad", "lhr") };
  expect(months(group(services({ minMachinesRunning: 0 }), places))).toEqual([{ most: 1001, least: 45 }]);
  expect(months(group(services({ minMachinesRunning: 1 }), places))).toEqual([{ most: 1001, least: 319 + 30 }]);
  expect(months(group(services({ minMachinesRunning: 3 }), places))).toEqual([{ most: 1001, least: 639 + 15 }]);
  const kept = { slots: [...slots("iad"), { name: "b", region: "lhr", keepRunning: true }] };
  expect(months(group(services({ minMachinesRunning: 0 }), kept))).toEqual([{ most: 682, least: 362 + 15 }]);
});

test("a job on a schedule runs for minutes", () => {
  expect(months(machine({}, { schedule: "daily" }))).toEqual([always(15)]);
});

test("without a budget nothing is said, whatever it costs or cannot be told", () => {
  expect(judged([cluster({ plan: "performance" }), volume({ sizeGb: unknown })], 0)).toEqual([]);
});

test("what cannot be priced yet hides nothing of what the rest comes to", () => {
  const sound = [app(), cluster({ plan: "basic", diskSizeGb: 10 })];
  for (const by of [unknown, null, "[secret]", 7, [null], { a: null }]) {
    const damaged = [volume({ sizeGb: by }), group({ guest: by }), group({}, { slots: by }), address(by)];
    const verdicts = judged([...sound, ...damaged], 40);
    const found = verdicts.filter(({ state }) => state === "violated").map(({ message }) => message);
    expect(found).toEqual([expect.stringContaining("databases $40.80")]);
    expect(verdicts.filter(({ state }) => state === "crashed")).toEqual([]);
  }
  const [verdict] = judged([...sound, volume({ sizeGb: unknown })], 1000);
  expect(verdict?.message).toBe("FLY-CST-01 the stack: could not be judged: sizeGb is not known before `up`.");
});
