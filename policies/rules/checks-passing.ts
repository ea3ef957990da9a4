import { defineCheckedRule } from "../rule.ts";

export const checksPassing = defineCheckedRule({
  id: "FLY-HLT-05",
  slug: "checks-passing",
  title: "All health checks pass",
  priority: "P1",
  why: "A failing check takes a machine out of service now, and stops the next deploy.",
  fix: {
    component: "mend what the check's output names; `airworthy rollback` goes back to the release before",
    resource: "as with the component",
    flyctl: "`fly checks list`, `fly logs`",
  },
  url: "https://fly.io/docs/reference/health-checks/",
  kind: "live",
  rows: ["C1", "D2"],
});
