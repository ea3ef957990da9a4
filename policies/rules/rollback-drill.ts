import { defineCheckedRule } from "../rule.ts";

export const rollbackDrill = defineCheckedRule({
  id: "FLY-DEP-05",
  slug: "rollback-drill",
  title: "The way back to the release before was tried",
  priority: "P3",
  why: "At night, with a broken release, is no time to find out that images are gone or who may deploy.",
  fix: {
    component: "`airworthy drill rollback`",
    resource: "`airworthy drill rollback`",
    flyctl: "`fly deploy --image <the image before>` on a staging app",
  },
  url: "https://fly.io/docs/blueprints/rollback-guide/",
  kind: "evidence",
  rows: ["C5"],
  drill: "rollback",
});
