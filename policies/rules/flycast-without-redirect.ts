import { eachPort, isFlycastOnly } from "../reach.ts";
import { defineRule } from "../rule.ts";
import { workloadsOf } from "../workload.ts";

export const flycastWithoutRedirect = defineRule({
  id: "FLY-NET-06",
  slug: "flycast-without-redirect",
  title: "What is reached by Flycast only does not redirect to HTTPS",
  priority: "P2",
  why: "Flycast is plain HTTP inside the encrypted private network: the redirect sends callers where nothing answers.",
  fix: {
    component: "put `force_https: false` on the port in `raw.services`, or give the app a public address",
    resource: "take `forceHttps` out, or give the app a public address",
    flyctl: "`force_https = false` under [http_service]",
  },
  url: "https://fly.io/docs/networking/flycast/",
  rows: ["B2"],
  level: "stack",
  subjects: workloadsOf,
  *check(workload, { view }) {
    yield* eachPort(workload, function* ({ port }) {
      const redirect = port.at("forceHttps");
      if (redirect.flag() !== true || !isFlycastOnly(workload.app, view)) return;
      yield { path: redirect.path, found: "is true, and all the app's addresses are Flycast ones", wanted: "false" };
    });
  },
});
