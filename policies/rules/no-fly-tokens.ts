import { decoded, holdsFlyToken } from "../credential.ts";
import { plainResourcesOf } from "../plain.ts";
import { defineRule, each } from "../rule.ts";

export const noFlyTokens = defineRule({
  id: "FLY-SEC-03",
  slug: "no-fly-tokens",
  title: "No Fly API token in the arguments of a resource",
  priority: "P1",
  why: "A Fly token in an app lets whoever reads the app redeploy it, and often all of the organisation.",
  fix: {
    component:
      "keep the token in the CI's secrets as FLY_API_TOKEN; a machine that must call Fly gets one by `secrets`",
    resource: "keep the token in the CI's secrets as FLY_API_TOKEN; a machine that must call Fly gets one by Secrets",
    flyctl: "keep the token out of fly.toml: FLY_API_TOKEN in CI, `fly secrets set` for a machine that needs one",
  },
  url: "https://fly.io/docs/security/tokens/",
  rows: ["A1", "A5"],
  level: "resource",
  subjects: plainResourcesOf,
  *check({ read }) {
    yield* each(read.leaves(), function* (leaf) {
      // What is not known yet comes from another resource; this rule looks for what was written down.
      if (leaf.isUnknown) return;
      const text = leaf.text() ?? "";
      if (holdsFlyToken(text) || (/\braw_?value$/i.test(leaf.path) && holdsFlyToken(decoded(text)))) {
        yield { path: leaf.path, found: "holds a Fly API token", wanted: "no token" };
      }
    });
  },
});
