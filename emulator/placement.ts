import { isRegion, regions } from "../fly/regions.ts";
import { refuse } from "./errors.ts";
import { isFull } from "./host.ts";
import type { Volume } from "./record.ts";
import type { World } from "./state.ts";

/** Where a caller without a wish is served from. */
export const nearestRegion = "iad";

/** Aliases of Fly's region expressions (superfly/docs, placements). */
const aliases: Record<string, readonly string[]> = {
  any: regions.map(({ code }) => code),
  eu: inGeo("europe"),
  na: inGeo("north_america"),
  sa: inGeo("south_america"),
  apac: inGeo("asia_pacific"),
  us: regions.filter(({ name }) => name.endsWith("(US)")).map(({ code }) => code),
};

function inGeo(geo: string): string[] {
  return regions.filter(({ geoRegion }) => geoRegion === geo).map(({ code }) => code);
}

/** Machines a region still has room for. */
export function room(world: World, region: string): number {
  const limit = world.platform.capacity[region];
  if (limit === undefined) return 1000;
  const there = world.machines.all().filter((machine) => machine.region === region && machine.state !== "destroyed");
  return Math.max(0, limit - there.length);
}

/** The first region of an expression that has room, or Fly's refusal. */
export function place(world: World, expression: string): string {
  const wanted = expression.split(",").flatMap((part) => candidates(part.trim()));
  const region = wanted.find((code) => room(world, code) > 0);
  return region ?? refuse("noHost");
}

/** The region of a volume, on whose host a machine that mounts it must live. */
export function placeOn(world: World, volume: Volume): string {
  if (volume.hostStatus !== "ok") refuse("hostUnreachable");
  if (room(world, volume.region) === 0 || isFull(world, volume.host)) refuse("volumeHostFull", { volume: volume.id });
  return volume.region;
}

export function candidates(part: string): readonly string[] {
  if (isRegion(part)) return [part];
  const alias = part === "usa" ? "us" : part;
  return Object.hasOwn(aliases, alias)
    ? (aliases[alias] ?? [])
    : refuse("invalid", { what: `region ${JSON.stringify(part)} is invalid` });
}
