import type { Problem } from "../lifecycle.ts";
import { mountProblems } from "../machine/check.ts";
import { type Properties, unknown } from "../value.ts";
import type { GroupInputs } from "./schema.ts";

/** What no single field of the slots can say: names and volumes used twice, volumes without a mount and the reverse. */
export function slotProblems(news: Properties): Problem[] {
  const { slots, config } = news as unknown as {
    slots: GroupInputs["slots"] | string;
    config: GroupInputs["config"] | string;
  };
  if (typeof slots === "string") return [];
  const mounts = typeof config === "string" ? unknown : config.mounts;
  const names = slots.map(({ name }) => name);
  const volumes = slots.map(({ volume }) => volume);
  return slots.flatMap(({ name, volume }, index): Problem[] => [
    ...(names.indexOf(name) === index
      ? []
      : [{ path: ["slots", index, "name"], message: "is the name of another slot already" }]),
    ...(volume !== undefined && volume !== unknown && volumes.indexOf(volume) !== index
      ? [
          {
            path: ["slots", index, "volume"],
            message: "is another slot's volume; a volume is for one machine at a time",
          },
        ]
      : []),
    ...mountProblems(volume, mounts, ["slots", index, "volume"]),
  ]);
}

/** Whether two groups would mount one volume, which Fly gives to one machine at a time. */
export function shareVolumes(olds: Properties, news: Properties): boolean {
  const volumes = ({ slots }: Properties) =>
    (Array.isArray(slots) ? slots : []).flatMap((slot) => (slot as Properties | undefined)?.["volume"] ?? []);
  const before = new Set(volumes(olds));
  return volumes(news).some((volume) => before.has(volume));
}
