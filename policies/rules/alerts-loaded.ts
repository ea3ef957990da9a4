import { defineCheckedRule } from "../rule.ts";

export const alertsLoaded = defineCheckedRule({
  id: "FLY-OBS-05",
  slug: "alerts-loaded",
  title: "Alert rules are loaded, and the receiver answers",
  priority: "P2",
  why: "Fly alerts nobody: a rule file that was not loaded, or an Alertmanager that is down, is silence when it matters.",
  fix: {
    component:
      "run Prometheus with alert rules over Fly's metrics and an Alertmanager, and name them in AIRWORTHY_PROMETHEUS_URL and AIRWORTHY_ALERTMANAGER_URL",
    resource: "as with the component",
    flyctl: "none: alert from Fly's metrics with a Prometheus or Grafana of your own",
  },
  url: "https://fly.io/docs/monitoring/metrics/",
  kind: "live",
  rows: ["D4"],
});
