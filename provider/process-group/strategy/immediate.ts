import { change, make } from "../member.ts";
import type { Rollout } from "../rollout.ts";
import type { SlotInputs } from "../schema.ts";
import { settled } from "../window.ts";

/** All at once, and nobody waits for checks. */
export async function immediate(rollout: Rollout, changed: SlotInputs[], missing: SlotInputs[]): Promise<void> {
  await settled(changed.map((slot) => change(rollout, slot, false)));
  await settled(missing.map((slot) => make(rollout, slot, { gated: false })));
}
