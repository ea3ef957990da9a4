import { defineCheckedRule } from "../rule.ts";

export const sourceScan = defineCheckedRule({
  id: "FLY-SEC-12",
  slug: "source-scan",
  title: "The source was scanned for secrets, and has none",
  priority: "P1",
  why: "A secret in the code, the Dockerfile or fly.toml is in every clone and every layer of the image, and stays there.",
  fix: {
    component: "`airworthy scan`",
    resource: "`airworthy scan`",
    flyctl: "`fly secrets set` in place of what was found, and a new value for each",
  },
  url: "https://fly.io/docs/apps/secrets/",
  kind: "evidence",
  rows: ["A5"],
  drill: "scan",
});
