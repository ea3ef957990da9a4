import { defineRule, unlessAttested } from "../rule.ts";
import { someOf } from "../view.ts";
import { everyApp, volumeHoldersOf } from "../workload.ts";

export const copyOffFly = defineRule({
  id: "FLY-VOL-07",
  slug: "copy-off-fly",
  title: "Of what volumes hold there is a copy off Fly",
  priority: "P2",
  why: "Snapshots lie beside the volumes, in the same account: what takes the account, or the app, takes both.",
  fix: {
    component: "back the data up to another provider, and attest in airworthy.toml where the copy is",
    resource: "back the data up to another provider, and attest in airworthy.toml where the copy is",
    flyctl: "none: Fly's snapshots stay on Fly",
  },
  url: "https://fly.io/docs/volumes/snapshots/",
  kind: "evidence",
  rows: ["B7"],
  level: "stack",
  subjects: everyApp,
  *check({ app }, context) {
    if (!someOf(volumeHoldersOf(context.view), "app", app, () => true)) return;
    yield* unlessAttested(app, context, {
      path: "copy off Fly",
      found: "of its volumes is not in the program",
      wanted: "one, and a restore from it that was tried",
    });
  },
});
