import { expect, test } from "vitest";
import { type Case, kinds, occurrences, sweep, withLanes } from "./runner.ts";
import { scenarios } from "./scenarios/index.ts";

withLanes();

/** More often than client and provider together repeat a call in one run, except where a look finds it undone. */
const persistent = 24;

test.concurrent.each(scenarios.filter(({ command }) => command !== "refresh"))(
  "$title: whatever change keeps failing, the run after that ends as declared",
  async (scenario) => {
    const calls = await occurrences(scenario);
    const changes = calls.filter(({ mutating }) => mutating);
    const cases = changes.flatMap(({ operation, skip }, index): Case[] =>
      // Later occurrences are the same call on another machine.
      skip > 1
        ? []
        : [kinds[index % 5], kinds[(index + 2) % 5]].map((kind) => ({
            operation,
            skip,
            times: persistent,
            kind: "refuse",
            ...kind,
            refreshBetween: index % 2 === 0,
          })),
    );
    expect(await sweep(scenario, cases)).toBe("");
  },
  120_000,
);
