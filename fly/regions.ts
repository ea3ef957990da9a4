import { distance } from "fastest-levenshtein";

/** A region of Fly that takes new machines. */
export interface Region {
  readonly code: string;
  readonly name: string;
  /** Whether WireGuard peers can be made there. */
  readonly gateway: boolean;
  readonly geoRegion: "africa" | "asia_pacific" | "europe" | "north_america" | "south_america";
  /** Whether Managed Postgres is offered there. */
  readonly mpg: boolean;
  /** Of the city, in degrees to a tenth: for maps, not for distances. Fly's page names cities only. */
  readonly latitude: number;
  readonly longitude: number;
}

/** When the tables of this file were read, and where. A region newer than that is unknown here, not wrong. */
export const regionsAsOf = { date: "2026-08-07", source: "superfly/docs reference/regions" } as const;

type Row = [
  code: string,
  name: string,
  latitude: number,
  longitude: number,
  geoRegion: Region["geoRegion"],
  flags?: string,
];

const rows: Row[] = [
  ["ams", "Amsterdam, Netherlands", 52.4, 4.9, "europe", "gateway mpg"],
  ["arn", "Stockholm, Sweden", 59.3, 18.1, "europe", "gateway"],
  ["bom", "Mumbai, India", 19.1, 72.9, "asia_pacific", "gateway"],
  ["cdg", "Paris, France", 48.9, 2.4, "europe", "gateway"],
  ["dfw", "Dallas, Texas (US)", 32.8, -96.8, "north_america", "gateway"],
  ["ewr", "Secaucus, NJ (US)", 40.8, -74.1, "north_america", "gateway"],
  ["fra", "Frankfurt, Germany", 50.1, 8.7, "europe", "gateway mpg"],
  ["gru", "Sao Paulo, Brazil", -23.5, -46.6, "south_america", "mpg"],
  ["iad", "Ashburn, Virginia (US)", 39.0, -77.5, "north_america", "gateway mpg"],
  ["jnb", "Johannesburg, South Africa", -26.2, 28.0, "africa"],
  ["lax", "Los Angeles, California (US)", 34.1, -118.2, "north_america", "gateway mpg"],
  ["lhr", "London, United Kingdom", 51.5, -0.1, "europe", "gateway mpg"],
  ["nrt", "Tokyo, Japan", 35.7, 139.7, "asia_pacific", "gateway mpg"],
  ["ord", "Chicago, Illinois (US)", 41.9, -87.6, "north_america", "gateway mpg"],
  ["sin", "Singapore, Singapore", 1.4, 103.8, "asia_pacific", "gateway mpg"],
  ["sjc", "San Jose, California (US)", 37.3, -121.9, "north_america", "gateway mpg"],
  ["syd", "Sydney, Australia", -33.9, 151.2, "asia_pacific", "gateway mpg"],
  ["yyz", "Toronto, Canada", 43.7, -79.4, "north_america", "gateway mpg"],
];

/** Fly's regions, by code in alphabetical order. */
export const regions: readonly Region[] = rows.map(([code, name, latitude, longitude, geoRegion, flags = ""]) => ({
  code,
  name,
  latitude,
  longitude,
  geoRegion,
  gateway: flags.includes("gateway"),
  mpg: flags.includes("mpg"),
}));

/** Current regions nearest to each retired one, nearest first: by map, not by measured latency. */
const successors: Readonly<Record<string, readonly string[]>> = {
  atl: ["iad", "dfw", "ord"],
  bog: ["gru", "dfw", "iad"],
  bos: ["ewr", "iad", "yyz"],
  den: ["dfw", "ord", "lax"],
  eze: ["gru"],
  gdl: ["dfw", "lax"],
  hkg: ["nrt", "sin"],
  mad: ["cdg", "lhr"],
  mia: ["iad", "dfw"],
  otp: ["fra", "arn"],
  phx: ["lax", "dfw", "sjc"],
  qro: ["dfw", "lax"],
  scl: ["gru"],
  sea: ["sjc", "lax"],
  waw: ["fra", "arn"],
  yul: ["yyz", "ewr"],
};

/** Codes Fly once had and has no more. Machines asked for there are refused. */
export const retiredRegions: readonly string[] = Object.keys(successors);

const codes: ReadonlySet<string> = new Set(regions.map(({ code }) => code));

/** Whether the code is a current region of Fly. */
export const isRegion = (code: string): boolean => codes.has(code);

/**
 * What is certainly wrong with a code: Fly retired it, or it is misspelt, that is no three letters or a current code's
 * letters in another order. Any other code the table does not have may be a region Fly has opened since.
 */
export function regionProblem(code: string): "retired" | "misspelt" | undefined {
  if (isRegion(code)) return undefined;
  if (retiredRegions.includes(code)) return "retired";
  return !/^[a-z]{3}$/.test(code) || anagrams.has(sorted(code)) ? "misspelt" : undefined;
}

const sorted = (code: string) => [...code].sort().join("");
const anagrams: ReadonlySet<string> = new Set(regions.map(({ code }) => sorted(code)));

/**
 * Regions somebody who wrote `code` may have meant: near a retired one on the map, else near in spelling.
 * Empty where the code has nothing in common with any.
 */
export function nearestRegions(code: string): string[] {
  const wanted = code.trim().toLowerCase();
  if (codes.has(wanted)) return [wanted];
  const near = Object.hasOwn(successors, wanted) ? successors[wanted] : undefined;
  if (near !== undefined) return [...near];
  const byCity = regions.filter(({ name }) => wanted.length > 3 && name.toLowerCase().includes(wanted));
  if (byCity.length > 0) return byCity.map((region) => region.code);
  const apart = regions.map(({ code }) => ({ code, by: distance(wanted, code), alike: alike(wanted, code) }));
  const least = Math.min(...apart.map(({ by }) => by));
  return apart
    .filter(({ by, code }) => by === least && by < Math.max(wanted.length, code.length))
    .sort((a, b) => b.alike - a.alike)
    .map((region) => region.code)
    .slice(0, 3);
}

/** With how many of the same letters two codes begin: people rarely get the first one wrong. */
function alike(one: string, other: string): number {
  const differs = [...one].findIndex((letter, index) => letter !== other[index]);
  return differs < 0 ? one.length : differs;
}
