import { defineRule } from "../rule.ts";
import { certainlyOf, secretsOf, someOf } from "../view.ts";
import { runningOf } from "../workload.ts";

export const secretsRoll = defineRule({
  id: "FLY-SEC-06",
  slug: "secrets-roll",
  title: "Machines are rolled when their secrets change",
  priority: "P2",
  why: "Setting a secret touches no running machine: after a rotation all of them go on with the old value, until something else rolls them.",
  fix: {
    component: "give the values to `secrets`, or the `version` of a Secrets beside it by `transform.processGroup`",
    resource: "set `minSecretsVersion: secrets.version`, of several Secrets the highest",
    flyctl: "`fly secrets deploy` after `fly secrets set --stage`",
  },
  url: "https://fly.io/docs/apps/secrets/",
  rows: ["A4"],
  level: "stack",
  // A job on a schedule takes the secrets that are there when it next starts.
  subjects: runningOf,
  *check({ app, read, resource }, { view }) {
    const { path, present } = read.at("minSecretsVersion");
    const all = secretsOf(view);
    if (!present) {
      if (!someOf(all, "app", app, () => true)) return;
      yield {
        path,
        found: "is not set, while the program sets secrets of the app",
        wanted: "`version` of its Secrets",
      };
      return;
    }
    // Known before the value is. Where nothing is said, as of a machine that no program made, there is nothing to follow.
    const followed = new Set(resource.madeFrom?.[path]);
    if (followed.size === 0) return;
    const missed = certainlyOf(all, app.text() ?? "").filter((secrets) => !followed.has(secrets.resource.urn));
    const [first] = missed.map((secrets) => secrets.resource.name);
    if (first === undefined) return;
    // The counter is the app's, but each Secrets knows it only as of its own last change (fly/api.md §11).
    yield {
      path,
      found: `does not follow Secrets ${first}`,
      wanted: "the highest `version` of all Secrets of the app",
    };
  },
});
