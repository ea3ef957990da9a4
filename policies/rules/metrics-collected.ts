import type { Reading } from "../reading.ts";
import { defineRule } from "../rule.ts";
import { secretsOf, someOf } from "../view.ts";
import { everyApp, runningOf } from "../workload.ts";

const reportsErrors = (names: readonly [string, Reading][]) => names.some(([name]) => name === "SENTRY_DSN");

export const metricsCollected = defineRule({
  id: "FLY-OBS-03",
  slug: "metrics-collected",
  title: "Metrics or errors of the app are collected",
  priority: "P3",
  why: "Fly's own metrics tell how a machine does, not how the app does: without its own, every incident starts with guessing.",
  fix: {
    component: "set `groups.<name>.metrics`, or a SENTRY_DSN in `secrets`",
    resource: "set `config.metrics`, or a SENTRY_DSN in Secrets",
    flyctl: "[metrics] with port and path, or `fly secrets set SENTRY_DSN=…`",
  },
  url: "https://fly.io/docs/monitoring/metrics/",
  rows: ["D5"],
  level: "stack",
  subjects: everyApp,
  *check({ app }, { view }) {
    const running = runningOf(view);
    if (!someOf(running, "app", app, () => true)) return;
    const collects = someOf(running, "app", app, ({ config }) => {
      return config.at("metrics").present || reportsErrors(config.at("env").entries());
    });
    if (collects) return;
    const told = someOf(secretsOf(view), "app", app, ({ read }) => reportsErrors(read.at("values").entries()));
    if (!told)
      yield { path: "config.metrics", found: "is set in no group, nor is SENTRY_DSN", wanted: "either of them" };
  },
});
