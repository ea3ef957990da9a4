import { defineRule, each, type Finding } from "../rule.ts";
import { appsOf, type Item } from "../view.ts";
import { groupsOf, type Workload } from "../workload.ts";

const isGroup = (subject: Item): subject is Workload => "machines" in subject;

function* judgeName({ read }: Item, mostCharacters: number): Generator<Finding> {
  const name = read.at("name");
  const { path } = name;
  const text = name.text() ?? "";
  if (text.length > mostCharacters) {
    yield { path, found: `has ${text.length} characters`, wanted: `at most ${mostCharacters}` };
  } else if (!/^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(text)) {
    // It is part of host names: <app>.fly.dev, <app>.internal.
    yield { path, found: "is no part of a host name", wanted: "lowercase letters, digits, and dashes between them" };
  }
}

/** Labels by which flyctl knows its machines (fly/fly-toml.md §3). The provider writes them; `raw` comes last. */
function* judgeLabels({ read }: Workload) {
  const labels = { fly_process_group: read.at("name").text() ?? "", fly_platform_version: "v2" };
  yield* each(Object.entries(labels), function* ([key, to]) {
    const label = read.at(`raw.metadata.${key}`);
    const { path } = label;
    if (!label.present || label.text() === to) return;
    yield { path, found: "hides the machines from flyctl", wanted: "what the provider writes", mend: { at: path, to } };
  });
}

export const namesAndLabels = defineRule({
  id: "FLY-ORG-03",
  slug: "names-and-labels",
  title: "Apps and machines are found by their names and labels",
  priority: "P3",
  why: "`fly status` and `fly deploy` know a machine by flyctl's labels only, and an app's name is part of its host names.",
  fix: {
    component: "take flyctl's labels out of `raw.metadata`, and give `appName` a name that is a host name's",
    resource: "take flyctl's labels out of `raw.metadata`; a changed name makes the app anew",
    flyctl: "`fly apps create <name>`; for a label `fly machine update <id> --metadata fly_process_group=<group>`",
  },
  url: "https://fly.io/docs/launch/processes/",
  rows: ["D2"],
  level: "resource",
  remedy: "safe",
  settings: {
    mostCharacters: {
      type: "integer",
      default: 63,
      minimum: 10,
      maximum: 63,
      description: "Longest name of an app, in characters; Fly's limit is 63.",
    },
  },
  subjects: (view): Item[] => [...appsOf(view), ...groupsOf(view)],
  *check(subject, { settings }) {
    yield* isGroup(subject) ? judgeLabels(subject) : judgeName(subject, settings.mostCharacters);
  },
});
