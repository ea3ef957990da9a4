import { formatDuration } from "../../fly/duration.ts";
import type { Reading } from "../reading.ts";
import { defineRule, each, type Finding } from "../rule.ts";
import { workloadsOf } from "../workload.ts";

// What ProductionApp gives (components/group.ts), shorter where less is allowed.
const graceSeconds = 15;
const timeoutMs = 5000;

function* grace(check: Reading, mostSeconds: number): Generator<Finding> {
  const period = check.at("gracePeriod");
  const ms = period.ms() ?? 0;
  if (ms > 0 && ms <= mostSeconds * 1000) return;
  const found = period.present ? `is ${formatDuration(ms)}` : "is not set";
  const mend = { at: period.path, to: `${ms > 0 ? mostSeconds : Math.min(graceSeconds, mostSeconds)}s` };
  yield { path: period.path, found, wanted: `more than 0s and at most ${mostSeconds}s`, mend };
}

function* pace(check: Reading): Generator<Finding> {
  const { path } = check.at("timeout");
  const [timeout, interval] = [check.at("timeout").ms(), check.at("interval").ms()];
  if (timeout === undefined || interval === undefined || timeout < interval) return;
  yield {
    path,
    found: `is ${formatDuration(timeout)}`,
    wanted: `less than the interval of ${formatDuration(interval)}`,
    ...(interval > 0 && { mend: { at: path, to: formatDuration(Math.min(timeoutMs, interval / 2)) } }),
  };
}

export const checkTiming = defineRule({
  id: "FLY-HLT-03",
  slug: "check-timing",
  title: "Health checks have a grace period, and time out before the next one",
  priority: "P2",
  why: "Without grace a machine that is still starting counts as failed and stops the rollout; Fly clamps what is out of range without a word.",
  fix: {
    component: "set `http.check.grace` to the time the app takes to start, and `timeout` below `interval`",
    resource: "set `gracePeriod` to the time the app takes to start, and `timeout` below `interval`",
    flyctl: "grace_period, interval and timeout under [[http_service.checks]]",
  },
  url: "https://fly.io/docs/reference/health-checks/",
  rows: ["C1"],
  level: "resource",
  remedy: "asked",
  settings: {
    mostGraceSeconds: {
      type: "number",
      default: 60,
      minimum: 1,
      maximum: 60,
      description: "Longest grace, in seconds.",
    },
  },
  subjects: workloadsOf,
  *check({ config }, { settings }) {
    const services = config.at("services").list();
    yield* each(services, (service) =>
      each(service.at("checks").list(), function* (check) {
        yield* each([() => grace(check, settings.mostGraceSeconds), () => pace(check)], (look) => look());
      }),
    );
    // Checks outside a service steer no traffic, so their grace is the app's own affair.
    yield* each(config.at("checks").entries(), ([, check]) => pace(check));
  },
});
