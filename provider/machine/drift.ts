import { durationMs, formatDuration } from "../../fly/duration.ts";
import type { FlyMachine } from "../../fly/machine.ts";
import { differences } from "../diff.ts";
import type { Path, Value } from "../value.ts";

/** Config keys that hold a duration, which Fly may spell in another way than it was given. */
const durations = new Set(["interval", "timeout", "grace_period"]);

/** Maps whose keys people choose; elsewhere a key that was not there before is a new default of Fly's. */
const chosenKeys = new Set(["env", "metadata", "checks"]);

/** Parts of a config that are there only where somebody asked for them. */
const askedFor = new Set([
  "env",
  "services",
  "checks",
  "mounts",
  "files",
  "processes",
  "containers",
  "schedule",
  "standbys",
]);

/** Labels that flyctl and we rewrite, and that say nothing about what runs. */
const bookkeeping = /^(airworthy_|fly_(?!process_group$|platform_version$))/;

/** Environment that flyctl sets and Fly sets anyway (fly/api.md §9.4). */
export const flysOwn = /^FLY_/;

/**
 * What somebody changed in a machine: the differences from the config Fly echoed after our last write to the config it
 * shows now. Fly's own spelling, nulls, empty things and new defaults are no differences, nor is the volume's id,
 * which changes when Fly moves the volume to another host, nor the image where the program keeps what runs.
 */
export function configDrift(observed: unknown, live: unknown, keepsImage = false): Path[] {
  return differences(plain(withoutMarks(observed)) as Value, plain(withoutMarks(live)) as Value)
    .filter(({ path, kind }) => kind !== "add" || isAddition(path))
    .map(({ path }) => path)
    .filter(([top, , leaf]) => !(top === "mounts" && mountFacts.has(String(leaf))))
    .filter(([top]) => !(top === "image" && keepsImage));
}

/** Whether an earlier run saw the machine come up with the config it has, and kept what Fly echoed of it. */
export const isProven = (live: FlyMachine, observed: unknown): boolean =>
  observed !== undefined && tagIn(live.config) === tagIn(observed);

const tagIn = (config: unknown) => (config as Labelled)?.metadata?.["airworthy_config"];
type Labelled = { env?: Names; metadata?: Names } | null | undefined;
type Names = Record<string, string> | null;

/** A config without what is written by flyctl or by us and is no part of what runs. */
function withoutMarks(config: unknown): unknown {
  if (config === null || typeof config !== "object") return config;
  const { env, metadata } = config as NonNullable<Labelled>;
  return { ...config, env: without(env, flysOwn), metadata: without(metadata, bookkeeping) };
}

/** A map without the keys of a kind. */
export const without = (map: Record<string, string> | null | undefined, kind: RegExp): Record<string, string> =>
  Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => !kind.test(key)));

const isAddition = ([top, ...rest]: Path) =>
  rest.length === 0
    ? askedFor.has(String(top))
    : typeof rest.at(-1) === "number" || (rest.length === 1 && chosenKeys.has(String(top)));

/** What Fly says of the mounted volume beside what was declared of the mount. */
const mountFacts = new Set(["volume", "name", "size_gb", "encrypted"]);

/** A config in one spelling: durations as Go prints them, nothing that is null or empty. */
function plain(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => plain(item));
  if (durations.has(key)) {
    const ms = durationMs(value);
    if (ms !== undefined) return formatDuration(ms);
  }
  if (key === "autostop" && typeof value === "boolean") return value ? "stop" : "off";
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, item]) => [name, plain(item, name)] as const)
      .filter(([, item]) => !isNothing(item)),
  );
}

const isNothing = (value: unknown) =>
  value === null || value === undefined || (typeof value === "object" && Object.keys(value).length === 0);
