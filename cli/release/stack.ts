import { Trouble } from "../trouble.ts";
import { ask, type Place } from "./pulumi.ts";

/** A release as the stack's state keeps it (provider/process-group/release.ts); what is optional old states lack. */
export interface Release {
  version: number;
  at?: string;
  image?: string;
  imageDigest?: string;
  config: { image: string } & Record<string, unknown>;
  raw?: Record<string, unknown>;
  strategy?: string;
  ofRelease?: number;
}

/** A process group of the stack. */
export interface Group {
  /** `<app>/<group>`, as `airworthy:pins` names it. */
  name: string;
  /** Number of the release that runs. */
  running: number;
  /** Newest first. */
  releases: Release[];
  /** Release at which the configuration holds it. */
  pin: number | undefined;
  /** Places of its config that the program marked as secret, as `config.env.KEY`. */
  secrets: ReadonlySet<string>;
}

export interface Stack {
  name: string;
  groups: Group[];
  /** All that `airworthy:pins` holds, groups of this stack or not. */
  pins: Record<string, number>;
}

interface Resource {
  urn: string;
  type: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

/** Reads state and configuration of a stack. The state comes with its secrets, through a pipe, and stays in this process. */
export async function readStack(place: Place): Promise<Stack> {
  const exported = await ask(place, "read the stack", ["stack", "export", "--show-secrets"]);
  const config = await ask(place, "read the stack's configuration", ["config", "--json"]);
  const pins = pinsIn(JSON.parse(config));
  const { deployment } = JSON.parse(exported) as { deployment?: { resources?: Resource[] } };
  const resources = (deployment?.resources ?? []).filter(({ type }) => type === "airworthy:index:ProcessGroup");
  const groups = resources.flatMap((resource) => groupOf(resource, pins));
  const [, , name = ""] = deployment?.resources?.[0]?.urn.split(/::?/) ?? [];
  return { name, groups: groups.sort((one, other) => (one.name < other.name ? -1 : 1)), pins };
}

function pinsIn(config: Record<string, { value?: string } | undefined>): Record<string, number> {
  try {
    return JSON.parse(config["airworthy:pins"]?.value ?? "{}");
  } catch {
    throw new Trouble("read the stack's configuration: airworthy:pins is no JSON object; `pulumi config` shows it");
  }
}

function groupOf({ inputs, outputs }: Resource, pins: Record<string, number>): Group[] {
  const secrets = new Set<string>();
  for (const properties of [inputs, outputs]) opened(properties, [], secrets);
  const { app, name, release, releases } = opened(outputs ?? {}) as Record<string, unknown>;
  // One that never came to be has no outputs.
  if (release === undefined) return [];
  const full = `${app}/${name}`;
  const { version } = release as { version: number };
  return [{ name: full, running: version, releases: (releases ?? []) as Release[], pin: pins[full], secrets }];
}

const signature = "4dabf18193072939515e22adb298388d";

/** The value without the engine's marks of secrets, and the places at which there was one. */
function opened(value: unknown, path: string[] = [], secrets = new Set<string>()): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((item, index) => opened(item, [...path, String(index)], secrets));
  const { [signature]: mark, plaintext } = value as Record<string, unknown>;
  if (mark !== undefined) {
    secrets.add(path.join("."));
    return typeof plaintext === "string" ? opened(JSON.parse(plaintext), path, secrets) : undefined;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, opened(item, [...path, key], secrets)]));
}

/** The groups of those names, `<app>/<group>` or the group alone; all where none is named. */
export function groupsNamed(stack: Stack, names: readonly string[]): Group[] {
  const { groups } = stack;
  if (groups.length === 0) throw new Trouble(`stack ${stack.name} has no process group`.replace("  ", " "));
  if (names.length === 0) return groups;
  return names.flatMap((name) => {
    const found = groups.filter((group) => group.name === name || group.name.endsWith(`/${name}`));
    if (found.length === 1) return found;
    const all = groups.map((group) => group.name).join(", ");
    throw new Trouble(
      `--group ${name}: ${found.length === 0 ? "no group is called so" : "several are"}; there are ${all}`,
    );
  });
}
