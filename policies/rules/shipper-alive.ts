import { defineCheckedRule } from "../rule.ts";

export const shipperAlive = defineCheckedRule({
  id: "FLY-OBS-04",
  slug: "shipper-alive",
  title: "A log shipper runs and ships",
  priority: "P2",
  why: "Fly keeps logs for days, and a shipper that stopped is noticed on the day the logs are needed.",
  fix: {
    component: "run fly-log-shipper as an app of the organisation, with a check",
    resource: "run fly-log-shipper as an app of the organisation, with a check",
    flyctl: "`fly launch --image ghcr.io/superfly/fly-log-shipper:latest`, `fly machine start <id>`",
  },
  url: "https://fly.io/docs/monitoring/exporting-logs/",
  kind: "live",
  rows: ["D1"],
});
