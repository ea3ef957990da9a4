import { isRegion, nearestRegions, regionsAsOf, retiredRegions } from "../../fly/regions.ts";
import type { Reading } from "../reading.ts";
import { defineRule, each, type Finding } from "../rule.ts";
import { type Item, type View, volumesOf } from "../view.ts";
import { workloadsOf } from "../workload.ts";

interface Placed extends Item {
  regions(): Reading[];
}

const placedOf = (view: View): Placed[] => [
  ...workloadsOf(view).map((one) => ({ ...one, regions: () => one.machines().map(({ region }) => region) })),
  ...volumesOf(view).map((volume) => ({ ...volume, regions: () => [volume.read.at("region")] })),
];

const wanted = (code: string) => {
  const near = nearestRegions(code);
  return near.length > 0 ? `a current region, such as ${near.join(" or ")}` : "a current region";
};

function* judge(region: Reading): Generator<Finding> {
  const { path } = region;
  const code = region.text();
  if (code === undefined) yield { path, found: "is not set", wanted: "a region code" };
  else if (retiredRegions.includes(code))
    yield { path, found: `is ${code}, which Fly has retired`, wanted: wanted(code) };
  else if (!/^[a-z]{3}$/.test(code)) yield { path, found: "is no region code", wanted: "three lowercase letters" };
  else if (!isRegion(code)) {
    // Fly opens regions, so a code that the table lacks is only a warning.
    const found = `is ${code}, which was no region of Fly on ${regionsAsOf.date}`;
    yield { path, found, wanted: wanted(code), priority: "P3" };
  }
}

export const currentRegion = defineRule({
  id: "FLY-AVL-03",
  slug: "current-region",
  title: "Regions are set and current",
  priority: "P1",
  why: "In a retired region nothing can be made, and what is left there cannot be replaced when it fails.",
  fix: {
    component: "name a current region in `groups.<name>.regions`; `fly platform regions` lists them",
    resource: "name a current region; `fly platform regions` lists them",
    flyctl: "`fly platform regions`, then `fly scale count 1 --region <code>`",
  },
  url: "https://fly.io/docs/reference/regions/",
  rows: ["B5"],
  level: "resource",
  subjects: placedOf,
  *check(subject) {
    yield* each(subject.regions(), judge);
  },
});
