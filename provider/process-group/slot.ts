import { type FlyMachine, metadataOf, mountedVolume } from "../../fly/machine.ts";
import type { Problem } from "../lifecycle.ts";
import { mountProblems } from "../machine/check.ts";
import { isItsVolume, type MachineRecord } from "../machine/record.ts";
import { type Properties, unknown } from "../value.ts";
import type { GroupInputs, SlotInputs } from "./schema.ts";

/** What no single field of the slots can say: names, volumes and regions used twice, volumes without a mount and the reverse. */
export function slotProblems(news: Properties): Problem[] {
  const { slots, config } = news as unknown as {
    slots: GroupInputs["slots"] | string;
    config: GroupInputs["config"] | string;
  };
  if (typeof slots === "string") return [];
  const mounts = typeof config === "string" ? unknown : config.mounts;
  const names = slots.map(({ name }) => name);
  const volumes = slots.map(({ volume }) => volume);
  return slots.flatMap((slot, index): Problem[] => [
    ...(names.indexOf(slot.name) === index
      ? []
      : [{ path: ["slots", index, "name"], message: "is the name of another slot already" }]),
    ...(slot.volume !== undefined && slot.volume !== unknown && volumes.indexOf(slot.volume) !== index
      ? [
          {
            path: ["slots", index, "volume"],
            message: "is another slot's volume; a volume is for one machine at a time",
          },
        ]
      : []),
    ...mountProblems(slot.volume, mounts, ["slots", index, "volume"]),
    ...fallbackProblems(slot, ["slots", index, "fallbackRegions"]),
  ]);
}

/** Regions to fall back to where there is none to fall back to, or that are the same again. */
function fallbackProblems({ volume, region, fallbackRegions }: SlotInputs, path: (string | number)[]): Problem[] {
  if (!Array.isArray(fallbackRegions) || fallbackRegions.length === 0) return [];
  if (volume !== undefined) {
    const message =
      "cannot be given beside volume: the machine is where its volume is. Take it out, or move the data with a snapshot";
    return [{ path, message }];
  }
  const all = [region, ...fallbackRegions];
  return fallbackRegions.flatMap((code, index): Problem[] =>
    code === unknown || all.indexOf(code) === index + 1
      ? []
      : [{ path: [...path, index], message: "is a region of this slot already; name each region once" }],
  );
}

/** Whether a machine is where its slot wants it: one of the slot's fallback regions will do until the slot changes otherwise. */
export const isPlaced = (
  { region }: Pick<FlyMachine, "region">,
  slot: Pick<SlotInputs, "region" | "fallbackRegions">,
): boolean => region === slot.region || slot.fallbackRegions?.includes(region) === true;

/**
 * Whether what a machine has mounted stands for its slot's volume: the volume itself, or the one that Fly's host migration
 * or a replacement from a snapshot put in its place. The machine's label has the id it was declared with. Nobody can give
 * a machine another volume by hand, so a volume that the state knows this machine had is the same one by another id.
 */
export function keepsVolume(
  live: FlyMachine,
  { volume }: Pick<SlotInputs, "volume">,
  record: MachineRecord | undefined,
): boolean {
  const mounted = mountedVolume(live);
  if (mounted === undefined || volume === undefined || mounted === volume) return mounted === volume;
  return metadataOf(live)["airworthy_volume"] === volume || (record?.id === live.id && isItsVolume(record, volume));
}

/** Whether two groups would mount one volume, which Fly gives to one machine at a time. */
export function shareVolumes(olds: Properties, news: Properties): boolean {
  const volumes = ({ slots }: Properties) =>
    (Array.isArray(slots) ? slots : []).flatMap((slot) => (slot as Properties | undefined)?.["volume"] ?? []);
  const before = new Set(volumes(olds));
  return volumes(news).some((volume) => before.has(volume));
}
