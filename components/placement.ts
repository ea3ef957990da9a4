import type { GroupArgs, HttpArgs, ProductionAppArgs } from "./arguments.ts";

/** A machine to be: its name within the group and where it runs. */
export interface Place {
  /** `<region>-<n>`, counted from 0 in each region, so that a machine more or less in one region renames none. */
  readonly name: string;
  readonly region: string;
}

/** The slots of `{ iad: 2, lhr: 1 }`: `iad-0`, `iad-1`, `lhr-0`. */
export const placesOf = (regions: Readonly<Record<string, number>>): Place[] =>
  Object.entries(regions).flatMap(([region, count]) =>
    Array.from({ length: count }, (_, index) => ({ name: `${region}-${index}`, region })),
  );

/** Where Fly's own minimum counts, if the program does not say. */
export function primaryRegionOf({ primaryRegion, groups }: Pick<ProductionAppArgs, "primaryRegion" | "groups">) {
  const all = Object.values(groups);
  const first = all.find(({ http }) => http !== undefined) ?? all[0];
  return primaryRegion ?? Object.keys(first?.regions ?? {})[0] ?? "";
}

/** What the proxy does with idle machines of the group. */
export const autostopOf = ({ http, regions }: GroupArgs, primaryRegion: string): NonNullable<HttpArgs["autostop"]> =>
  http?.autostop ?? (primaryRegion in regions ? "stop" : "off");

/** Least number of running machines by region; a region that is not in it has none. */
export function minRunningOf({ http, regions }: GroupArgs, primaryRegion: string): Record<string, number> {
  const wanted = http?.minRunning ?? (primaryRegion in regions ? 1 : {});
  return typeof wanted === "number" ? { [primaryRegion]: wanted } : { ...wanted };
}

/** Names of the slots that must never be idle away: Fly's own minimum counts in no region but the primary one. */
export function keptRunning(group: GroupArgs, primaryRegion: string): ReadonlySet<string> {
  if (group.http === undefined || autostopOf(group, primaryRegion) === "off") return new Set();
  const { [primaryRegion]: _, ...elsewhere } = minRunningOf(group, primaryRegion);
  return new Set(placesOf(elsewhere).map(({ name }) => name));
}

/** A group in a line, as a preview shows it: `5 machines in iad, lhr, syd, rolling`. */
export function summaryOf(regions: Readonly<Record<string, number>>, strategy: string): string {
  const count = placesOf(regions).length;
  return `${count} machine${count === 1 ? "" : "s"} in ${Object.keys(regions).join(", ")}, ${strategy}`;
}
