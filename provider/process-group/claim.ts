import { isFlyError } from "../../fly/errors.ts";
import { type FlyMachine, isReachable } from "../../fly/machine.ts";
import { idsOf, imagesOf, readFleet } from "./fleet.ts";
import type { Rollout } from "./rollout.ts";
import { isAsDeclared } from "./step.ts";

/** How often others may be quicker before that is an error. */
const tries = 5;

/**
 * Holds all machines that the rollout is going to change or to end, before it does anything: who else changes them is
 * waited for first, and what they have made of them is what the rollout begins with.
 */
export async function claim(rollout: Rollout): Promise<void> {
  const { context, hold, group, inputs } = rollout;
  for (let attempt = 0; ; attempt++) {
    const waits = hold.waits;
    try {
      await hold.takeAll(concerned(rollout).filter(isReachable));
      if (hold.waits === waits) return;
    } catch (error) {
      if (!isFlyError(error, "not-found") || attempt >= tries) throw error;
    }
    const fleet = await readFleet(context, group, inputs.slots, idsOf(rollout.fleet));
    if (fleet === undefined) continue;
    rollout.fleet = fleet;
    if (!rollout.isReturn) rollout.images = imagesOf(fleet, inputs.slots);
  }
}

function concerned(rollout: Rollout): FlyMachine[] {
  const { fleet, inputs } = rollout;
  const members = inputs.slots.flatMap((slot) => {
    const live = fleet.bySlot.get(slot.name);
    return live === undefined || (isAsDeclared(rollout, slot) && live.cordoned !== true) ? [] : [live];
  });
  return [...members, ...[...fleet.greens.values()].flat(), ...fleet.beside, ...fleet.excess];
}
