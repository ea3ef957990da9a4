import { regions } from "../../fly/regions.ts";
import type { Answer, Call } from "../call.ts";
import { nearestRegion, room } from "../placement.ts";

/** A row such as Fly keeps of a region it gave up: clients hide it. */
const deprecated = { code: "mia", name: "Miami, Florida (US)", geoRegion: "north_america", gateway: false, mpg: false };

/** Fly's regions. The keys on top are capital on the wire, against its spec (fly-go, flaps_platform.go). */
export function platformRegions({ world }: Call): Answer {
  const rows = [...regions, deprecated].map(({ code, name, geoRegion, gateway, mpg }) => ({
    code,
    name,
    geo_region: geoRegion,
    gateway_available: gateway,
    requires_paid_plan: false,
    deprecated: code === deprecated.code,
    capacity: code === deprecated.code ? 0 : room(world, code),
    mpg_available: mpg,
  }));
  return { status: 200, body: { Regions: rows, Nearest: nearestRegion } };
}
