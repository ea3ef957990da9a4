import { isLogShipper } from "../image.ts";
import type { Reading } from "../reading.ts";
import { defineRule } from "../rule.ts";
import { secretsOf, someOf } from "../view.ts";
import { isGroup, runningOf, type Workload } from "../workload.ts";

// Where a job says that it is alive, as the makers of such services call it: Healthchecks, Cronitor, Better Stack, …
const heartbeat = /HEARTBEAT|HEALTHCHECKS?_(IO_)?(URL|UUID|PING)|^HC_|CRONITOR|SNITCH|DEAD_?MANS?|UPTIME_KUMA/;

const beats = (map: Reading) => map.entries().some(([name]) => heartbeat.test(name));

/** Whether something outside sees the process hang: a check wherever it stands, or what it counts. */
const isWatched = ({ config }: Workload): boolean =>
  config.at("checks").entries().length > 0 ||
  config.at("metrics").present ||
  beats(config.at("env")) ||
  ["services", "containers"]
    .flatMap((key) => config.at(key).list())
    .some((part) => ["checks", "healthchecks"].some((key) => part.at(key).list().length > 0));

/** A machine by itself that is not to come back: it ends, and is no worker. */
const isJob = (workload: Workload): boolean =>
  !isGroup(workload) &&
  (workload.config.at("restart.policy").text() === "no" || workload.config.at("autoDestroy").flag() === true);

/** Of log shippers FLY-OBS-01 speaks. */
const isShipper = ({ config }: Workload) => isLogShipper(config.at("image").text());

export const workerCheck = defineRule({
  id: "FLY-HLT-04",
  slug: "worker-check",
  title: "Workers have a check, metrics or a heartbeat",
  priority: "P3",
  why: "Nobody visits a worker: one that hangs looks like one that has nothing to do, until somebody misses what it should have done.",
  fix: {
    component: "give the group `checks` or `metrics`, or a heartbeat's address such as HEARTBEAT_URL in `secrets`",
    resource: "set `config.checks` or `config.metrics`, or a heartbeat's address such as HEARTBEAT_URL in Secrets",
    flyctl: "[checks.alive] with type, port and processes",
  },
  url: "https://fly.io/docs/reference/health-checks/",
  rows: ["C1"],
  level: "stack",
  subjects: runningOf,
  *check(workload, { view }) {
    if (workload.services().length > 0 || isJob(workload) || isWatched(workload) || isShipper(workload)) return;
    if (someOf(secretsOf(view), "app", workload.app, ({ read }) => beats(read.at("values")))) return;
    const { path } = workload.config.at("checks");
    yield { path, found: "is empty, and nothing else tells when it hangs", wanted: "a check, metrics or a heartbeat" };
  },
});
