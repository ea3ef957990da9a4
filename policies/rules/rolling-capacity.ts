import { durationMs, formatDuration } from "../../fly/duration.ts";
import type { Reading } from "../reading.ts";
import { defineRule, each, type Finding } from "../rule.ts";
import { groupsOf, type Workload } from "../workload.ts";

// What the provider does where nothing is said (resources/process-group.ts).
const byDefault = { strategy: "rolling", share: "33%", waitMs: durationMs("5m") as number };

const strategyOf = (read: Reading) => read.at("deploy.strategy").text() ?? byDefault.strategy;

/** Machines that may be down at once, as the provider counts them: a share is rounded down, and never to none. */
function downOf(most: Reading, count: number): number | undefined {
  const given = most.scalar() ?? byDefault.share;
  if (typeof given === "number") return given;
  const share = /^(\d+)%$/.exec(String(given))?.[1];
  return share === undefined ? undefined : Math.max(1, Math.floor((count * Number(share)) / 100));
}

type Settings = Readonly<Record<"machines" | "startSeconds", number>>;

function* capacity({ read, machines, services }: Workload, { machines: least }: Settings): Generator<Finding> {
  // The others make new machines before the old ones go.
  if (strategyOf(read) !== "rolling" || services().length === 0) return;
  const most = read.at("deploy.maxUnavailable");
  const { path } = most;
  const count = machines().length;
  const down = downOf(most, count);
  // With no machine to spare no number helps: FLY-AVL-01 asks for another.
  if (down === undefined || count <= least || count - down >= least) return;
  const found = `lets ${Math.min(down, count)} of ${count} machines be down at once`;
  yield { path, found, wanted: `at most ${count - least}`, mend: { at: path, to: count - least } };
}

function* patience({ read, config }: Workload, { startSeconds }: Settings): Generator<Finding> {
  // `immediate` waits for nothing; FLY-DEP-01 speaks of it.
  if (strategyOf(read) === "immediate") return;
  const wait = read.at("deploy.waitTimeout");
  const { path } = wait;
  const ms = wait.ms() ?? byDefault.waitMs;
  const services = config.at("services").list();
  const checks = [
    ...services.flatMap((service) => service.at("checks").list()),
    ...config
      .at("checks")
      .entries()
      .map(([, check]) => check),
  ];
  const graceMs = Math.max(0, ...checks.map((check) => check.at("gracePeriod").ms() ?? 0));
  const needed = formatDuration(graceMs + startSeconds * 1000);
  if (ms >= graceMs + startSeconds * 1000) return;
  const found = `is ${formatDuration(ms)}, and checks have ${formatDuration(graceMs)} of grace after the start`;
  yield { path, found, wanted: `at least ${needed}`, mend: { at: path, to: needed } };
}

export const rollingCapacity = defineRule({
  id: "FLY-DEP-03",
  slug: "rolling-capacity",
  title: "A rollout keeps machines serving, and waits for new ones",
  priority: "P2",
  why: "With all machines down at once every request fails meanwhile; and who gives up before the grace ends calls a sound release broken.",
  fix: {
    component: "lower `deploy.maxUnavailable`, and leave `deploy.waitTimeout` above the longest grace",
    resource: "lower `deploy.maxUnavailable`, and leave `deploy.waitTimeout` above the longest grace",
    flyctl: "max_unavailable and wait_timeout under [deploy]",
  },
  url: "https://fly.io/docs/reference/configuration/",
  rows: ["C2"],
  level: "resource",
  remedy: "safe",
  settings: {
    machines: {
      type: "integer",
      default: 1,
      minimum: 1,
      maximum: 1000,
      description: "Least machines that serve meanwhile.",
    },
    startSeconds: {
      type: "number",
      default: 10,
      minimum: 0,
      maximum: 600,
      description: "Time for pulling the image and starting it, beyond the grace, in seconds.",
    },
  },
  subjects: groupsOf,
  *check(group, { settings }) {
    yield* each([capacity, patience], (look) => look(group, settings));
  },
});
