import { expect, test } from "vitest";
import { type Case, kinds, type Occurrence, occurrences, sweep, withLanes } from "./runner.ts";
import { scenarios } from "./scenarios/index.ts";

withLanes();

/** Readings of one kind that are swept: those after them wait for other machines in the same way. */
const readings = 4;

/**
 * Every call that changes something meets every kind of fault. Of the readings each meets two of the five in turn, since
 * the client treats all readings alike and the next occurrence brings the others.
 */
const casesOf = (calls: Occurrence[], changesOnly = false) =>
  calls.flatMap(({ operation, mutating, skip }, index) =>
    kinds
      .filter((_, turn) => mutating || (!changesOnly && skip < readings && (index + turn) % 5 < 2))
      .map((kind, turn): Case => ({ operation, skip, times: 1, ...kind, refreshBetween: (index + turn) % 2 === 1 })),
  );

test.concurrent.each(scenarios)(
  "$title: whatever call goes wrong, the next run ends as declared",
  async (scenario) => {
    const calls = await occurrences(scenario);
    expect(await sweep(scenario, casesOf(calls, scenario.changesOnly))).toBe("");
  },
  120_000,
);
