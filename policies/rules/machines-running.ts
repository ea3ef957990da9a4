import { defineCheckedRule } from "../rule.ts";

export const machinesRunning = defineCheckedRule({
  id: "FLY-AVL-09",
  slug: "machines-running",
  title: "Each serving group has machines in two regions",
  priority: "P1",
  why: "A group in one region goes down with it, and a group whose machines were stopped by hand answers nobody.",
  fix: {
    component: "name two regions in `groups.<name>.regions`; `pulumi up` starts what was stopped",
    resource: "slots in two regions; `pulumi up` starts what was stopped",
    flyctl: "`fly scale count 2 --region <region>`, `fly machine start <id>`",
  },
  url: "https://fly.io/docs/apps/app-availability/",
  kind: "live",
  rows: ["B5", "B4"],
});
