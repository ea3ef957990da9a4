import { type FlyMachine, isReachable, mountedVolume } from "../../fly/machine.ts";
import { configDrift, isProven } from "../machine/drift.ts";
import { failed } from "../machine/gate.ts";
import { keepsImage } from "../machine/image.ts";
import { carries } from "../machine/label.ts";
import type { MachineRecord } from "../machine/record.ts";
import type { Fleet } from "./fleet.ts";
import { isLost } from "./host-failure.ts";
import type { GroupInputs, SlotInputs } from "./schema.ts";
import { isPlaced, keepsVolume } from "./slot.ts";

/** What tells whether a slot's machine is as declared. */
export interface Standing {
  inputs: GroupInputs;
  fleet: Fleet;
  /** Each slot's config as Fly echoed it after our last write. */
  observed: Record<string, unknown>;
  /** What the state has of each slot's machine. */
  records: Record<string, MachineRecord | undefined>;
}

/**
 * What has to be done to a slot, if anything: `move` gives it another machine before the old one goes, `recreate`
 * after, and `restore` makes one from the last snapshot of a volume whose host is lost.
 */
export type Step = "create" | "update" | "move" | "recreate" | "restore";

/** What a slot's machine lacks of what is declared. */
export function stepFor({ inputs, fleet, observed, records }: Standing, slot: SlotInputs): Step | undefined {
  const live = fleet.bySlot.get(slot.name);
  if (live === undefined) return "create";
  if (isLost(live, slot) && inputs.deploy.hostFailure === "replace-from-snapshot") return "restore";
  const isRemounted = isReachable(live) && !keepsVolume(live, slot, records[slot.name]);
  if (!isPlaced(live, slot) || isRemounted) return slot.volume === undefined ? "move" : "recreate";
  if (!carries(live, inputs, slot)) return "update";
  // What the host cannot be asked about is no drift, and what no run saw come up has nothing to drift from.
  if (!isReachable(live)) return undefined;
  if (!isProven(live, observed[slot.name])) return failed.includes(live.state) ? "recreate" : undefined;
  return configDrift(observed[slot.name], live.config, keepsImage(inputs.config)).length > 0 ? "update" : undefined;
}

/** The volume a slot's machine is to mount: the declared one, or the one that stands for it. */
export const volumeFor = (live: FlyMachine, slot: SlotInputs, record: MachineRecord | undefined): string | undefined =>
  keepsVolume(live, slot, record) ? mountedVolume(live) : slot.volume;

/** Whether a slot has a machine that no run saw come up with the config it has. */
export function isUnproven({ fleet, observed }: Pick<Standing, "fleet" | "observed">, name: string): boolean {
  const live = fleet.bySlot.get(name);
  return live !== undefined && isReachable(live) && !isProven(live, observed[name]);
}

/** Whether nothing has to be done to a slot, and its machine was seen to come up. */
export const isAsDeclared = (standing: Standing, slot: SlotInputs): boolean =>
  stepFor(standing, slot) === undefined && !isUnproven(standing, slot.name);

/** Whether anything but the machines' labels differs, so that the release counts up. */
export const isNewRelease = ({ inputs, fleet }: Standing) =>
  inputs.slots.some((slot) => {
    const live = fleet.bySlot.get(slot.name);
    return live !== undefined && !carries(live, inputs, slot);
  });

/** Whether some machine has what is declared already, so that the release has begun. */
export const hasBegun = ({ inputs, fleet }: Standing) =>
  inputs.slots.some((slot) =>
    [fleet.bySlot.get(slot.name), ...(fleet.greens.get(slot.name) ?? [])].some(
      (live) => live !== undefined && carries(live, inputs, slot),
    ),
  );

/** A machine that was made to take the slot's place and has what is declared. */
export const usableGreen = ({ inputs, fleet }: Standing, slot: SlotInputs): FlyMachine | undefined =>
  fleet.greens.get(slot.name)?.find((live) => carries(live, inputs, slot) && isPlaced(live, slot));
