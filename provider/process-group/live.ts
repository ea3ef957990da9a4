import { isReachable } from "../../fly/machine.ts";
import type { Context, Existing, Found, Known } from "../lifecycle.ts";
import { configDrift, isProven } from "../machine/drift.ts";
import { keepsImage, mostCommon } from "../machine/image.ts";
import { Overlay } from "../machine/overlay.ts";
import { type MachineRecord, recordOf } from "../machine/record.ts";
import { type Properties, pathText, type Value } from "../value.ts";
import { type Fleet, imagesOf } from "./fleet.ts";
import { isUnproven } from "./rollout.ts";
import { type GroupInputs, groupOutputs } from "./schema.ts";

/** The machines by slot as the state remembers them. */
export const recordsOf = (outputs: Properties | undefined) =>
  (outputs?.["machines"] ?? {}) as unknown as Record<string, MachineRecord | undefined>;

/** A release as the state keeps it, for going back to it. */
interface Release {
  version: number;
  config: GroupInputs["config"];
  raw?: GroupInputs["raw"];
}

/** The image a group runs: where it keeps what runs, the one that most of its machines have. */
const imageOfRelease = (inputs: GroupInputs, fleet: Fleet): string =>
  keepsImage(inputs.config)
    ? (mostCommon(Object.values(imagesOf(fleet, inputs.slots))) ?? inputs.config.image)
    : inputs.config.image;

/** The releases to keep once another is complete, newest first. Their config may hold secrets, so they are one. */
export function releasesWith(
  inputs: GroupInputs,
  fleet: Fleet,
  version: number,
  before: Properties | undefined,
): Value {
  const { raw, deploy } = inputs;
  const config = { ...inputs.config, image: imageOfRelease(inputs, fleet) };
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
      release: { version: release, image: imageOfRelease(inputs, fleet) },
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
      return live === undefined ? [] : [[name, recordOf(live, before[name])]];
    }),
  );
}

/**
 * The group as it is at Fly, in a program's terms: what somebody changed stands in the inputs with its live value, so
 * that `refresh` and the next preview print it at the place where the program declares it. What a rollout that ended
 * early has changed is no drift: the state may not know its config at all, with the secrets in it.
 */
export function found(context: Context, id: string, fleet: Fleet, known: Known): Found {
  const inputs = structuredClone(known.inputs) as unknown as GroupInputs;
  const observed = (known.outputs["observed"] ?? {}) as Record<string, unknown>;
  const machines = recordMachines(inputs.slots, fleet, recordsOf(known.outputs));
  const config = new Overlay(inputs.config);
  const { version } = known.outputs["release"] as { version: number };
  for (const { name } of inputs.slots) {
    const live = fleet.bySlot.get(name);
    if (live === undefined || !isReachable(live) || !isProven(live, observed[name])) continue;
    const drift = configDrift(observed[name], live.config, keepsImage(inputs.config));
    config.put(drift, live.config as Value);
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
  const own = Object.keys(groupOutputs.shape).flatMap((name) =>
    name in known.outputs ? [[name, known.outputs[name]]] : [],
  );
  const outputs = {
    ...Object.fromEntries(own),
    machines,
    machineIds: present.map(({ name }) => machines[name]?.id),
    ...(keepsImage(inputs.config) && { release: { version, image: imageOfRelease(inputs, fleet) } }),
  };
  return {
    id,
    inputs: { ...known.inputs, config: inputs.config, slots: [...present, ...excess] } as unknown as Properties,
    outputs: outputs as unknown as Properties,
    secrets: config.secrets.map((path) => ["config", ...path]),
    unended: unendedRollout(inputs, fleet, known.outputs),
  };
}

/** What is left of a rollout that ended early: the state's last release is none of those it completed, or a machine is of none. */
function unendedRollout(inputs: GroupInputs, fleet: Fleet, outputs: Properties): string | undefined {
  const observed = (outputs["observed"] ?? {}) as Record<string, unknown>;
  const { version } = outputs["release"] as { version: number };
  const isComplete = ((outputs["releases"] ?? []) as unknown as Release[]).some(
    (release) => release.version === version,
  );
  const unproven = inputs.slots.map(({ name }) => name).filter((name) => isUnproven({ fleet, observed }, name));
  if (isComplete && unproven.length === 0) return undefined;
  const which = unproven.length === 0 ? "" : ` (${unproven.join(", ")})`;
  return `the last rollout of ${inputs.name} ended early${which}. Run \`pulumi up\` to go on with what is declared`;
}
