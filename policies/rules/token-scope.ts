import { defineRule } from "../rule.ts";
import { deployTokensOf } from "../view.ts";

const leastReason = 15;

export const tokenScope = defineRule({
  id: "FLY-SEC-04",
  slug: "token-scope",
  title: "Deploy tokens are for one app, or say why not",
  priority: "P1",
  why: "Whoever gets hold of an organisation's token can change and read every app of it, not only the one it was made for.",
  fix: {
    component: "leave the token to `deployToken`, which is for the app alone",
    resource: "take `scope` out and name the `app`, or give a `reason` of 15 characters or more",
    flyctl: "`fly tokens create deploy --app <app>` instead of `fly tokens create org`",
  },
  url: "https://fly.io/docs/security/tokens/",
  rows: ["A3"],
  level: "resource",
  subjects: deployTokensOf,
  *check({ read }) {
    const scope = read.at("scope");
    if (scope.text() !== "organization") return;
    if ((read.at("reason").text() ?? "").trim().length >= leastReason) return;
    yield { path: scope.path, found: "is organization, and no reason says why", wanted: "app, or a reason" };
  },
});
