import { isServing } from "../reach.ts";
import { defineRule } from "../rule.ts";
import { groupsAndLikeMachines, isGroup, isSingleWriter } from "../workload.ts";

export const twoRegions = defineRule({
  id: "FLY-AVL-02",
  slug: "two-regions",
  title: "A serving group has machines in at least two regions",
  priority: "P1",
  why: "A region that fails takes all of its machines with it.",
  fix: {
    component: "add a region to `groups.<name>.regions`",
    resource: "put a slot of `slots` into another region",
    flyctl: "`fly scale count 2 --region iad,lhr`",
  },
  url: "https://fly.io/docs/blueprints/resilient-apps-multiple-machines/",
  rows: ["B5"],
  level: "stack",
  settings: {
    regions: { type: "integer", default: 2, minimum: 1, maximum: 50, description: "Least regions of a group." },
  },
  subjects: (view) => groupsAndLikeMachines(view, (machine) => machine.services().length > 0),
  *check(group, { view, settings }) {
    const machines = group.machines();
    // Of a single machine FLY-AVL-01 speaks, and both are mended by the same line.
    if (machines.length < 2 || isSingleWriter(group) || !isServing(group, view)) return;
    const regions = new Set<string | undefined>();
    for (const { region } of machines) {
      // Enough known ones settle it, whatever the others turn out to be.
      if (!region.isUnknown) regions.add(region.text());
    }
    if (regions.size >= settings.regions) return;
    for (const { region } of machines) region.text();
    const places = `${machines.length} machines in ${regions.size === 1 ? "one region" : `${regions.size} regions`}`;
    const path = isGroup(group) ? "slots" : "config.services";
    yield {
      path,
      found: isGroup(group) ? `has ${places}` : `are served by ${places}`,
      wanted: `at least ${settings.regions} regions`,
    };
  },
});
