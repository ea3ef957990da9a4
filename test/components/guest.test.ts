import { describe, expect, it } from "vitest";
import { guestOf, nearestSizes } from "../../components/guest.ts";
import { checkGuest, sizes } from "../../fly/sizes.ts";

describe("the guest of a group", () => {
  it("is one Fly sells, at every size with the memory that comes with it", () => {
    const guests = [undefined, ...Object.keys(sizes)].map((size) => guestOf(size === undefined ? {} : { size }));
    for (const guest of guests) expect(guest && checkGuest(guest)).toBeUndefined();
    expect(guests).not.toContain(undefined);
  });

  it("has 512 MB if nothing is said, and 256 MB if that is said", () => {
    expect(guestOf({})).toEqual({ cpuKind: "shared", cpus: 1, memoryMb: 512 });
    expect(guestOf({ memoryMb: 256 })?.memoryMb).toBe(256);
  });

  it("is none at a size Fly does not have", () => {
    expect(guestOf({ size: "shared-cpu-3x" })).toBeUndefined();
    expect(guestOf({ size: "toString" })).toBeUndefined();
  });
});

describe("the nearest sizes", () => {
  it.each([
    ["shared-cpu-3x", ["shared-cpu-2x", "shared-cpu-4x"]],
    ["shared-cpu-16x", ["shared-cpu-8x"]],
    ["performance-3", ["performance-2x", "performance-4x"]],
    ["Shared-CPU-2X", ["shared-cpu-2x"]],
    ["shraed-cpu-2x", ["shared-cpu-2x"]],
  ])("to %s are %j", (size, near) => expect(nearestSizes(size)).toEqual(near));
});
