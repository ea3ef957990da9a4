import { defineCheckedRule } from "../rule.ts";

export const redirectAnswers = defineCheckedRule({
  id: "FLY-NET-10",
  slug: "redirect-answers",
  title: "Plain http is answered with https",
  priority: "P2",
  why: "Whoever types the bare name sends the first request, cookies included, in the clear.",
  fix: {
    component: "leave `http.forceHttps` on",
    resource: "`forceHttps: true` on port 80",
    flyctl: "`force_https = true` in fly.toml",
  },
  url: "https://fly.io/docs/networking/services/",
  kind: "live",
  rows: ["B2"],
});
