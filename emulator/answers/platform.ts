import { z } from "zod";
import type { Answers } from "./answer.ts";

const region = z.object({
  code: z.string().regex(/^[a-z]{3}$/),
  name: z.string(),
  geo_region: z.enum(["africa", "asia_pacific", "europe", "north_america", "south_america"]),
  latitude: z.number(),
  longitude: z.number(),
  gateway_available: z.boolean(),
  requires_paid_plan: z.boolean(),
  deprecated: z.boolean(),
  capacity: z.int(),
  mpg_available: z.boolean(),
});

// The document has small letters on top of both (fly-go, flaps_platform.go).
const placement = z.object({ Region: z.string(), Count: z.int().min(1), Concurrency: z.int() });

export const platformAnswers: Answers = {
  Platform_regions: { 200: z.object({ Regions: z.array(region), Nearest: z.string() }) },
  Platform_placements: { 200: z.object({ Regions: z.array(placement) }) },
  // Not Fly's but its status page's.
  Status_show: { 200: z.object({ status: z.object({ indicator: z.string() }) }) },
  Incidents_list: { 200: z.object({ incidents: z.array(z.unknown()) }) },
};
