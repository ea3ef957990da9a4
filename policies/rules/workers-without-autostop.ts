import { dataKindOf, runsServer } from "../data-image.ts";
import type { Reading } from "../reading.ts";
import { defineRule, each } from "../rule.ts";
import { autostopOf, runningOf, type Workload } from "../workload.ts";

/** Why the proxy's own traffic does not tell whether the machines are idle. */
function blindness({ config, services }: Workload): string | undefined {
  if (services().length === 0) return "no port brings traffic through the proxy";
  const isDatabase = dataKindOf(config.at("image").text()) !== undefined && runsServer(config);
  return isDatabase ? "the proxy sees no client that comes over the private network" : undefined;
}

function* judge(workload: Workload, service: Reading) {
  const stop = service.at("autostop");
  const { path } = stop;
  const machines = workload.machines();
  if (autostopOf(service) === "off" || machines.every((machine) => machine.autostop(service) === "off")) return;
  const why = blindness(workload);
  if (why === undefined) return;
  yield { path, found: `is on, and ${why}`, wanted: "off", mend: { at: path, to: "off" } };
}

export const workersWithoutAutostop = defineRule({
  id: "FLY-AVL-06",
  slug: "workers-without-autostop",
  title: "What works without Fly's proxy is not stopped by it",
  priority: "P1",
  why: "The proxy counts its own traffic only: it stops a worker in the middle of a job, and a database that clients reach over the private network.",
  fix: {
    component: "take `http` out of a worker; of a database set `http.autostop` to off",
    resource: "set `autostop: off`",
    flyctl: '`auto_stop_machines = "off"` in the section of that process group',
  },
  url: "https://fly.io/docs/launch/autostop-autostart/",
  rows: ["C3"],
  level: "resource",
  remedy: "safe",
  subjects: runningOf,
  *check(workload) {
    yield* each(workload.config.at("services").list(), (service) => judge(workload, service));
  },
});
