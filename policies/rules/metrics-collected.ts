import { type Reading, readable } from "../reading.ts";
import { defineRule } from "../rule.ts";
import { appsOf, configOf, groupsOf, type Subject, secretsOf, someOf, type View } from "../view.ts";

interface Running extends Subject {
  readonly app: Reading;
}

/** Apps that run something in this program, each once, wherever they were made. */
function runningApps(view: View): Running[] {
  const byName = new Map<string, Running>();
  for (const { app, resource } of groupsOf(view)) {
    const name = readable(() => app.text());
    const key = name ?? resource.urn;
    const made = name && appsOf(view).find(({ read }) => readable(() => read.at("name").text()) === name);
    const title = name === undefined ? `app of group ${resource.name}` : `app ${name}`;
    if (!byName.has(key)) byName.set(key, { app, resource: made ? made.resource : resource, title });
  }
  return [...byName.values()];
}

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
  subjects: runningApps,
  *check({ app }, { view }) {
    const collects = someOf(groupsOf(view), "app", app, ({ read }) => {
      const config = configOf(read);
      return config.at("metrics").present || reportsErrors(config.at("env").entries());
    });
    if (collects) return;
    const told = someOf(secretsOf(view), "app", app, ({ read }) => reportsErrors(read.at("values").entries()));
    if (!told)
      yield { path: "config.metrics", found: "is set in no group, nor is SENTRY_DSN", wanted: "either of them" };
  },
});
