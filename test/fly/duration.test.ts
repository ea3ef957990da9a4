import { describe, expect, test } from "vitest";
import { durationMs, formatDuration } from "../../fly/duration.ts";

test.each([
  ["15s", 15_000],
  ["1m30s", 90_000],
  ["500ms", 500],
  ["1.5h", 5_400_000],
  ["250µs", 0.25],
  ["250us", 0.25],
  ["100ns", 0.0001],
  ["90d", 7_776_000_000],
  ["0s", 0],
  [15_000_000_000, 15_000],
])("%j is %d milliseconds", (text, ms) => {
  expect(durationMs(text)).toBeCloseTo(ms, 9);
});

test.each(["", "15", "s", "15 s", "-5s", "5x", "1m30", "5S", null, undefined, {}, Number.NaN, true])(
  "%j is no duration",
  (value) => {
    expect(durationMs(value)).toBeUndefined();
  },
);

describe("a duration is written as Go writes it, and read back the same", () => {
  test.each([
    [0, "0s"],
    [1, "1ms"],
    [500, "500ms"],
    [0.25, "250µs"],
    [1_000, "1s"],
    [1_500, "1.5s"],
    [60_000, "1m0s"],
    [90_000, "1m30s"],
    [3_600_000, "1h0m0s"],
    [5_400_500, "1h30m0.5s"],
    [7_776_000_000, "2160h0m0s"],
  ])("%d ms is %s", (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
    expect(durationMs(text)).toBeCloseTo(ms, 9);
  });
});
