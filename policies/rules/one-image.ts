import { imageOf, isKept } from "../image.ts";
import { readable } from "../reading.ts";
import { defineRule, type Finding } from "../rule.ts";
import { perView, type View } from "../view.ts";
import { isGroup, runningOf, type Workload } from "../workload.ts";

/** What makes workloads of an app alike in a way that asks for one image. */
interface Family {
  readonly key: string;
  readonly priority: "P2" | "P3";
}

/** The group that flyctl counts a single machine to. */
const groupOf = (workload: Workload): string | undefined => {
  if (isGroup(workload)) return undefined;
  const labels = workload.config.at("metadata").entries();
  return labels.find(([key]) => key === "fly_process_group")?.[1].text();
};

/**
 * Machines of one group shall be alike. Other workloads only where image and tag are the same, or both have no tag: an
 * app's registry has one name for all it runs (`registry.fly.io/<app>`), and who builds several tells them apart by tags.
 */
function familiesOf(workload: Workload): Family[] {
  const reference = workload.config.at("image").text();
  const image = imageOf(reference);
  if (isKept(reference) || image.moves) return [];
  const app = workload.app.text() ?? "";
  const group = groupOf(workload);
  const alike: Family[] = group === undefined ? [] : [{ key: `${app} group ${group} ${image.name}`, priority: "P2" }];
  return image.pinned ? [...alike, { key: `${app} ${image.name}:${image.tag}`, priority: "P3" }] : alike;
}

/** The first of each family. */
const firstOf = perView((view: View) => {
  const first = new Map<string, Workload>();
  for (const workload of runningOf(view)) {
    for (const { key } of readable(() => familiesOf(workload)) ?? []) {
      if (!first.has(key)) first.set(key, workload);
    }
  }
  return first;
});

const referenceOf = ({ config }: Workload) => config.at("image").text();

export const oneImage = defineRule({
  id: "FLY-IMG-03",
  slug: "one-image",
  title: "Machines of an app that share an image run the same one",
  priority: "P2",
  why: "Two versions at once answer the same users and write the same data: what one writes the other may not read.",
  fix: {
    component: "leave `image` to the app, or tag what is built apart: `name:web@sha256:…`",
    resource: "give `config.image` the same digest, or tag what is built apart: `name:web@sha256:…`",
    flyctl: "`fly deploy`, which moves all groups to one image",
  },
  url: "https://fly.io/docs/launch/processes/",
  rows: ["C6"],
  level: "stack",
  subjects: runningOf,
  *check(workload, { view }): Generator<Finding> {
    for (const { key, priority } of familiesOf(workload)) {
      const first = firstOf(view).get(key) as Workload;
      if (referenceOf(first) === referenceOf(workload)) continue;
      const { path } = workload.config.at("image");
      yield { path, found: `is another version than that of ${first.title}`, wanted: "the same one", priority };
      return;
    }
  },
});
