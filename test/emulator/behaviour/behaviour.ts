import { readdirSync } from "node:fs";
import { test } from "vitest";
import { behaviours } from "../../../emulator/behaviour/index.ts";
import type { EmulatorOptions } from "../../../emulator/index.ts";
import { type Local, onLocalFly } from "../local-fly.ts";

/** The proof of a case. It has a local Fly to itself, and may be run as often as somebody likes. */
export interface Case {
  /** None where it is of a line in the table of refusals that is no case's. */
  number: number | undefined;
  run: () => Promise<void>;
}

let collected: Case[] | undefined;

/** A test of a case by its number, over raw HTTP: never through our client or our schemas. */
export function behaviour(
  number: number,
  prove: (local: Local) => Promise<unknown>,
  options: EmulatorOptions = {},
): void {
  const row = behaviours.find((one) => one.number === number);
  if (row === undefined) throw new Error(`there is no case ${number}`);
  if (row.lacks !== undefined) throw new Error(`case ${number} is said not to be emulated: ${row.lacks}`);
  claimed(number, `case ${number}: ${row.claim}`, () => onLocalFly(options, prove));
}

/** A test of a refusal that is known of Fly and belongs to no case. */
export function refusal(claim: string, prove: (local: Local) => Promise<unknown>): void {
  claimed(undefined, claim, () => onLocalFly({}, prove));
}

function claimed(number: Case["number"], claim: string, run: () => Promise<void>): void {
  if (collected === undefined) test(claim, run);
  else collected.push({ number, run });
}

/** All cases, to be counted or run by somebody else than vitest. */
export async function allCases(): Promise<Case[]> {
  const apart = ["catalogue.test.ts", "inversion.test.ts"];
  const here = new URL("./", import.meta.url);
  const files = readdirSync(here).filter((file) => file.endsWith(".test.ts") && !apart.includes(file));
  collected = [];
  for (const file of files) await import(new URL(file, here).href);
  const cases = collected;
  collected = undefined;
  return cases;
}
