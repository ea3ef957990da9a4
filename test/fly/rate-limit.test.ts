import { expect, test } from "vitest";
import { FlyError } from "../../fly/errors.ts";
import { RateLimit, TooEarly } from "../../fly/rate-limit.ts";

/** Delays of calls that are all asked for at the same moment. */
function delays(count: number, operation: string, subject = "m1"): number[] {
  const limit = new RateLimit(1, () => 0);
  return Array.from({ length: count }, () => limit.delay(operation, subject));
}

test("three actions go at once, then one a second, with a quarter of one to spare for what is late on its way", () => {
  expect(delays(6, "Machines_start")).toEqual([0, 0, 0, 1250, 2250, 3250]);
});

test("ten reads of one machine go at once, then five a second", () => {
  expect(delays(13, "Machines_show")).toEqual([...Array(10).fill(0), 450, 650, 850]);
});

test("machines and actions have limits of their own", () => {
  const limit = new RateLimit(1, () => 0);
  for (let call = 0; call < 3; call++) limit.delay("Machines_start", "m1");
  expect(limit.delay("Machines_start", "m2")).toBe(0);
  expect(limit.delay("Machines_stop", "m1")).toBe(0);
  expect(limit.delay("Machines_start", "m1")).toBe(1250);
});

test("what was used comes back with time, and never more than the burst", () => {
  let now = 0;
  const limit = new RateLimit(1, () => now);
  for (let call = 0; call < 3; call++) limit.delay("Machines_start", "m1");
  now = 1_500;
  expect([limit.delay("Machines_start", "m1"), limit.delay("Machines_start", "m1")]).toEqual([0, 750]);
  now = 3_600_000;
  expect([1, 2, 3, 4].map(() => limit.delay("Machines_start", "m1"))).toEqual([0, 0, 0, 1250]);
});

test("at ten times Fly's pace as many more are let through, and no more at once", () => {
  const limit = new RateLimit(10, () => 0);
  expect(Array.from({ length: 5 }, () => limit.delay("Machines_create", "shop"))).toEqual([0, 0, 0, 125, 225]);
});

const tooEarly = (retryAfter?: string) =>
  new TooEarly("create it", new FlyError("rate-limited", "create it", "Fly answered 429", 429), retryAfter);

test("what Fly found too early takes another turn, since others may use the limits up", async () => {
  const limit = new RateLimit(1000);
  let left = 4;
  const make = async () => {
    if (left-- > 0) throw tooEarly();
    return "made";
  };
  await expect(limit.inTurn("Machines_create", "shop", undefined, make)).resolves.toBe("made");
});

test("when Fly says how long to wait, nothing is sent before", async () => {
  const limit = new RateLimit(1000);
  const at: number[] = [];
  const make = async () => {
    at.push(performance.now());
    if (at.length === 1) throw tooEarly("0.2");
  };
  await limit.inTurn("Machines_create", "shop", undefined, make);
  expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(195);
});

test("a limit that others never leave is told as such, and other errors at once", async () => {
  const limit = new RateLimit(1000);
  let count = 0;
  const make = (error: Error) => async () => {
    count++;
    throw error;
  };
  await expect(limit.inTurn("Machines_create", "shop", undefined, make(tooEarly()))).rejects.toThrow(/429/);
  expect(count).toBe(10);
  const other = new FlyError("invalid", "create it", "no");
  await expect(limit.inTurn("Machines_create", "shop", undefined, make(other))).rejects.toBe(other);
  expect(count).toBe(11);
});
