import { regions } from "../../fly/regions.ts";
import { type Answer, type Call, text, whole } from "../call.ts";
import { refuse } from "../errors.ts";
import { candidates, nearestRegion, room } from "../placement.ts";
import { isOurs } from "./app.ts";

/** A row such as Fly keeps of a region it gave up: clients hide it. */
const mia = { code: "mia", name: "Miami, Florida (US)", geoRegion: "north_america", gateway: false, mpg: false };

/** All regions that Fly lists, with the one that is given up. */
export const regionRows = [
  ...regions.map((row) => ({ ...row, deprecated: false })),
  { ...mia, deprecated: true, latitude: 25.8, longitude: -80.2 },
];

/** Fly's regions. The keys on top are capital on the wire, against its spec (fly-go, flaps_platform.go). */
export function platformRegions({ world }: Call): Answer {
  const rows = regionRows.map(({ code, name, geoRegion, latitude, longitude, gateway, mpg, deprecated }) => ({
    code,
    name,
    geo_region: geoRegion,
    latitude,
    longitude,
    gateway_available: gateway,
    requires_paid_plan: false,
    deprecated,
    capacity: deprecated ? 0 : room(world, code),
    mpg_available: mpg,
  }));
  return { status: 200, body: { Regions: rows, Nearest: nearestRegion } };
}

/** Where that many machines would go. Nothing is made: regions that have no room are not named (cubepals). */
export function platformPlacements(call: Call): Answer {
  const { world, body } = call;
  const slug = text(body, "org_slug") ?? refuse("orgMissing");
  if (!isOurs(slug, call)) refuse("forbidden");
  const count = whole(body, "count") ?? 0;
  if (count < 0) refuse("invalid", { what: "count must be at least 0" });
  const expression = text(body, "region") ?? `${nearestRegion},any`;
  const wanted = new Set(expression.split(",").flatMap((part) => candidates(part.trim())));
  let left = count;
  const placed = [...wanted].map((Region) => {
    const Concurrency = room(world, Region);
    // Without a count it is what the organisation may have in each region.
    const Count = count === 0 ? Concurrency : Math.min(left, Concurrency);
    left -= Count;
    return { Region, Count, Concurrency };
  });
  return { status: 200, body: { Regions: placed.filter(({ Count }) => Count > 0) } };
}
