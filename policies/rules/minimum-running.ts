import type { Reading } from "../reading.ts";
import { defineRule, each, type Finding } from "../rule.ts";
import { runningOf, type Workload } from "../workload.ts";

function* judge(workload: Workload, service: Reading): Generator<Finding> {
  const machines = workload.machines();
  const modes = machines.map((machine) => machine.autostop(service));
  if (machines.length === 0 || modes.includes("off")) return;
  const least = service.at("minMachinesRunning");
  const { path } = least;
  const count = least.number() ?? 0;
  if (count < 1) {
    yield { path, found: `is ${least.present ? count : "not set"} while autostop is on`, wanted: "at least 1" };
    return;
  }
  const primary = workload.config.at("env.PRIMARY_REGION").text() ?? machines[0]?.region.text();
  const there = machines.filter(({ region }) => region.text() === primary).length;
  if (there === 0) {
    const found = `is ${count}, but no machine is in the primary region, and Fly keeps a minimum in no other`;
    yield { path, found, wanted: "a machine in the primary region, or a slot with `keepRunning`" };
  } else if (there < count) {
    const found = `is ${count}, but the primary region, the only one that counts, has ${there}`;
    yield { path, found, wanted: `at most ${there}, or more machines there`, priority: "P2" };
  }
}

export const minimumRunning = defineRule({
  id: "FLY-AVL-05",
  slug: "minimum-running",
  title: "With autostop on, at least one machine keeps running",
  priority: "P1",
  why: "When all are stopped, the next visitor waits for a cold start; Fly's minimum counts in the primary region only.",
  fix: {
    component: "set `http.minRunning` to 1 or more",
    resource: "set `minMachinesRunning: 1` with a machine in the primary region, or `keepRunning: true` on a slot",
    flyctl: "`min_machines_running = 1` under [http_service], and a machine in primary_region",
  },
  url: "https://fly.io/docs/launch/autostop-autostart/",
  rows: ["B4"],
  level: "stack",
  subjects: runningOf,
  *check(workload) {
    yield* each(workload.services(), (service) => judge(workload, service));
  },
});
