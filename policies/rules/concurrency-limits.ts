import { defineRule, each } from "../rule.ts";
import { workloadsOf } from "../workload.ts";

export const concurrencyLimits = defineRule({
  id: "FLY-CON-01",
  slug: "concurrency-limits",
  title: "Concurrency limits are set, soft not above hard",
  priority: "P2",
  why: "Unset means 20 soft and no ceiling: machines start too early, and one that is overrun is sent still more.",
  fix: {
    component: "set `http.concurrency.soft` and `hard` to what one machine was measured to take",
    resource: "set the service's `concurrency.softLimit` and `hardLimit` to what one machine was measured to take",
    flyctl: "[http_service.concurrency] with soft_limit and hard_limit",
  },
  url: "https://fly.io/docs/reference/concurrency/",
  rows: ["B6"],
  level: "resource",
  subjects: workloadsOf,
  *check(workload) {
    yield* each(workload.services(), function* (service) {
      const limits = service.at("concurrency");
      const [soft, hard] = [limits.at("softLimit").number(), limits.at("hardLimit").number()];
      const wanted = "softLimit and hardLimit, the soft one not above the hard one";
      if (soft === undefined || hard === undefined) {
        const missing = soft === undefined ? (hard === undefined ? "neither limit" : "no softLimit") : "no hardLimit";
        yield { path: limits.path, found: `has ${missing}`, wanted };
      } else if (soft > hard) {
        yield { path: limits.path, found: `has a softLimit of ${soft} above the hardLimit of ${hard}`, wanted };
      }
    });
  },
});
