import { expect, test } from "vitest";
import { type Coming, Looks } from "../../../provider/machine/look.ts";

/** When there are looks in so many milliseconds, of a clock that begins at 0. */
function moments(coming: Coming, within: number, pace = 1): number[] {
  const looks = new Looks(coming, 0, pace);
  const all: number[] = [];
  for (let now = looks.next(0); now <= within; now += looks.next(now)) all.push(now);
  return all;
}

/** How long after that moment the first look is. */
const late = (all: number[], moment: number) =>
  (all.find((look) => look >= moment) ?? Number.POSITIVE_INFINITY) - moment;

test("looks become rarer, up to one in three seconds", () => {
  expect(moments({}, 10_000)).toEqual([250, 750, 1_750, 3_750, 6_750, 9_750]);
});

test("what cannot be there yet is looked for less, and just when it can", () => {
  expect(moments({ notBefore: 10_000 }, 10_250)).toEqual([4_000, 10_000, 10_250]);
});

test("what comes by turns is looked for just after each turn, however late", () => {
  const [notBefore, every] = [5_000, 16_000];
  const all = moments({ notBefore, every }, 200_000);
  for (let turn = 0; turn < 12; turn++) expect(late(all, notBefore + turn * every + 1)).toBeLessThanOrEqual(250);
  const unaware = moments({ notBefore }, 200_000);
  expect(
    Math.max(...Array.from({ length: 12 }, (_, turn) => late(unaware, notBefore + turn * every + 1))),
  ).toBeGreaterThan(2_000);
});

test("what comes every few seconds is met without that", () => {
  expect(moments({ every: 5_000 }, 60_000)).toEqual(moments({}, 60_000));
});

test("at ten times Fly's pace everything is ten times as soon", () => {
  const slow = moments({ notBefore: 2_000, every: 15_000 }, 60_000);
  expect(moments({ notBefore: 2_000, every: 15_000 }, 6_000, 10)).toEqual(slow.map((moment) => moment / 10));
});
