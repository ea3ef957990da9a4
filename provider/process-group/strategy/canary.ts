import { carries } from "../../machine/label.ts";
import { healthy, make, makeCanary } from "../member.ts";
import type { Rollout } from "../rollout.ts";
import type { SlotInputs } from "../schema.ts";
import { settled } from "../window.ts";
import { oneFirst } from "./rolling.ts";

/**
 * One machine more with the release. When it is healthy it serves in place of the one that is being changed, so that
 * never fewer than all serve, and goes when the others have the release.
 */
export async function canary(rollout: Rollout, changed: SlotInputs[], missing: SlotInputs[]): Promise<void> {
  const [first] = changed;
  if (first !== undefined) {
    const { fleet, inputs } = rollout;
    const machine = fleet.beside.find((live) => carries(live, inputs, first)) ?? (await makeCanary(rollout, first));
    await healthy(rollout, first, machine);
    await oneFirst(rollout, changed, 1);
  }
  await settled(missing.map((slot) => make(rollout, slot)));
}
