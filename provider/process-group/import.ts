import { FlyError } from "../../fly/errors.ts";
import { type FlyMachine, isReachable, machineList, metadataOf, mountedVolume } from "../../fly/machine.ts";
import { differences } from "../diff.ts";
import type { Context, Found } from "../lifecycle.ts";
import { type ReadConfig, readConfig, secretPlaces, warnOfUnknown } from "../machine/from-wire.ts";
import { mostCommon } from "../machine/image.ts";
import { refuseAnotherStacks } from "../machine/label.ts";
import { sorted } from "../machine/wire.ts";
import { type Properties, pathText, type Value } from "../value.ts";
import type { Fleet, GroupName } from "./fleet.ts";
import { existing } from "./live.ts";
import { releasesWith } from "./release.ts";
import { type GroupInputs, groupInputs, type SlotInputs } from "./schema.ts";

/** One machine of the group as it was found. */
interface Member extends ReadConfig {
  machine: FlyMachine;
  slot: SlotInputs;
}

/**
 * Takes over a group that is there: its inputs as a program would have to write them. What `fly deploy` made has none of
 * our labels; its machines are known by the ids in the state until their next change writes them.
 */
export async function importGroup(context: Context, group: GroupName): Promise<Found> {
  const members = membersOf(await machinesOf(context, group));
  const common = commonOf(members);
  const { config, raw } = common;
  const slots = members.map((member) => slotOf(member, common));
  const deploy = groupInputs.shape.deploy.parse(undefined);
  const inputs = { app: group.app, name: group.name, slots, config, deploy, ...(raw && { raw }) } as unknown;
  const declared = inputs as GroupInputs;
  const bySlot = new Map(members.map(({ machine, slot }) => [slot.name, machine]));
  const fleet: Fleet = { bySlot, greens: new Map(), beside: [], excess: [] };
  const observed = members.map(({ machine, slot }, index) => {
    const differs = differencesFrom(common, members[index] as Member, slots[index]?.keepRunning === true);
    if (differs.length > 0) warnOfDifference(context, machine, group.name, differs);
    // What the group is declared to run is what such a machine lacks, so that a refresh shows it and an up mends it.
    return [slot.name, differs.length > 0 ? common.machine.config : machine.config];
  });
  warnOfUnknown(context, common.machine, common);
  const version = Math.max(1, ...members.flatMap(({ machine }) => releaseOf(machine)));
  const releases = releasesWith(declared, fleet, version, undefined);
  return {
    ...existing(declared, fleet, Object.fromEntries(observed), version, { releases }),
    inputs: inputs as Properties,
    secrets: secretPlaces(common),
  };
}

/** The group's machines, eldest first. */
async function machinesOf({ fly, stack }: Context, { app, name }: GroupName): Promise<FlyMachine[]> {
  const does = `import process group "${name}" of app "${app}"`;
  const all = await machineList(fly, app);
  if (all === undefined) throw new FlyError("not-found", does, "there is no such app");
  const machines = all.filter((machine) => groupOf(machine) === name);
  if (machines.length === 0) {
    const groups = [...new Set(all.flatMap((machine) => groupOf(machine) ?? []))].sort().join(", ");
    const there = groups === "" ? "the app has no process groups" : `the app's process groups are ${groups}`;
    throw new FlyError("not-found", does, `it has no machines; ${there}`);
  }
  for (const machine of machines) {
    refuseAnotherStacks(machine, stack, does);
    if (isReachable(machine)) continue;
    const what = `the host of machine ${machine.id} is ${machine.host_status}, so its config cannot be read now`;
    throw new FlyError("server", does, what);
  }
  const age = ({ created_at: at, name: called, id }: FlyMachine) => `${at ?? ""} ${called ?? ""} ${id}`;
  return machines.sort((one, other) => (age(one) < age(other) ? -1 : 1));
}

/** `process_group` is what flyctl wrote before it wrote `fly_process_group` (fly-go, MachineConfig.ProcessGroup). */
function groupOf(machine: FlyMachine): string | undefined {
  const { airworthy_group: ours, fly_process_group: theirs, process_group: before } = metadataOf(machine);
  return ours || theirs || before || undefined;
}

/** Each machine with its slot: the one its label names, else a number in its region. */
function membersOf(machines: FlyMachine[]): Member[] {
  const labelled = machines.map((machine) => metadataOf(machine)["airworthy_slot"]);
  const taken = new Set<string>();
  return machines.map((machine, index): Member => {
    const label = labelled[index];
    const name = label && !taken.has(label) ? label : free(machine.region, new Set([...taken, ...labelled]));
    taken.add(name);
    const volume = mountedVolume(machine);
    const slot = { name, region: machine.region, ...(volume === undefined ? {} : { volume }) };
    return { machine, slot, ...readConfig(machine.config ?? {}) };
  });
}

function free(region: string, taken: ReadonlySet<string | undefined>): string {
  for (let number = 0; ; number++) if (!taken.has(`${region}-${number}`)) return `${region}-${number}`;
}

/** The machine whose config most of the group have. One that never stops says nothing of when the others do. */
function commonOf(members: Member[]): Member {
  const stopping = members.filter((member) => !neverStops(member));
  const key = ({ config, raw }: Member) => JSON.stringify(sorted([config, raw]));
  return mostCommon(stopping.length > 0 ? stopping : members, key) as Member;
}

const servicesOf = ({ config }: ReadConfig) => (config["services"] ?? []) as Properties[];
const neverStops = (member: ReadConfig) => servicesOf(member).every(({ autostop }) => autostop === undefined);

/** A machine whose services never stop beside others whose do is one that keeps running. */
const slotOf = (member: Member, common: Member): SlotInputs =>
  neverStops(member) && !neverStops(common) ? { ...member.slot, keepRunning: true } : member.slot;

/** Places at which a machine's config is not what the group's is. */
function differencesFrom(common: Member, { config, raw }: Member, keepsRunning: boolean): string[] {
  const services = servicesOf(common).map(({ autostop: _, ...service }) => service);
  const wanted = keepsRunning ? { ...common.config, services } : common.config;
  const of = (declared: Properties, more: Properties | undefined) => ({ config: declared, raw: more ?? {} }) as Value;
  return differences(of(wanted, common.raw), of(config, raw)).map(({ path }) => pathText(path));
}

function warnOfDifference(context: Context, { id }: FlyMachine, group: string, places: string[]): void {
  context.warn(
    `machine ${id} does not run what most of ${group} run, and will with its next change: ${places.join(", ")}`,
  );
}

const releaseOf = (machine: FlyMachine): number[] => {
  // A group that was ours counts on where it was; Fly's own number is the app's.
  const { airworthy_release: ours, fly_release_version: theirs } = metadataOf(machine);
  const version = Number(ours ?? theirs);
  return Number.isInteger(version) && version > 0 ? [version] : [];
};
