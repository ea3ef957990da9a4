import type { Reading } from "../reading.ts";
import { defineRule, each, type Mend } from "../rule.ts";
import { workloadsOf } from "../workload.ts";

// What ProductionApp gives (components/group.ts).
const [softByDefault, hardByDefault] = [200, 250];

/** The limit that is missing in proportion to the other; a soft one that is too high comes down to the hard one. */
function ordered(limits: Reading, soft: number | undefined, hard: number | undefined): Mend[] {
  const [softAt, hardAt] = [limits.at("softLimit").path, limits.at("hardLimit").path];
  if (soft === undefined && hard === undefined) {
    return [
      { at: softAt, to: softByDefault },
      { at: hardAt, to: hardByDefault },
    ];
  }
  if (hard === undefined) return [{ at: hardAt, to: Math.ceil((soft ?? 0) * 1.25) }];
  return [{ at: softAt, to: soft === undefined ? Math.ceil(hard * 0.8) : hard }];
}

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
  remedy: "asked",
  subjects: workloadsOf,
  *check(workload) {
    yield* each(workload.services(), function* (service) {
      const limits = service.at("concurrency");
      const [soft, hard] = [limits.at("softLimit").number(), limits.at("hardLimit").number()];
      const mend = ordered(limits, soft, hard);
      const wanted = "softLimit and hardLimit, the soft one not above the hard one";
      if (soft === undefined || hard === undefined) {
        const missing = soft === undefined ? (hard === undefined ? "neither limit" : "no softLimit") : "no hardLimit";
        yield { path: limits.path, found: `has ${missing}`, wanted, mend };
      } else if (soft > hard) {
        yield { path: limits.path, found: `has a softLimit of ${soft} above the hardLimit of ${hard}`, wanted, mend };
      }
    });
  },
});
