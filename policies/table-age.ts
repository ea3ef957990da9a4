import { pricesAsOf } from "../fly/prices.ts";
import { regionsAsOf } from "../fly/regions.ts";
import { sizesAsOf } from "../fly/sizes.ts";

/** What is true of Fly on a day only. */
export const datedTables = { regions: regionsAsOf, sizes: sizesAsOf, prices: pricesAsOf } as const;

const yearMs = 365 * 86_400_000;

/** A line about each table that was read over a year ago: Fly opens regions and changes prices. */
export const outdatedTables = (now: Date): string[] =>
  Object.entries(datedTables)
    .filter(([, { date }]) => now.getTime() - Date.parse(date) > yearMs)
    .map(([name, { date, source }]) => {
      return `the table of ${name} was read on ${date} (${source}), over a year ago: a newer airworthy knows what changed since`;
    });
