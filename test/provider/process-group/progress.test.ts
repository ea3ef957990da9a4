import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Context } from "../../../provider/lifecycle.ts";
import { Progress } from "../../../provider/process-group/progress.ts";

const shown: string[] = [];
const context = { report: (text: string) => void shown.push(text) } as unknown as Context;

beforeEach(() => {
  shown.length = 0;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

test("a user sees how many are healthy, which machine is being waited for, and for how long", () => {
  const progress = new Progress(context, "web", 9, 2);
  progress.tell("lhr-0", "updating");
  progress.done("lhr-0", "updated", "4d89");
  progress.tell("lhr-1", "starting");
  vi.advanceTimersByTime(12_000);
  expect(shown.at(-1)).toBe("3/9 healthy · lhr-1 starting (12 s)");
  progress.end();
  expect(shown.at(-1)).toBe("");
});

test("of several that are under way the longest is named and the others are counted", () => {
  const progress = new Progress(context, "web", 9, 0, "going back to release 4 · ");
  progress.tell("iad-0", "starting");
  vi.advanceTimersByTime(5_000);
  progress.tell("iad-1", "updating");
  progress.tell("iad-0", "1/2 checks");
  expect(shown.at(-1)).toBe("going back to release 4 · 0/9 healthy · iad-0 1/2 checks (5 s) and 1 more");
  progress.end();
});

test("at the end each machine that was changed has a line with what it took", () => {
  const progress = new Progress(context, "web", 3, 1);
  progress.tell("iad-0", "updating");
  vi.advanceTimersByTime(12_000);
  progress.done("iad-0", "updated", "4d89");
  progress.tell("lhr-10", "being made");
  vi.advanceTimersByTime(8_000);
  progress.done("lhr-10", "created", "7e01");
  progress.end();
  expect(progress.summary("release 8, rolling,")).toBe(
    "web: release 8, rolling, in 20 s\n  iad-0   4d89  updated in 12 s\n  lhr-10  7e01  created in 8 s",
  );
});

test("where nothing was done there is nothing to say", () => {
  const progress = new Progress(context, "web", 3, 3);
  progress.end();
  expect(progress.summary("done")).toBeUndefined();
});
