import { describe, expect, it } from "vitest";
import { mistakesOf } from "../../components/argument-check.ts";
import type { GroupArgs, ProductionAppArgs } from "../../components/index.ts";

export const regions = { iad: 2, lhr: 1 };
export const volume = { path: "/data", sizeGb: 10 };

/** The arguments as a program with stripped types can give them: anything at all. */
export type Loose = Record<string, unknown>;

/** The mistakes of an app that would have none without these arguments. */
export const app = (args: Loose) =>
  mistakesOf({ image: "shop@sha256:0", groups: { web: { regions } }, ...args } as ProductionAppArgs);

/** The mistakes of an app whose one group has these arguments. */
export const group = (args: Loose) => app({ groups: { web: { regions, ...args } as GroupArgs } });

/** A test for each mistake that was found: the only one, and beginning with the words. */
export function eachSays(cases: Record<string, [found: string[], wanted: string][]>): void {
  for (const [about, rows] of Object.entries(cases)) {
    describe(`a mistake in ${about}`, () => {
      it.each(rows.map(([found, wanted]) => ({ found, wanted })))("says $wanted", ({ found, wanted }) => {
        expect(found).toEqual([expect.stringContaining(wanted)]);
        expect(found[0]?.startsWith(wanted)).toBe(true);
      });
    });
  }
}
