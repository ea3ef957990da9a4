import { type FlyMachine, isReachable } from "../../fly/machine.ts";
import type { Context, Existing, Found, Known } from "../lifecycle.ts";
import { configDrift, isProven } from "../machine/drift.ts";
import { keepsImage } from "../machine/image.ts";
import { Overlay } from "../machine/overlay.ts";
import { type MachineRecord, recordOf } from "../machine/record.ts";
import { type Properties, pathText, type Value } from "../value.ts";
import { folded, unfolded } from "./echo.ts";
import type { Fleet } from "./fleet.ts";
import { imageOfRelease, releasesIn } from "./release.ts";
import { type GroupInputs, groupOutputs } from "./schema.ts";
import { isPlaced } from "./slot.ts";
import { isUnproven, type Standing } from "./step.ts";

/** The machines by slot as the state remembers them. */
export const recordsOf = (outputs: Properties | undefined) =>
  (outputs?.["machines"] ?? {}) as unknown as Record<string, MachineRecord | undefined>;

/**
 * The group as the state keeps it after a rollout, or after half of one.
 *
 * @param inputs - what the machines are to run, which the program may say otherwise: after going back, and while the
 * group is held at a release
 */
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
      config: inputs.config as unknown as Value,
      ...(inputs.raw !== undefined && { raw: inputs.raw as Value }),
      machines: machines as unknown as Value,
      machineIds: inputs.slots.flatMap(({ name }) => machines[name]?.id ?? []),
      release: { version: release, image: imageOfRelease(inputs, fleet) },
      observed: folded(observed),
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
  const observed = unfolded(known.outputs["observed"]);
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
    const region = isPlaced(record, slot) ? slot.region : record.region;
    return [{ ...slot, region, ...(record.volume === undefined ? {} : { volume: record.volume }) }];
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
    unended: unendedRollout({ inputs, fleet, observed }, known.outputs),
  };
}

/** What is left of a rollout that ended early: the state's last release is none of those it completed, or a machine is of none. */
function unendedRollout(seen: Omit<Standing, "records">, outputs: Properties): string | undefined {
  const { inputs, fleet } = seen;
  const { version } = outputs["release"] as { version: number };
  const isComplete = releasesIn(outputs).some((release) => release.version === version);
  const unproven = inputs.slots.map(({ name }) => name).filter((name) => isUnproven(seen, name));
  const left = fleet.greens.size + fleet.beside.length + [...fleet.bySlot.values()].filter(isHidden).length;
  if (isComplete && unproven.length === 0 && left === 0) return undefined;
  const which = unproven.length === 0 ? "" : ` (${unproven.join(", ")})`;
  return `the last rollout of ${inputs.name} ended early${which}. Run \`pulumi up\` to go on with what is declared`;
}

/** A machine of the group that is cordoned was so by a run that died. */
const isHidden = ({ cordoned }: FlyMachine) => cordoned === true;
