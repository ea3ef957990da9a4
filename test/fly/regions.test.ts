import { expect, test } from "vitest";
import { isRegion, nearestRegions, regions, retiredRegions } from "../../fly/regions.ts";

test("Fly has 18 regions, none of them retired", () => {
  expect(regions).toHaveLength(18);
  expect(retiredRegions.filter(isRegion)).toEqual([]);
});

test("every retired region has current ones near it", () => {
  for (const code of retiredRegions) {
    const near = nearestRegions(code);
    expect([code, near.length > 0 && near.every(isRegion)]).toEqual([code, true]);
  }
});

test.each([
  ["mia", ["iad", "dfw"]],
  ["fraa", ["fra"]],
  ["IAD ", ["iad"]],
  ["london", ["lhr"]],
  ["lhx", ["lhr"]],
  ["", []],
  ["qqq", []],
])("near %j are %j", (code, near) => {
  expect(nearestRegions(code).slice(0, near.length || 1)).toEqual(near);
});
