import type { Reading } from "../reading.ts";
import { defineRule, each, type Finding } from "../rule.ts";
import { type Item, perView, type View, volumesOf } from "../view.ts";
import { isGroup, type Workload, workloadsOf } from "../workload.ts";

/** What a workload names its volumes by. */
const propertyOf = (workload: Workload) => (isGroup(workload) ? "slots" : "volume");

const sourcesOf = (workload: Workload) => workload.resource.madeFrom?.[propertyOf(workload)] ?? [];

const volumesByUrn = perView((view) => new Map(volumesOf(view).map((volume) => [volume.resource.urn, volume])));

/** Volumes of the program that the workload mounts. An id is not known before `up`, but what it is made from is. */
const mountedBy = (workload: Workload, view: View): Item[] =>
  sourcesOf(workload).flatMap((urn) => volumesByUrn(view).get(urn) ?? []);

/** The workloads that mount each volume, by its URN. */
const mountersOf = perView((view) =>
  Map.groupBy(
    workloadsOf(view).flatMap((workload) => mountedBy(workload, view).map((volume) => ({ workload, volume }))),
    ({ volume }) => volume.resource.urn,
  ),
);

/** A region's code, unless it is none and so might be anything. */
const codeOf = (region: Reading) => {
  const code = region.text() ?? "";
  return /^[a-z]{3}$/.test(code) ? code : "another region";
};

/** Beginning of a sentence about one of its volumes. */
const hasVolume = (workload: Workload, { resource }: Item) =>
  `${isGroup(workload) ? "has" : "is"} Volume ${resource.name}`;

function* ofAnotherApp(workload: Workload, volume: Item): Generator<Finding> {
  if (volume.read.at("app").text() === workload.app.text()) return;
  const found = `${hasVolume(workload, volume)}, which is another app's`;
  yield { path: propertyOf(workload), found, wanted: "a volume of the same app" };
}

function* sharedWith(workload: Workload, volume: Item, view: View): Generator<Finding> {
  // Said of those after the first, so that two that share are one finding.
  const [first] = mountersOf(view).get(volume.resource.urn) ?? [];
  if (first === undefined || first.workload.resource.urn === workload.resource.urn) return;
  const found = `${hasVolume(workload, volume)}, which ${first.workload.title} has already`;
  yield { path: propertyOf(workload), found, wanted: "a volume for each machine" };
}

/** Each volume is some machine's: where a region has more of them than machines to mount one, one is out of reach. */
function* outOfReach(workload: Workload, volumes: readonly Item[]): Generator<Finding> {
  if (volumes.length === 0) return;
  const places = workload.machines().filter(({ volume }) => volume.present);
  const path = propertyOf(workload);
  // An id that is not known is one of these volumes', unless another stack's may be among them.
  const unsure = places.filter(({ volume }) => volume.isUnknown).length;
  if (sourcesOf(workload).length === volumes.length && unsure > volumes.length) {
    yield { path, found: "has fewer Volumes than machines that mount one", wanted: "a volume for each machine" };
    return;
  }
  for (const [code, there] of Map.groupBy(volumes, ({ read }) => codeOf(read.at("region")))) {
    const machines = places.filter(({ region }) => codeOf(region) === code).length;
    const [extra] = there.slice(machines);
    if (extra === undefined) continue;
    const who = machines === 0 ? "no machine" : "too few machines";
    const found = `${hasVolume(workload, extra)} in ${code}, and ${who} there to mount it`;
    yield { path, found, wanted: "volume and machine in one region" };
  }
}

export const volumePlacement = defineRule({
  id: "FLY-VOL-05",
  slug: "volume-placement",
  title: "A volume is in the app and the region of its machine, and no other machine's",
  priority: "P1",
  why: "A volume lies on one host of one region and goes to one machine at a time: what asks for another is refused in the middle of `up`.",
  fix: {
    component: "give `volume.existing` volumes of the same app, in the region of their slots",
    resource: "make the Volume with the `app` and the `region` of the machine that mounts it, one for each",
    flyctl: "`fly volumes create <name> --app <app> --region <region>`, or `fly volumes fork <id> --region <region>`",
  },
  url: "https://fly.io/docs/volumes/overview/",
  rows: ["B7"],
  level: "stack",
  subjects: workloadsOf,
  *check(workload, { view }) {
    const volumes = mountedBy(workload, view);
    yield* each(volumes, (volume) => ofAnotherApp(workload, volume));
    yield* each(volumes, (volume) => sharedWith(workload, volume, view));
    yield* outOfReach(workload, volumes);
  },
});
