import { dataKindOf, runsServer } from "../data-image.ts";
import type { Reading } from "../reading.ts";
import { defineRule, each, type Finding } from "../rule.ts";
import { type Workload, workloadsOf } from "../workload.ts";

// What flyctl's own validation takes (fly/fly-toml.md §2), and where its documentation begins.
const [leastPercent, mostPercent, usualPercent] = [50, 99, 80];
const usualStepGb = 1;

/** A number that is said; 0 is how flyctl writes one that is not. */
const said = (reading: Reading) => reading.number() || undefined;

/** Which database would stop when its volume is full. */
const isDatabase = ({ config }: Workload) => dataKindOf(config.at("image").text()) === "disk" && runsServer(config);

function* whenFull(threshold: Reading): Generator<Finding> {
  const { path } = threshold;
  const percent = said(threshold);
  if (percent !== undefined && percent >= leastPercent && percent <= mostPercent) return;
  const found = percent === undefined ? "is not set, so the volume never grows" : `is ${percent}`;
  yield { path, found, wanted: `${leastPercent} to ${mostPercent} percent`, mend: { at: path, to: usualPercent } };
}

function* byHowMuch(step: Reading): Generator<Finding> {
  const { path } = step;
  if (said(step) !== undefined) return;
  const found = "is not set, so the volume never grows";
  yield { path, found, wanted: "GB to grow by", mend: { at: path, to: usualStepGb } };
}

/** By Fly's documentation nothing grows without a limit; by flyctl's code it grows without end. Neither is wanted. */
function* upTo(limit: Reading, mostGb: number): Generator<Finding> {
  const { path } = limit;
  const gb = said(limit);
  if (gb !== undefined && gb <= mostGb) return;
  const found = gb === undefined ? "is not set, so the volume grows without end, or never" : `is ${gb} GB`;
  yield { path, found, wanted: `at most ${mostGb} GB`, mend: { at: path, to: mostGb } };
}

function* judge(workload: Workload, mount: Reading, mostGb: number) {
  const [threshold, step, limit] = [mount.at("extendThresholdPercent"), mount.at("addSizeGb"), mount.at("sizeGbLimit")];
  if ([threshold, step, limit].some((part) => part.present)) {
    yield* each([() => whenFull(threshold), () => byHowMuch(step), () => upTo(limit, mostGb)], (look) => look());
  } else if (isDatabase(workload)) {
    const mend = [
      { at: threshold.path, to: usualPercent },
      { at: step.path, to: usualStepGb },
      { at: limit.path, to: mostGb },
    ];
    yield { path: threshold.path, found: "is not set, and a full volume stops the database", wanted: "growth", mend };
  }
}

export const volumeGrowth = defineRule({
  id: "FLY-VOL-06",
  slug: "volume-growth",
  title: "A volume that is to grow does, up to a limit, and a database's is to grow",
  priority: "P2",
  why: "A full disk stops a database, and growth of which one of the three numbers is missing does not happen, or has no end on the bill.",
  fix: {
    component: "set the three numbers of the mount by `raw.mounts` or `transform.processGroup`",
    resource: "set `extendThresholdPercent`, `addSizeGb` and `sizeGbLimit` of the mount",
    flyctl: "auto_extend_size_threshold, auto_extend_size_increment and auto_extend_size_limit under [mounts]",
  },
  url: "https://fly.io/docs/reference/configuration/",
  rows: ["B7"],
  level: "resource",
  remedy: "asked",
  settings: {
    mostGb: { type: "integer", default: 500, minimum: 1, maximum: 500, description: "Largest limit of growth, in GB." },
  },
  subjects: workloadsOf,
  *check(workload, { settings }) {
    yield* each(workload.config.at("mounts").list(), (mount) => judge(workload, mount, settings.mostGb));
  },
});
