import { refuse } from "../errors.ts";
import { regionRows } from "../handlers/platform.ts";
import { nearestRegion } from "../placement.ts";

export const platform = () => ({
  requestRegion: nearestRegion,
  regions: regionRows.map(({ code, name, gateway, deprecated, latitude, longitude }) => ({
    ...{ code, name, deprecated, latitude, longitude, gatewayAvailable: gateway, requiresPaidPlan: false },
  })),
});

/** Fly knows the newest of its own images only, and the local Fly has none of these (flyctl, status, looks for the text). */
export const latestImageDetails = () => refuse("graphqlRepositoryUnknown");
