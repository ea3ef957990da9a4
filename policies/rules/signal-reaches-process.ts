import { commandOf, scriptOf } from "../command.ts";
import { defineRule } from "../rule.ts";
import { runningOf } from "../workload.ts";

const quoted = /'[^']*'|"(?:\\.|[^"\\])*"/g;
// A shell that has one command to run becomes it, since dash 0.5.11 too; one with several waits for them.
const several = /[;|\n]|&&|(^|[^>&])&(?![>&])/;
const passesOn = /\b(exec|trap|wait)\b/;

export const signalReachesProcess = defineRule({
  id: "FLY-SHD-03",
  slug: "signal-reaches-process",
  title: "The signal to stop reaches the process, not a shell in front of it",
  priority: "P3",
  why: "Fly signals the process that it started. A shell does not pass that on: the server behind it is killed with its requests.",
  fix: {
    component: 'write `exec` before the last command: `["sh", "-c", "bin/migrate && exec bin/web"]`',
    resource: 'write `exec` before the last command: `["sh", "-c", "bin/migrate && exec bin/web"]`',
    flyctl: "`exec` before the last command of the process under [processes], or in the image's CMD",
  },
  url: "https://fly.io/docs/blueprints/long-running-tasks/",
  rows: ["C2"],
  level: "resource",
  // A job on a schedule ends by itself.
  subjects: runningOf,
  *check({ config }) {
    const script = scriptOf(commandOf(config));
    if (script === undefined) return;
    const bare = (script.text() ?? "").replace(quoted, "").replace(/[;\s]+$/, "");
    if (!several.test(bare) || passesOn.test(bare)) return;
    yield {
      path: script.path,
      found: "leaves a shell in front of the process",
      wanted: "`exec` before the last command",
    };
  },
});
