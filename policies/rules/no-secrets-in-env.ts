import { isWatched, type Suspicion, suspicion } from "../credential.ts";
import type { Reading } from "../reading.ts";
import { defineRule, each, type Finding } from "../rule.ts";
import { type Workload, workloadsOf } from "../workload.ts";

const verdicts: Record<Suspicion, Pick<Finding, "found" | "priority">> = {
  certain: { found: "holds what looks like a credential by name and by value", priority: "P1" },
  shape: { found: "holds what looks like a credential by its value", priority: "P2" },
  name: { found: "has the name of a credential", priority: "P3" },
};

/** The environments of machines: its own, and those that `raw` gives to processes and containers. */
function* environments({ config }: Workload, kind: string): Generator<Reading> {
  if (kind === "env") yield config.at("env");
  else for (const item of config.at(kind).list()) yield item.at("env");
}

function* judge([name, reading]: [string, Reading]): Generator<Finding> {
  // An unknown value is of interest only where its name says so: most of them are host names and ids.
  if (reading.isUnknown && !isWatched(name)) return;
  const found = suspicion(name, reading.text() ?? "");
  if (found) yield { path: reading.path, ...verdicts[found], wanted: "a secret of the app" };
}

export const noSecretsInEnv = defineRule({
  id: "FLY-SEC-01",
  slug: "no-secrets-in-env",
  title: "No credentials in the environment of machines",
  priority: "P1",
  why: "Everybody who may read the machine, and everything that keeps its config, reads the credential.",
  fix: {
    component: "move it from `env` to `secrets`",
    resource: "move it from `config.env` to the `values` of a Secrets resource",
    flyctl: "`fly secrets set NAME=…` and take NAME out of [env]",
  },
  url: "https://fly.io/docs/apps/secrets/",
  rows: ["A2"],
  level: "resource",
  subjects: workloadsOf,
  *check(workload) {
    yield* each(["env", "processes", "containers"], (kind) =>
      each(environments(workload, kind), (environment) => each(environment.entries(), judge)),
    );
  },
});
