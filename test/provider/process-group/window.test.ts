import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { inWindow, settled } from "../../../provider/process-group/window.ts";

test("no more than the window's width are under way, and it is refilled as each ends", async () => {
  let busy = 0;
  const most: number[] = [];
  await inWindow([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    most.push(++busy);
    for (let turn = 0; turn < item; turn++) await setImmediate();
    busy--;
  });
  expect(most).toHaveLength(7);
  expect(Math.max(...most)).toBe(3);
});

test("after a failure nothing more is begun, and what is under way is awaited", async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const work = inWindow([1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error("the first one fails");
    await setImmediate();
    await setImmediate();
    ended.push(item);
  });
  await expect(work).rejects.toThrow("the first one fails");
  expect(begun).toEqual([1, 2]);
  expect(ended).toEqual([2]);
});

test("of several failures each is told", async () => {
  const work = settled([Promise.reject(new Error("one")), Promise.resolve(2), Promise.reject(new Error("three"))]);
  await expect(work).rejects.toThrow("one\nthree");
});
