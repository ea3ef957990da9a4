import type { FlyClient } from "../../fly/client.ts";
import { type FlyMachine, machineList, metadataOf } from "../../fly/machine.ts";
import type { Context } from "../lifecycle.ts";
import { imageOf, mostCommon } from "../machine/image.ts";
import { tagOf } from "../machine/label.ts";
import type { SlotInputs } from "./schema.ts";

/** What names a group: the stack that declares it, the app and the process group. */
export interface GroupName {
  stack: string;
  app: string;
  name: string;
}

/** The machines of an app as one group sees them. */
export interface Fleet {
  /** The group's machine of each slot. */
  bySlot: Map<string, FlyMachine>;
  /** Machines by slot that were made to take the place of the slot's machine, which is still there. */
  greens: Map<string, FlyMachine[]>;
  /** Canaries and release machines: no slot's, and none that lasts. */
  beside: FlyMachine[];
  /** Machines with the group's labels that no slot accounts for. */
  excess: FlyMachine[];
}

/** What a machine is while it is no slot's machine, in its label `airworthy_phase`. */
export type Phase = "canary" | "release-command";

/** Labels by which a group knows its machine, and flyctl shows it. */
export function labelsOf({ stack, app, name }: GroupName, slot: string) {
  return {
    airworthy_stack: stack,
    airworthy_group: name,
    airworthy_slot: slot,
    airworthy_tag: tagOf(stack, app, name, slot),
    fly_platform_version: "v2",
    fly_process_group: name,
  };
}

/** Reads the app's machines and sorts out the group's; `undefined` where the app is gone. */
export async function readFleet(
  context: Context,
  group: GroupName,
  slots: readonly Pick<SlotInputs, "name">[],
  recorded: Record<string, string>,
  fly: FlyClient = context.fly,
): Promise<Fleet | undefined> {
  const machines = await machineList(fly, group.app);
  if (machines === undefined) return undefined;
  const ids = new Set(Object.values(recorded));
  const ours = machines.filter((machine) => isOurs(machine, group, ids));
  warnOfStrangers(
    context,
    group,
    machines.filter((machine) => !ours.includes(machine)),
  );
  return sortedOut(ours, slots, recorded);
}

function sortedOut(
  ours: FlyMachine[],
  slots: readonly Pick<SlotInputs, "name">[],
  recorded: Record<string, string>,
): Fleet {
  const fleet: Fleet = { bySlot: new Map(), greens: new Map(), beside: ours.filter(isBeside), excess: [] };
  const there = new Set(ours.map(({ id }) => id));
  const isGreen = (machine: FlyMachine) => there.has(metadataOf(machine)["airworthy_replaces"] ?? "");
  const lasting = ours.filter((machine) => !isBeside(machine));
  const kept = new Set<FlyMachine>();
  for (const { name } of slots) {
    const claimants = lasting.filter((machine) => metadataOf(machine)["airworthy_slot"] === name);
    const [greens, blues] = [claimants.filter(isGreen), claimants.filter((machine) => !isGreen(machine))];
    const member = lasting.find(({ id }) => id === recorded[name]) ?? blues[0];
    if (member !== undefined) fleet.bySlot.set(name, member);
    const waiting = greens.filter((machine) => machine !== member);
    if (waiting.length > 0) fleet.greens.set(name, waiting);
    for (const machine of [...waiting, ...(member ? [member] : [])]) kept.add(machine);
  }
  fleet.excess = lasting.filter((machine) => !kept.has(machine));
  return fleet;
}

const isBeside = (machine: FlyMachine) => Boolean(metadataOf(machine)["airworthy_phase"]);

/** Ids of the slots' machines, by which the group is found again. */
export const idsOf = ({ bySlot }: Fleet): Record<string, string> =>
  Object.fromEntries([...bySlot].map(([slot, { id }]) => [slot, id]));

/** All machines of the group, whatever they are for. */
export const everyMachine = ({ bySlot, greens, beside, excess }: Fleet): FlyMachine[] => [
  ...bySlot.values(),
  ...[...greens.values()].flat(),
  ...beside,
  ...excess,
];

/** A machine is the group's by its labels; one that was imported has none before its first change, and is known by its id. */
function isOurs(machine: FlyMachine, { stack, name }: GroupName, recorded: ReadonlySet<string>): boolean {
  const { airworthy_stack: owner, airworthy_group: group } = metadataOf(machine);
  return owner ? owner === stack && group === name : recorded.has(machine.id);
}

/** Image of each slot's machine, and for a slot without one the image that most of the group run. */
export function imagesOf(
  { bySlot, excess }: Fleet,
  slots: readonly Pick<SlotInputs, "name">[],
): Record<string, string> {
  const most = mostCommon([...bySlot.values(), ...excess].flatMap((machine) => imageOf(machine) ?? []));
  return Object.fromEntries(
    slots.flatMap(({ name }) => {
      const image = imageOf(bySlot.get(name)) ?? most;
      return image === undefined ? [] : [[name, image]];
    }),
  );
}

/** Consoles, release commands and another stack's machines are named once and never touched. */
function warnOfStrangers(context: Context, { stack, app }: GroupName, machines: FlyMachine[]): void {
  const strangers = machines.filter((machine) => metadataOf(machine)["airworthy_stack"] !== stack);
  if (strangers.length === 0) return;
  const ids = strangers.map(({ id }) => id).sort();
  const what = ids.length === 1 ? `machine ${ids[0]} is` : `machines ${ids.join(", ")} are`;
  // What was imported has no label before its first change.
  const text = `${what} in app "${app}" without this stack's label: left alone, unless imported here`;
  context.warnOnce(`strangers ${app} ${ids.join()}`, text);
}
