import { defineRule } from "../rule.ts";
import { groupsOf } from "../workload.ts";

// What the provider keeps where nothing is said (resources/process-group.ts).
const keptByDefault = 10;

export const releasesKept = defineRule({
  id: "FLY-DEP-04",
  slug: "releases-kept",
  title: "A previous release is kept to go back to",
  priority: "P3",
  why: "Fly has no command that rolls back: going back means deploying an earlier image and config, which somebody must have kept.",
  fix: {
    component: "set `deploy.keepReleases` to as many as wanted",
    resource: "set `deploy.keepReleases` to as many as wanted",
    flyctl: "keep the image references: `fly releases --image`",
  },
  url: "https://fly.io/docs/blueprints/rollback-guide/",
  rows: ["C5"],
  level: "resource",
  remedy: "safe",
  settings: {
    releases: { type: "integer", default: 2, minimum: 1, maximum: 50, description: "Least releases kept." },
  },
  subjects: groupsOf,
  *check({ read }, { settings }) {
    const keep = read.at("deploy.keepReleases");
    const kept = keep.number() ?? keptByDefault;
    if (kept >= settings.releases) return;
    const mend = { at: keep.path, to: settings.releases };
    yield { path: keep.path, found: `is ${kept}`, wanted: `at least ${settings.releases}`, mend };
  },
});
