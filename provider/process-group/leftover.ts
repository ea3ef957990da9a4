import { type FlyMachine, metadataOf } from "../../fly/machine.ts";
import { carries } from "../machine/label.ts";
import { destroy } from "../machine/write.ts";
import { rise } from "./member.ts";
import type { Rollout } from "./rollout.ts";
import type { SlotInputs } from "./schema.ts";
import { stepFor, usableGreen } from "./step.ts";
import { settled } from "./window.ts";

/**
 * Ends what a rollout that died has left and this one has no use for. The machine whose place was to be taken serves
 * again before the one that was to take it goes.
 */
export async function clearLeftovers(rollout: Rollout): Promise<void> {
  const { fleet, inputs } = rollout;
  await settled(inputs.slots.map((slot) => welcomeBack(rollout, slot)));
  const greens: FlyMachine[] = [];
  for (const slot of inputs.slots) {
    const all = fleet.greens.get(slot.name) ?? [];
    const used = all.filter((live) => isUsed(rollout, slot, live));
    greens.push(...all.filter((live) => !used.includes(live)));
    if (used.length === 0) fleet.greens.delete(slot.name);
    else fleet.greens.set(slot.name, used);
  }
  const beside = fleet.beside.filter((live) => !isUsedCanary(rollout, live));
  fleet.beside = fleet.beside.filter((live) => !beside.includes(live));
  await remove(rollout, [...greens, ...beside]);
}

/** A green is of use where its slot still has to change, and by another machine. */
function isUsed(rollout: Rollout, slot: SlotInputs, live: FlyMachine): boolean {
  const step = stepFor(rollout, slot);
  const byAnother = step === "move" || (rollout.inputs.deploy.strategy === "bluegreen" && step === "update");
  return byAnother && usableGreen(rollout, slot) === live;
}

/** A canary goes last where it serves in place of a machine that is being taken back. */
const isUsedCanary = ({ inputs, isReturn }: Rollout, live: FlyMachine) =>
  metadataOf(live)["airworthy_phase"] === "canary" &&
  (isReturn || (inputs.deploy.strategy === "canary" && inputs.slots.some((slot) => carries(live, inputs, slot))));

/** What is cordoned was on its way out when a run died. It comes back where nothing else takes its place. */
async function welcomeBack(rollout: Rollout, slot: SlotInputs): Promise<void> {
  const live = rollout.fleet.bySlot.get(slot.name);
  if (live?.cordoned !== true) return;
  const greens = rollout.fleet.greens.get(slot.name) ?? [];
  const isLeaving = greens.some((green) => isUsed(rollout, slot, green));
  // One that is to be updated comes back with that.
  const comesBack = greens.length > 0 || stepFor(rollout, slot) === undefined;
  if (isLeaving || !comesBack) return;
  rollout.touched = true;
  rollout.fleet.bySlot.set(slot.name, await rise(rollout, slot, live));
}

/** Removes machines of the group that no slot needs. */
export async function remove(rollout: Rollout, machines: readonly FlyMachine[]): Promise<void> {
  const { context, hold, group } = rollout;
  if (machines.length > 0) rollout.touched = true;
  await settled(machines.map((machine) => destroy(context, hold, group.app, machine)));
}
