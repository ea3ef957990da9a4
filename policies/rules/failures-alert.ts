import { defineRule, unlessAttested } from "../rule.ts";
import { everyApp } from "../workload.ts";

export const failuresAlert = defineRule({
  id: "FLY-OBS-02",
  slug: "failures-alert",
  title: "Failures alert somebody",
  priority: "P2",
  why: "Fly tells no customer that a check fails or a machine is down: without alerts of your own, users tell you.",
  fix: {
    component: "attest in airworthy.toml where the alerts are, until a component makes them",
    resource: "attest in airworthy.toml where the alerts are, until a component makes them",
    flyctl: "none: alert from Fly's metrics with a Grafana of your own",
  },
  url: "https://fly.io/docs/monitoring/metrics/",
  kind: "evidence",
  rows: ["D2", "D4"],
  level: "stack",
  subjects: everyApp,
  *check({ app }, context) {
    yield* unlessAttested(app, context, {
      path: "alerts",
      found: "are not in the program",
      wanted: "somebody who hears of failing checks, machines that are down, full volumes and missing logs",
    });
  },
});
