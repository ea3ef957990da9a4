import { mountedVolume } from "../../fly/machine.ts";
import { volumeList } from "../../fly/volume.ts";
import type { Context } from "../lifecycle.ts";
import type { SlotInputs } from "./schema.ts";
import { keepsVolume } from "./slot.ts";
import type { Standing } from "./step.ts";

/**
 * The slots with the volumes their machines really have, where neither the machine's label nor the state tells that these
 * stand for the declared ones: a machine whose declared volume is not there any more keeps the one it has.
 */
export async function whereMounted(context: Context, app: string, standing: Standing): Promise<SlotInputs[]> {
  const { inputs, fleet, records } = standing;
  const isUnsure = (slot: SlotInputs) => {
    const live = fleet.bySlot.get(slot.name);
    return slot.volume !== undefined && live !== undefined && !keepsVolume(live, slot, records[slot.name]);
  };
  if (!inputs.slots.some(isUnsure)) return inputs.slots;
  const there = new Set(((await volumeList(context.fly, app)) ?? []).map(({ id }) => id));
  return inputs.slots.map((slot) => {
    const live = fleet.bySlot.get(slot.name);
    const mounted = live && mountedVolume(live);
    if (!isUnsure(slot) || slot.volume === undefined || mounted === undefined || there.has(slot.volume)) return slot;
    context.warn(`volume ${slot.volume} of slot ${slot.name} is not there; its machine keeps ${mounted}`);
    return { ...slot, volume: mounted };
  });
}
