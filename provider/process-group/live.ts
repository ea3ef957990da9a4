import { isReachable, mountedVolume } from "../../fly/machine.ts";
import type { Context, Existing, Found, Known } from "../lifecycle.ts";
import { type Path, type Properties, pathText, type Value } from "../value.ts";
import { configDrift } from "./drift.ts";
import type { Fleet } from "./fleet.ts";
import type { GroupInputs } from "./schema.ts";
import { fromWire } from "./wire.ts";

/** What the state keeps of one machine; `formerVolumes` are ids its volume had before Fly moved it. */
interface MachineRecord {
  id: string;
  region: string;
  instanceId: string;
  privateIp: string;
  volume?: string;
  formerVolumes?: string[];
}

/** The machines by slot as the state remembers them. */
export const recordsOf = (outputs: Properties | undefined) =>
  (outputs?.["machines"] ?? {}) as unknown as Record<string, MachineRecord | undefined>;

/** A release as the state keeps it, for going back to it. */
interface Release {
  version: number;
  config: GroupInputs["config"];
  raw?: GroupInputs["raw"];
}

/** The releases to keep once another is complete, newest first. Their config may hold secrets, so they are one. */
export function releasesWith(inputs: GroupInputs, version: number, before: Properties | undefined): Value {
  const { config, raw, deploy } = inputs;
  const earlier = ((before?.["releases"] ?? []) as unknown as Release[]).filter(
    (release) => release.version !== version,
  );
  const latest: Release = { version, config, ...(raw === undefined ? {} : { raw }) };
  return [latest, ...earlier].slice(0, deploy.keepReleases) as unknown as Value;
}

/** The group as the state keeps it after a rollout, or after half of one. */
export function existing(
  inputs: GroupInputs,
  fleet: Fleet,
  observed: Record<string, unknown>,
  release: number,
  before: Properties | undefined,
): Existing {
  const machines = recordMachines(inputs.slots, fleet, recordsOf(before));
  return {
    id: `${inputs.app}/${inputs.name}`,
    outputs: {
      machines: machines as unknown as Value,
      machineIds: inputs.slots.flatMap(({ name }) => machines[name]?.id ?? []),
      release: { version: release, image: inputs.config.image },
      observed: observed as Value,
      releases: before?.["releases"] ?? [],
    },
  };
}

function recordMachines(
  slots: readonly { name: string }[],
  fleet: Fleet,
  before: Record<string, MachineRecord | undefined>,
): Record<string, MachineRecord> {
  return Object.fromEntries(
    slots.flatMap(({ name }): [string, MachineRecord][] => {
      const live = fleet.bySlot.get(name);
      if (live === undefined) return [];
      const { id, region, instance_id: instanceId } = live;
      const volume = isReachable(live) ? mountedVolume(live) : before[name]?.volume;
      const former = formerVolumes(before[name], id, volume);
      return [
        [
          name,
          {
            id,
            region,
            instanceId,
            privateIp: live.private_ip ?? "",
            ...(volume === undefined ? {} : { volume }),
            ...(former.length === 0 ? {} : { formerVolumes: former }),
          },
        ],
      ];
    }),
  );
}

/** The same machine with another volume was moved by Fly: nobody can give a machine another volume by hand. */
function formerVolumes(before: MachineRecord | undefined, id: string, volume: string | undefined): string[] {
  if (before === undefined || before.id !== id) return [];
  const former = before.formerVolumes ?? [];
  return before.volume === undefined || before.volume === volume ? former : [...former, before.volume];
}

/**
 * The group as it is at Fly, in a program's terms: what somebody changed stands in the inputs with its live value, so
 * that `refresh` and the next preview print it at the place where the program declares it.
 */
export function found(context: Context, id: string, fleet: Fleet, known: Known): Found {
  const inputs = structuredClone(known.inputs) as unknown as GroupInputs;
  const observed = (known.outputs["observed"] ?? {}) as Record<string, unknown>;
  const machines = recordMachines(inputs.slots, fleet, recordsOf(known.outputs));
  for (const { name } of inputs.slots) {
    const live = fleet.bySlot.get(name);
    if (live === undefined || !isReachable(live) || observed[name] === undefined) continue;
    const drift = configDrift(observed[name], live.config);
    for (const path of drift) overlay(inputs.config, path, at(live.config, path));
    if (drift.length > 0) {
      const what = drift.map((path) => pathText(["config", ...path])).join(", ");
      context.warn(`machine ${live.id} (${inputs.name}/${name}) was changed at Fly: ${what}`);
    }
  }
  const present = inputs.slots.flatMap((slot) => {
    const record = machines[slot.name];
    if (record === undefined) return [];
    return [{ ...slot, region: record.region, ...(record.volume === undefined ? {} : { volume: record.volume }) }];
  });
  const excess = fleet.excess.map(({ id: machine, region }) => ({ name: machine, region }));
  const outputs = { ...known.outputs, machines, machineIds: present.map(({ name }) => machines[name]?.id) };
  return {
    id,
    inputs: { ...known.inputs, config: inputs.config, slots: [...present, ...excess] } as unknown as Properties,
    outputs: outputs as unknown as Properties,
  };
}

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((node, part) => (node as Record<string, unknown> | undefined)?.[part], value);

/** Puts a live value, in Fly's spelling, at the place in the inputs where the program would declare it. */
function overlay(config: object, wirePath: Path, value: unknown): void {
  const path = inputPath(wirePath);
  const last = path.at(-1) ?? "";
  let node = config as Record<string | number, unknown>;
  for (const part of path.slice(0, -1)) {
    node[part] ??= {};
    node = node[part] as typeof node;
  }
  if (value === undefined && Array.isArray(node)) node.splice(Number(last), 1);
  else if (value === undefined) delete node[last];
  else node[last] = fromWire(value);
}

/** Only names that are Fly's are respelt, not those that users chose. */
function inputPath([top, ...rest]: Path): Path {
  const spell = (part: string | number) =>
    typeof part === "string" ? (Object.keys(fromWire({ [part]: 0 }) as object)[0] ?? part) : part;
  if (top === "env" || top === "metadata") return [top, ...rest];
  if (top === "checks") return [top, ...rest.map((part, index) => (index === 0 ? part : spell(part)))];
  return [top ?? "", ...rest].map(spell);
}
