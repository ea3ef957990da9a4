import { postgresPlanNames } from "../../fly/postgres-plans.ts";
import { handlersOf } from "../reach.ts";
import type { Reading } from "../reading.ts";
import { defineRule, each, type Finding } from "../rule.ts";
import { clustersOf, type Item, type Subject, type View } from "../view.ts";
import { autostopOf, runningOf, type Workload } from "../workload.ts";

// A staging stack is often a copy of production on purpose, so it is left alone.
const playground = /(^|[^a-z])(dev|development|test|testing|qa|preview|review|sandbox|pr)([^a-z]|$)/i;
const production = /(^|[^a-z])(prod|production|live|prd)([^a-z]|$)/i;

/**
 * Whether the stack's name says that it is for trying things out. It is in every URN; where there is none, as of a live
 * app that nobody declared, nothing is known.
 */
function isPlayground({ resource }: Subject): boolean {
  const stack = /^urn:pulumi:([^:]+)::/.exec(resource.urn)?.[1] ?? "";
  return playground.test(stack) && !production.test(stack);
}

/** Only for HTTP does the proxy know when nobody asks: it puts neither a worker nor a database to sleep. */
function* awake(service: Reading): Generator<Finding> {
  const ports = service.at("ports").list();
  if (autostopOf(service) !== "off" || !ports.some((port) => handlersOf({ service, port }).includes("http"))) return;
  const { path, present } = service.at("autostop");
  yield { path, found: present ? "is off" : "is not set, which means off", wanted: "stop or suspend" };
}

function* many(group: Workload, most: number): Generator<Finding> {
  const count = group.machines().length;
  if (count > most) yield { path: "slots", found: `has ${count} machines`, wanted: `at most ${most}` };
}

function* large({ read }: Item): Generator<Finding> {
  const plan = read.at("plan");
  const [smallest, ...larger] = postgresPlanNames as readonly string[];
  const name = plan.text() ?? "";
  if (larger.includes(name)) yield { path: plan.path, found: `is ${name}`, wanted: `${smallest}` };
}

const isWorkload = (subject: Item): subject is Workload => "machines" in subject;

export const nonProductionSleep = defineRule({
  id: "FLY-CST-02",
  slug: "non-production-sleep",
  title: "What is not production can sleep, and stays small",
  priority: "P3",
  why: "A stack for trying things out that never sleeps costs as much as production, day and night, for as long as it is forgotten.",
  fix: {
    component: 'leave `http.autostop` at "stop", ask for fewer machines, and take the plan `basic`',
    resource: 'set `autostop: "stop"` and `autostart: true`, declare fewer slots, and take the plan `basic`',
    flyctl: '`auto_stop_machines = "stop"` under [http_service], `fly scale count`',
  },
  url: "https://fly.io/docs/launch/autostop-autostart/",
  rows: ["C3"],
  level: "stack",
  settings: {
    machines: { type: "integer", default: 10, minimum: 1, maximum: 1000, description: "Most machines of a group." },
  },
  subjects: (view: View): Item[] => [...runningOf(view), ...clustersOf(view)].filter(isPlayground),
  *check(subject, { settings }) {
    if (!isWorkload(subject)) return yield* large(subject);
    yield* each([() => many(subject, settings.machines)], (look) => look());
    yield* each(subject.services(), awake);
  },
});
