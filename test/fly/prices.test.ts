import { expect, test } from "vitest";
import { postgresPlanNames } from "../../fly/postgres-plans.ts";
import { machineMonth, postgresPlanMonth, pricesAsOf } from "../../fly/prices.ts";
import { regions } from "../../fly/regions.ts";
import type { Guest } from "../../fly/sizes.ts";

const shared = (cpus: number, memoryMb: number): Guest => ({ cpuKind: "shared", cpus, memoryMb });
const performance = (cpus: number, memoryMb: number): Guest => ({ cpuKind: "performance", cpus, memoryMb });
const cents = (usd: number) => Math.round(usd * 100);

// Figures of Fly's page about/pricing, for Ashburn where no other region is named.
test.each([
  [shared(1, 256), "iad", 1.94],
  [shared(1, 512), "iad", 3.19],
  [shared(1, 1024), "iad", 5.7],
  [shared(2, 4096), "iad", 21.4],
  [shared(8, 16384), "iad", 85.59],
  [performance(1, 2048), "iad", 31],
  [performance(1, 8192), "iad", 61.02],
  [performance(16, 131072), "iad", 976.25],
  [shared(1, 256), "ams", 2.02],
  [performance(2, 4096), "ams", 64.39],
  [shared(4, 8192), "gru", 69.13],
  [performance(8, 65536), "nrt", 638.32],
] as const)("%o in %s costs what Fly's page says", (guest, region, month) => {
  expect(cents(machineMonth(guest, region))).toBe(cents(month));
});

test("the examples that Fly works out in about/cost-management come out the same", () => {
  expect(cents(3 * machineMonth(shared(1, 1024), "sjc"))).toBe(2037);
  expect(cents(machineMonth(shared(1, 256), "sjc"))).toBe(232);
  // "worst-case around $19 month" for five of them
  expect(5 * machineMonth(shared(1, 512), "sjc")).toBeCloseTo(19, 0);
});

test("every current region has a price of its own, and another costs the least there is", () => {
  const prices = regions.map(({ code }) => machineMonth(shared(1, 256), code));
  expect(machineMonth(shared(1, 256), "zzz")).toBe(Math.min(...prices));
  const asMuch = regions.filter((_, index) => prices[index] === Math.min(...prices)).map(({ code }) => code);
  expect(asMuch).toEqual(["ewr", "iad"]);
});

test("every plan of Managed Postgres has a price, and a larger one a higher one", () => {
  const prices = postgresPlanNames.map((plan) => postgresPlanMonth[plan]);
  expect(prices).toEqual(prices.toSorted((one, other) => one - other));
  expect(Object.keys(postgresPlanMonth)).toEqual(postgresPlanNames);
});

test("the table says when it was read", () => {
  expect(pricesAsOf.date).toMatch(/^\d{4}-\d\d-\d\d$/);
});
