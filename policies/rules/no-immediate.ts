import { defineRule } from "../rule.ts";
import { groupsOf } from "../workload.ts";

export const noImmediate = defineRule({
  id: "FLY-DEP-01",
  slug: "no-immediate",
  title: "No release reaches all machines at once",
  priority: "P1",
  why: "With `immediate` nobody waits for a check: a release that does not start is on every machine before anybody knows.",
  fix: {
    component: 'set `deploy.strategy` to "rolling", or leave it out',
    resource: 'set `deploy.strategy` to "rolling", or leave it out',
    flyctl: '`strategy = "rolling"` under [deploy], or `fly deploy --strategy rolling`',
  },
  url: "https://fly.io/docs/launch/deploy/",
  rows: ["C5"],
  level: "resource",
  remedy: "safe",
  subjects: groupsOf,
  *check({ read }) {
    const strategy = read.at("deploy.strategy");
    if (strategy.text() !== "immediate") return;
    const mend = { at: strategy.path, to: "rolling" };
    yield { path: strategy.path, found: "is immediate", wanted: "rolling, canary or bluegreen", mend };
  },
});
