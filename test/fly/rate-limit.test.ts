import { expect, test } from "vitest";
import { RateLimit } from "../../fly/rate-limit.ts";

/** Delays of calls that are all asked for at the same moment. */
function delays(count: number, operation: string, subject = "m1"): number[] {
  const limit = new RateLimit(() => 0);
  return Array.from({ length: count }, () => limit.delay(operation, subject));
}

test("three actions go at once, then one a second", () => {
  expect(delays(6, "Machines_start")).toEqual([0, 0, 0, 1000, 2000, 3000]);
});

test("ten reads of one machine go at once, then five a second", () => {
  expect(delays(13, "Machines_show")).toEqual([...Array(10).fill(0), 200, 400, 600]);
});

test("machines and actions have limits of their own", () => {
  const limit = new RateLimit(() => 0);
  for (let call = 0; call < 3; call++) limit.delay("Machines_start", "m1");
  expect(limit.delay("Machines_start", "m2")).toBe(0);
  expect(limit.delay("Machines_stop", "m1")).toBe(0);
  expect(limit.delay("Machines_start", "m1")).toBe(1000);
});

test("what was used comes back with time, and never more than the burst", () => {
  let now = 0;
  const limit = new RateLimit(() => now);
  for (let call = 0; call < 3; call++) limit.delay("Machines_start", "m1");
  now = 1_500;
  expect([limit.delay("Machines_start", "m1"), limit.delay("Machines_start", "m1")]).toEqual([0, 500]);
  now = 3_600_000;
  expect([1, 2, 3, 4].map(() => limit.delay("Machines_start", "m1"))).toEqual([0, 0, 0, 1000]);
});
