import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { behaviours } from "../../../emulator/behaviour/index.ts";
import { counts } from "../../../emulator/document.ts";
import { allCases } from "./behaviour.ts";

const proven = (await allCases()).flatMap(({ number }) => number ?? []);
const shown = behaviours.filter(({ lacks }) => lacks === undefined);

test("each case of 1 to 170 is there once", () => {
  const numbers = behaviours.map(({ number }) => number).sort((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: 170 }, (_, index) => index + 1));
});

test("each case that the local Fly shows is proven by one test", () => {
  expect(proven.toSorted((a, b) => a - b)).toEqual(shown.map(({ number }) => number).toSorted((a, b) => a - b));
});

test("a claim fits a line, and what is not emulated says why", () => {
  for (const { number, claim, lacks } of behaviours) {
    expect([number, claim.length <= 140]).toEqual([number, true]);
    expect([number, lacks ?? "Because."]).toEqual([number, expect.stringMatching(/^[A-Z].+\.$/)]);
  }
});

test("docs/local-fly.md has the same counts", () => {
  console.log(counts(behaviours));
  expect(readFileSync(new URL("../../../docs/local-fly.md", import.meta.url), "utf8")).toContain(counts(behaviours));
});
