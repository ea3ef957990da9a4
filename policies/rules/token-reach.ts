import { defineCheckedRule } from "../rule.ts";

export const tokenReach = defineCheckedRule({
  id: "FLY-SEC-09",
  slug: "token-reach",
  title: "The token reaches the app, not everything, and ends",
  priority: "P2",
  why: "A leaked token for the whole organisation is a leaked organisation, and one that expires unnoticed stops every deploy.",
  fix: {
    component: "`deployToken` of ProductionApp makes one for the app, which ends",
    resource: "DeployToken makes one for the app, which ends",
    flyctl: "`fly tokens create deploy --app <app> --expiry 2160h`",
  },
  url: "https://fly.io/docs/security/tokens/",
  kind: "live",
  rows: ["A3", "A4"],
});
