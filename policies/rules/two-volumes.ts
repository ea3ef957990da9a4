import { defineRule } from "../rule.ts";
import { type Item, volumesOf } from "../view.ts";
import { groupsOf, isSingleWriter, type Workload } from "../workload.ts";

const isGroup = (subject: Item): subject is Workload => "machines" in subject;

export const twoVolumes = defineRule({
  id: "FLY-VOL-04",
  slug: "two-volumes",
  title: "A group with data has two or more volumes, on different hardware",
  priority: "P1",
  why: "A volume lies on one host and is not replicated: when that host fails, the data is what the last snapshot has.",
  fix: {
    component: "ask for two or more machines in `groups.<name>.regions`, and replicate the data between them",
    resource: "give each of two or more slots a Volume of its own, and leave `requireUniqueZone` on",
    flyctl: "`fly volumes create <name> --count 2 --require-unique-zone`",
  },
  url: "https://fly.io/docs/volumes/overview/",
  rows: ["B7"],
  level: "stack",
  settings: {
    volumes: { type: "integer", default: 2, minimum: 1, maximum: 1000, description: "Least volumes of a group." },
  },
  subjects: (view): Item[] => [...groupsOf(view), ...volumesOf(view)],
  *check(subject, { settings }) {
    if (isGroup(subject)) {
      // Whether there is a volume is known even where its id is not.
      const count = subject.machines().filter(({ volume }) => volume.present).length;
      if (count === 0 || count >= settings.volumes || isSingleWriter(subject)) return;
      const found = `has ${count} ${count === 1 ? "volume" : "volumes"}`;
      yield { path: "slots", found, wanted: `at least ${settings.volumes}` };
    } else {
      const apart = subject.read.at("requireUniqueZone");
      if (apart.flag() === false) yield { path: apart.path, found: "is false", wanted: "true" };
    }
  },
});
