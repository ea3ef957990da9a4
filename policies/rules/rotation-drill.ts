import { defineCheckedRule } from "../rule.ts";

export const rotationDrill = defineCheckedRule({
  id: "FLY-SEC-11",
  slug: "rotation-drill",
  title: "Rotating the deploy token was tried",
  priority: "P3",
  why: "A token that leaked is revoked in a hurry: whoever does it then for the first time learns what else used it.",
  fix: {
    component: "`airworthy drill rotation --app <app>`",
    resource: "`airworthy drill rotation --app <app>`",
    flyctl: "`fly tokens create deploy`, `fly tokens revoke <id>`, and a call with the old one",
  },
  url: "https://fly.io/docs/security/tokens/",
  kind: "evidence",
  rows: ["A4"],
  drill: "rotation",
});
