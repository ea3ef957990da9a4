import { createHash } from "node:crypto";
import { FlyError } from "../../fly/errors.ts";
import { type FlyMachine, metadataOf } from "../../fly/machine.ts";
import { configTag, type Declared, type Place } from "./wire.ts";

/** A tag by which a machine is found after a lost create: of what it is, never of the run that makes it. */
export const tagOf = (...what: string[]) => createHash("sha256").update(what.join(" ")).digest("hex").slice(0, 16);

/** Labels that say what a machine is declared to run. */
export const configLabels = (declared: Declared, place: Place): Record<string, string> => ({
  airworthy_config: configTag(declared, place),
  // By which the volume is found again when Fly moves it and gives it another id.
  ...(place.volume === undefined ? {} : { airworthy_volume: place.volume }),
});

/** Whether a machine carries what it is declared to run. */
export const carries = (machine: FlyMachine, declared: Declared, place: Place): boolean =>
  metadataOf(machine)["airworthy_config"] === configTag(declared, place);

/** Refuses to import what another stack declares: two stacks would take it from each other with every `up`. */
export function refuseAnotherStacks(machine: FlyMachine, stack: string, does: string): void {
  const { airworthy_stack: owner, airworthy_group: group } = metadataOf(machine);
  if (!owner || owner === stack) return;
  const what = group === undefined ? `belongs to stack ${owner}` : `belongs to group "${group}" of stack ${owner}`;
  throw new FlyError(
    "invalid",
    does,
    `machine ${machine.id} ${what}. Take it out there first with \`pulumi state delete\`, then give it to this stack with \`fly machine update ${machine.id} --metadata airworthy_stack=${stack}\``,
  );
}
