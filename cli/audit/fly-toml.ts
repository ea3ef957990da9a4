import { basename } from "node:path";
import { unknown } from "../../policies/reading.ts";
import type { Resource } from "../../policies/view.ts";
import { Trouble } from "../trouble.ts";
import { gigabytes, machineConfigOf, processesOf } from "./fly-toml-machine.ts";
import { type Placed, type Table, tablesAt } from "./fly-toml-service.ts";
import { Origins } from "./origin.ts";
import type { Sighting } from "./sighting.ts";
import { readToml } from "./toml-document.ts";

/** What stands for the app's name where the file leaves it to `fly deploy --app`. */
const unnamed = "(unnamed)";

/** Machines that flyctl makes of a group with services at the first deploy (flyctl, `--ha`). */
const firstMachines = 2;

/** What a fly.toml says, as resources: the app, each process group, the volumes it mounts. */
export function seenInFlyToml(file: string): Sighting {
  const document = readToml(file);
  const { content } = document;
  const whole: Placed = { table: content, path: [] };
  if (!known.some((key) => Object.hasOwn(content, key))) {
    throw new Trouble(
      `read ${file}: it is no fly.toml: it has none of ${known.slice(0, 4).join(", ")}. Name one with --toml`,
    );
  }
  const app = typeof content["app"] === "string" && content["app"] !== "" ? content["app"] : unnamed;
  const groups = Object.keys(processesOf(whole));
  const names = groups.length > 0 ? groups : ["app"];
  const main = names.includes("app") ? "app" : (names.toSorted()[0] as string);
  // A name that is not there cannot be judged, and what is in the app is told apart by it no less.
  const named = app === unnamed ? [] : [appOf(app)];
  const seen = [...named, ...names.map((name) => groupOf(whole, app, name, main)), ...volumesOf(whole, app)];
  const origins = new Map(seen.map(({ resource, origins }) => [resource, origins]));
  return {
    view: seen.map(({ resource }) => resource),
    source: "fly.toml",
    about: app === unnamed ? basename(file) : `${basename(file)} of app ${app}`,
    regions: [],
    place(resource, path) {
      const key = origins.get(resource)?.keyOf(path);
      return key && { key, location: { file, line: document.lineOf(key) } };
    },
  };
}

const known = [
  "app",
  "http_service",
  "services",
  "primary_region",
  "build",
  "processes",
  "mounts",
  "mount",
  "env",
  "vm",
];

interface Seen {
  readonly resource: Resource;
  readonly origins: Origins;
}

function made(type: string, name: string, urn: string, props: Table, origins: Origins): Seen {
  const resource = { type: `airworthy:index:${type}`, name, urn: `fly.toml ${urn}`, props, protect: false };
  origins.note("region", ["primary_region"]);
  origins.note("app", ["app"]);
  return { resource, origins };
}

function appOf(app: string): Seen {
  const origins = new Origins();
  origins.note("name", ["app"]);
  return made("App", app, `app ${app}`, { name: app }, origins);
}

/**
 * A process group with as many machines in the primary region as the file speaks of: the two of a first deploy, or the
 * minimum that is to keep running. Rules that ask how many there are, or where, do not judge this source.
 */
function groupOf(file: Placed, app: string, name: string, main: string): Seen {
  const origins = new Origins();
  const raw = machineConfigOf(file, name, main, origins);
  const volume = (raw["mounts"] as Table[] | undefined)?.[0]?.["name"];
  const services = raw["services"] as Table[];
  const least = services.map((service) => service["min_machines_running"]).filter((least) => typeof least === "number");
  const count = services.length === 0 ? 1 : Math.min(1000, Math.max(firstMachines, ...least));
  const slots = Array.from({ length: count }, (_, index) => {
    origins.note(`slots[${index}].region`, ["primary_region"]);
    return { name: `${name}-${index}`, region: regionOf(file), ...(volume !== undefined && { volume }) };
  });
  const props = { app, name, slots, raw, ...deployOf(file, origins) };
  return made("ProcessGroup", `${app}-${name}`, `group ${name}`, props, origins);
}

/** Where it is left out, the region is chosen at the deploy. */
const regionOf = ({ table }: Placed) => table["primary_region"] ?? unknown;

/** How the file wants a release to go out, as a program says it. */
function deployOf(file: Placed, origins: Origins): Table {
  const section = tablesAt(file, "deploy")[0];
  origins.note("deploy", section?.path ?? ["deploy"]);
  if (section === undefined) return {};
  // How many machines may be down at once means nothing without how many there are.
  const { strategy, wait_timeout, release_command } = section.table;
  const fields = {
    strategy,
    waitTimeout: wait_timeout,
    releaseCommand: typeof release_command === "string" ? [release_command] : undefined,
  };
  return { deploy: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) };
}

/** A place of what is downloaded once more when it is lost, which nobody keeps copies of. */
const isCache = ({ table }: Placed) => /(^|\/)\.?cache(\/|$)/.test(String(table["destination"]));

/** The volumes that flyctl makes for a mount. */
function volumesOf(file: Placed, app: string): Seen[] {
  const mounts = [...tablesAt(file, "mounts"), ...tablesAt(file, "mount")].filter((mount) => !isCache(mount));
  return mounts.map(({ table, path }) => {
    const origins = new Origins();
    const { source, initial_size, snapshot_retention, scheduled_snapshots } = table;
    const name = typeof source === "string" ? source : "data";
    origins.note("name", [...path, "source"]);
    origins.note("size_gb", [...path, "initial_size"]);
    origins.note("snapshot_retention", [...path, "snapshot_retention"]);
    origins.note("auto_backup_enabled", [...path, "scheduled_snapshots"]);
    const fields = {
      app,
      name,
      region: regionOf(file),
      sizeGb: gigabytes(initial_size ?? 1),
      snapshotRetention: snapshot_retention,
      autoBackupEnabled: scheduled_snapshots,
    };
    const props = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    return made("Volume", `${app}-${name}`, `volume ${name}`, props, origins);
  });
}
