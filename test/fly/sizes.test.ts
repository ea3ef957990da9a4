import { expect, test } from "vitest";
import { checkGuest, sizes } from "../../fly/sizes.ts";

test("every named size is a guest Fly sells", () => {
  expect(Object.keys(sizes)).toHaveLength(14);
  for (const [name, guest] of Object.entries(sizes)) expect([name, checkGuest(guest)]).toEqual([name, undefined]);
  expect(sizes["shared-cpu-2x"]).toEqual({ cpuKind: "shared", cpus: 2, memoryMb: 512 });
  expect(sizes["performance-8x"]).toEqual({ cpuKind: "performance", cpus: 8, memoryMb: 16_384 });
});

test.each([
  ["shared", 1, 2048],
  ["shared", 8, 16_384],
  ["performance", 1, 8192],
  ["performance", 128, 262_144],
])("%s with %i CPUs and %i MB is allowed", (cpuKind, cpus, memoryMb) => {
  expect(checkGuest({ cpuKind, cpus, memoryMb })).toBeUndefined();
});

test.each([
  ["shared", 3, 768, "1, 2, 4, 6 or 8 CPUs"],
  ["shared", 1, 128, "below the minimum of 256"],
  ["shared", 1, 2304, "above the maximum of 2048"],
  ["shared", 1, 300, "steps of 256"],
  ["performance", 8, 8192, "below the minimum of 16384"],
  ["gpu", 1, 1024, "shared or performance"],
  ["toString", 1, 1024, "shared or performance"],
])("%s with %i CPUs and %i MB is refused, saying what is allowed", (cpuKind, cpus, memoryMb, says) => {
  expect(checkGuest({ cpuKind, cpus, memoryMb })).toContain(says);
});
