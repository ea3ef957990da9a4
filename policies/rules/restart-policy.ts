import { defineRule, each, type Finding } from "../rule.ts";
import { isGroup, type Workload, workloadsOf } from "../workload.ts";

const after = "a process that ends leaves a hole";

/** What happens when the process of a machine ends that is meant to be there. */
function* ending({ config, services }: Workload, leastRetries: number): Generator<Finding> {
  const restart = config.at("restart");
  const [policy, retries] = [restart.at("policy"), restart.at("maxRetries")];
  const name = policy.text() ?? "on-failure";
  const tries = retries.number() ?? leastRetries;
  if (name === "no") {
    // What Fly recommends for each (superfly/docs, machine restart policy).
    const to = services().length > 0 ? "on-failure" : "always";
    yield { path: policy.path, found: `is no, so ${after}`, wanted: to, mend: { at: policy.path, to } };
  } else if (name === "on-failure" && tries < leastRetries) {
    const mend = { at: retries.path, to: leastRetries };
    yield { path: retries.path, found: `is ${tries}`, wanted: `at least ${leastRetries}`, priority: "P3", mend };
  }
}

function* destruction({ config }: Workload): Generator<Finding> {
  const destroy = config.at("autoDestroy");
  const { path } = destroy;
  if (destroy.flag() !== true) return;
  yield { path, found: `is true, so ${after} until the next \`up\``, wanted: "false", mend: { at: path, to: false } };
}

/** What only machines without services are for. */
function* servingNotes({ config, read }: Workload): Generator<Finding> {
  const standbys = config.at("standbys");
  const { path } = standbys;
  if (standbys.list().length > 0) {
    const found = "is set on machines with services, where Fly ignores it";
    yield { path, found, wanted: "none", mend: { at: path, to: [] } };
  }
  for (const schedule of [read.at("schedule"), config.at("schedule")]) {
    if (schedule.present) yield { path: schedule.path, found: "is set on a machine that serves", wanted: "none" };
  }
}

export const restartPolicy = defineRule({
  id: "FLY-AVL-08",
  slug: "restart-policy",
  title: "Machines that are meant to be there come back when their process ends",
  priority: "P2",
  why: "With policy `no`, few retries or autoDestroy, one crash takes the machine out until somebody notices, and a schedule runs it only now and then.",
  fix: {
    component: "leave `restart` to its default: on-failure with `http`, always without",
    resource: "set `config.restart.policy` to on-failure, or always without services, and leave `autoDestroy` out",
    flyctl: '[[restart]] with `policy = "on-failure"`, or `fly machine update <id> --restart always`',
  },
  url: "https://fly.io/docs/machines/guides-examples/machine-restart-policy/",
  rows: ["B4"],
  level: "resource",
  remedy: "asked",
  settings: {
    leastRetries: {
      type: "integer",
      default: 3,
      minimum: 1,
      maximum: 10,
      description: "Least tries of on-failure; Fly's own are 10.",
    },
  },
  subjects: workloadsOf,
  *check(workload, { settings }) {
    const serves = workload.services().length > 0;
    // A machine by itself that serves nobody may be a job, which ends.
    const stays = serves ? !workload.scheduled : isGroup(workload);
    yield* each(
      [
        ...(stays ? [() => ending(workload, settings.leastRetries), () => destruction(workload)] : []),
        ...(serves ? [() => servingNotes(workload)] : []),
      ],
      (look) => look(),
    );
  },
});
