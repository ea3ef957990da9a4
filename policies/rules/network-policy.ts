import { defineRule, unlessAttested } from "../rule.ts";
import { someOf } from "../view.ts";
import { everyApp, volumeHoldersOf } from "../workload.ts";

export const networkPolicy = defineRule({
  id: "FLY-ORG-02",
  slug: "network-policy",
  title: "A network policy says which machines reach the data",
  priority: "P2",
  why: "On the private network every machine of the organisation reaches every port of every other, data included.",
  fix: {
    component: "set a network policy through Fly's API, and attest it in airworthy.toml, until a resource makes it",
    resource: "set a network policy through Fly's API, and attest it in airworthy.toml, until a resource makes it",
    flyctl: "none: network policies are set through the Machines API",
  },
  url: "https://fly.io/docs/machines/guides-examples/network-policies/",
  kind: "evidence",
  rows: ["F1"],
  level: "stack",
  subjects: everyApp,
  *check({ app }, context) {
    if (!someOf(volumeHoldersOf(context.view), "app", app, () => true)) return;
    yield* unlessAttested(app, context, {
      path: "network policy",
      found: "for machines that call it directly is not in the program",
      wanted: "one; it does not cover what comes through Fly's proxy",
    });
  },
});
