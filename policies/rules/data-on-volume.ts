import { commandOf } from "../command.ts";
import { dataKindOf, runsServer } from "../data-image.ts";
import { readable } from "../reading.ts";
import { defineRule, type Priority } from "../rule.ts";
import { runningOf, type Workload } from "../workload.ts";

const keeps = /--appendonly\s+yes|--save\s+["']?\d/;
const forgets = /--appendonly\s+no|--save\s+(["']{2}|--|$)|--maxmemory-policy\s+(allkeys|volatile)-/;

/** How much is lost of what is kept in memory: nothing of a cache, which says so by its command or its name. */
function lossOf({ app, read, config }: Workload): Priority | undefined {
  const words = commandOf(config).map((word) => word.text() ?? "");
  const command = words.join(" ").trimEnd();
  if (keeps.test(command)) return "P1";
  const names = [app, read.at("name")].map((name) => readable(() => name.text()) ?? "");
  return forgets.test(command) || names.some((name) => name.includes("cache")) ? undefined : "P3";
}

export const dataOnVolume = defineRule({
  id: "FLY-VOL-08",
  slug: "data-on-volume",
  title: "Databases keep their data on a volume",
  priority: "P1",
  why: "A machine's own disk is made anew from the image with every update: what was written to it is gone.",
  fix: {
    component: "give the group a `volume` at the path where the image keeps its data",
    resource: "set `config.mounts` and give each slot a Volume",
    flyctl: "[mounts] with source and destination",
  },
  url: "https://fly.io/docs/volumes/overview/",
  rows: ["B7"],
  level: "resource",
  // A job on a schedule uses the image for the tools in it.
  subjects: runningOf,
  *check(workload) {
    const { config } = workload;
    const mounts = config.at("mounts");
    if (mounts.isUnknown || mounts.list().length > 0) return;
    const kind = dataKindOf(config.at("image").text());
    if (kind === undefined || !runsServer(config)) return;
    const priority = kind === "disk" ? "P1" : lossOf(workload);
    if (priority === undefined) return;
    const [what, wanted] =
      kind === "disk" ? ["is", "a volume"] : ["may be", "a volume, unless it is a cache that says so"];
    yield { path: mounts.path, found: `is empty, and the image ${what} a database`, wanted, priority };
  },
});
