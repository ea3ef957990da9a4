import { defineCheckedRule } from "../rule.ts";

export const tokenSet = defineCheckedRule({
  id: "FLY-SEC-08",
  slug: "token-set",
  title: "A token to deploy with is set",
  priority: "P1",
  why: "Without a token nothing can be deployed, and nothing else can be asked: a pipeline finds out half-way.",
  fix: {
    component: "set FLY_API_TOKEN from the secrets of your CI",
    resource: "set FLY_API_TOKEN from the secrets of your CI",
    flyctl: "`fly tokens create deploy`, and put what it prints in the secrets of your CI",
  },
  url: "https://fly.io/docs/security/tokens/",
  kind: "live",
  rows: ["A1", "E1"],
});
