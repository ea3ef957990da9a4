import type { Reading } from "../reading.ts";
import { defineRule, each, type Finding } from "../rule.ts";
import { runningOf, type Workload } from "../workload.ts";

/** Ports that the config says something listens on. */
const declaredPorts = ({ config }: Workload): Set<number | undefined> =>
  new Set([
    ...config
      .at("services")
      .list()
      .map((service) => service.at("internalPort").number()),
    ...config
      .at("checks")
      .entries()
      .map(([, check]) => check.at("port").number()),
    config.at("metrics.port").number(),
  ]);

function* judge(workload: Workload, service: Reading): Generator<Finding> {
  const checks = service.at("checks");
  const list = checks.list();
  if (list.length === 0) {
    yield { path: checks.path, found: "is empty", wanted: "a check: those outside the service do not steer traffic" };
    return;
  }
  for (const check of list) {
    const port = check.at("port").number();
    if (port === undefined || port === service.at("internalPort").number() || declaredPorts(workload).has(port))
      continue;
    yield {
      path: check.at("port").path,
      found: `is ${port}, on which nothing is declared to listen`,
      wanted: "the service's internalPort",
    };
  }
}

export const serviceCheck = defineRule({
  id: "FLY-HLT-01",
  slug: "service-check",
  title: "Every service has a health check of its own",
  priority: "P2",
  why: "Without one, the proxy goes on sending traffic to a machine whose process is dead.",
  fix: {
    component: "give `http.check` a path; it is never off",
    resource: "add a check to the service's `checks`",
    flyctl: "[[http_service.checks]] with path, interval, timeout and grace_period",
  },
  url: "https://fly.io/docs/reference/health-checks/",
  rows: ["C1"],
  level: "resource",
  subjects: runningOf,
  *check(workload) {
    yield* each(workload.services(), (service) => judge(workload, service));
  },
});
