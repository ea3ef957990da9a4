import { test } from "vitest";
import { behaviours } from "../../../emulator/behaviour/index.ts";

/** A test of a case by its number, over raw HTTP: never through our client or our schemas. */
export function behaviour(number: number, prove: () => Promise<unknown>, timeoutMs?: number): void {
  const row = behaviours.find((one) => one.number === number);
  if (row === undefined) throw new Error(`there is no case ${number}`);
  if (row.lacks !== undefined) throw new Error(`case ${number} is said not to be emulated: ${row.lacks}`);
  test(`case ${number}: ${row.claim}`, prove, timeoutMs);
}
