import { cpuKinds } from "../../fly/sizes.ts";
import type { Reading } from "../reading.ts";
import { defineRule, each } from "../rule.ts";
import { autostopOf, type Workload, workloadsOf } from "../workload.ts";

// fly/api.md §6; superfly/docs reference/suspend-resume, requirements.
const mostMb = 2048;

/** Memory in MB, which a machine has as much of as its CPUs need at least where nothing is said. */
function memoryOf(guest: Reading): number {
  const kind = guest.at("cpuKind").text() === "performance" ? cpuKinds.performance : cpuKinds.shared;
  return guest.at("memoryMb").number() ?? kind.least * (guest.at("cpus").number() ?? 1);
}

/** What of the machine Fly cannot suspend. */
function obstacle({ config, scheduled }: Workload): string | undefined {
  const memoryMb = memoryOf(config.at("guest"));
  if (memoryMb > mostMb) return `${memoryMb} MB of memory`;
  if ((config.at("init.swapSizeMb").number() ?? 0) > 0) return "swap";
  if (config.at("guest.gpuKind").present) return "a GPU";
  return scheduled ? "a schedule" : undefined;
}

export const suspendLimits = defineRule({
  id: "FLY-AVL-07",
  slug: "suspend-limits",
  title: "Machines are suspended only where Fly can do it",
  priority: "P2",
  why: "Above 2 GB of memory, with swap, a schedule or a GPU Fly stops the machine instead, without a word: the next visitor waits for a cold start.",
  fix: {
    component: "set `http.autostop` to stop, or `memoryMb` to 2048 or less and no swap",
    resource: "set `autostop: stop`, or `guest.memoryMb` to 2048 or less and no `init.swapSizeMb`",
    flyctl: '`auto_stop_machines = "stop"`, or `memory = "2gb"` under [[vm]] and no swap_size_mb',
  },
  url: "https://fly.io/docs/reference/suspend-resume/",
  rows: ["C3"],
  level: "resource",
  // It is what Fly does anyway.
  remedy: "safe",
  subjects: workloadsOf,
  *check(workload) {
    yield* each(workload.config.at("services").list(), function* (service) {
      if (autostopOf(service) !== "suspend") return;
      const { path } = service.at("autostop");
      const what = obstacle(workload);
      if (what === undefined) return;
      yield { path, found: `is suspend on machines with ${what}`, wanted: "stop", mend: { at: path, to: "stop" } };
    });
  },
});
