import { type FlyMachine, isReachable, type MachineBody, machineStart, mountedVolume } from "../../fly/machine.ts";
import { volumeList } from "../../fly/volume.ts";
import type { Context } from "../lifecycle.ts";
import { configDrift, isProven } from "../machine/drift.ts";
import { awaiting, failed, halted, whenHealthy } from "../machine/gate.ts";
import { Hold } from "../machine/hold.ts";
import { keepsImage } from "../machine/image.ts";
import { carries, configLabels } from "../machine/label.ts";
import { wireConfig } from "../machine/wire.ts";
import { createOnce, destroy, rewrite } from "../machine/write.ts";
import { type Fleet, type GroupName, labelsOf } from "./fleet.ts";
import type { GroupInputs, SlotInputs } from "./schema.ts";

/** A rollout brings the machines of a group to what is declared, from whatever is there. */
export interface Rollout {
  context: Context;
  group: GroupName;
  inputs: GroupInputs;
  fleet: Fleet;
  /** Each slot's config as Fly echoed it after our last write. */
  observed: Record<string, unknown>;
  /** Image of each slot's machine, where the program says to keep what runs. */
  images: Record<string, string>;
  /** Number of the release the machines will carry. */
  release: number;
  /** Slots whose machines this run saw come up as declared. */
  proven: Set<string>;
}

/** What has to be done to a slot, if anything. */
type Step = "create" | "update" | "recreate" | undefined;

/** What a slot's machine lacks of what is declared. */
function stepFor(rollout: Rollout, slot: SlotInputs): Step {
  const live = rollout.fleet.bySlot.get(slot.name);
  if (live === undefined) return "create";
  if (live.region !== slot.region || remounted(live, slot)) return "recreate";
  if (!carries(live, rollout.inputs, slot)) return "update";
  // What the host cannot be asked about is no drift, and what no run saw come up has nothing to drift from.
  if (!isReachable(live)) return undefined;
  if (!isProven(live, rollout.observed[slot.name])) return failed.includes(live.state) ? "recreate" : undefined;
  const drift = configDrift(rollout.observed[slot.name], live.config, keepsImage(rollout.inputs.config));
  return drift.length > 0 ? "update" : undefined;
}

/** Whether the machine has to be made anew because Fly cannot give a machine another volume. */
const remounted = (live: FlyMachine, slot: SlotInputs) => isReachable(live) && mountedVolume(live) !== slot.volume;

/** Whether anything but the machines' labels differs, so that the release counts up. */
export const isNewRelease = (rollout: Rollout) =>
  rollout.inputs.slots.some((slot) => {
    const live = rollout.fleet.bySlot.get(slot.name);
    return live !== undefined && !carries(live, rollout.inputs, slot);
  });

/** Carries the rollout out: changed machines first one and then some at a time, new ones all at once, excess last. */
export async function roll(rollout: Rollout): Promise<void> {
  const { context, inputs, fleet, group } = rollout;
  const slots = await whereMounted(rollout);
  const changed = slots.filter((slot) => ["update", "recreate"].includes(stepFor(rollout, slot) ?? ""));
  const missing = slots.filter((slot) => stepFor(rollout, slot) === "create");
  const unproven = slots.filter((slot) => stepFor(rollout, slot) === undefined && isUnproven(rollout, slot.name));
  const mounts = new Set(slots.flatMap(({ volume }) => volume ?? []));
  const [inTheWay, excess] = parted(fleet.excess, (machine) => mounts.has(mountedVolume(machine) ?? ""));
  const hold = new Hold(context.fly, group);
  try {
    // What a run that ended early has begun must hold before more machines get it.
    await settled(unproven.map((slot) => prove(rollout, hold, slot)));
    for (const batch of batches(changed, unavailable(inputs))) {
      await settled(batch.map((slot) => change(rollout, hold, slot)));
    }
    // A slot of another name that keeps its volume: the volume is free only when the machine is gone.
    await settled(inTheWay.map((machine) => destroy(context, hold, group.app, machine)));
    await settled(missing.map((slot) => make(rollout, slot)));
    await settled(excess.map((machine) => destroy(context, hold, group.app, machine)));
  } finally {
    await hold.release();
  }
}

/** Whether a slot has a machine that no run saw come up with the config it has. */
export function isUnproven({ fleet, observed }: Pick<Rollout, "fleet" | "observed">, name: string): boolean {
  const live = fleet.bySlot.get(name);
  return live !== undefined && isReachable(live) && !isProven(live, observed[name]);
}

function parted<T>(all: T[], test: (item: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((item) => !test(item))];
}

/** Waits for a machine that has its config from an earlier run. One that has ended since is started to see it run. */
async function prove(rollout: Rollout, hold: Hold, slot: SlotInputs): Promise<void> {
  const { context, group, fleet } = rollout;
  const live = fleet.bySlot.get(slot.name);
  if (live === undefined) return;
  if (halted.includes(live.state)) await machineStart(context.fly, group.app, live.id, await hold.take(live.id));
  await comeUp(rollout, slot, live);
}

/** Waits until the machine is healthy, which proves its config. */
async function comeUp(rollout: Rollout, slot: SlotInputs, machine: FlyMachine): Promise<void> {
  rollout.fleet.bySlot.set(slot.name, machine);
  rollout.fleet.bySlot.set(slot.name, await healthy(rollout, slot, machine));
  rollout.proven.add(slot.name);
}

/** One machine first, which must be healthy before the others follow. */
function batches<T>(all: T[], size: number): T[][] {
  const rest = all.slice(1);
  const groups = Array.from({ length: Math.ceil(rest.length / size) }, (_, index) =>
    rest.slice(index * size, (index + 1) * size),
  );
  return all.length === 0 ? [] : [all.slice(0, 1), ...groups];
}

function unavailable({ deploy: { maxUnavailable }, slots }: GroupInputs): number {
  if (typeof maxUnavailable === "number") return maxUnavailable;
  return Math.max(1, Math.floor((slots.length * Number.parseInt(maxUnavailable, 10)) / 100));
}

/** Waits for all, then fails with all that failed: what is under way is never left unwatched. */
export async function settled(work: Promise<unknown>[]): Promise<void> {
  const failures = (await Promise.allSettled(work)).flatMap((result) =>
    result.status === "rejected" ? [result.reason] : [],
  );
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1)
    throw new AggregateError(failures, failures.map((error) => (error as Error).message).join("\n"));
}

async function change(rollout: Rollout, hold: Hold, slot: SlotInputs): Promise<void> {
  const { context, group, fleet } = rollout;
  const live = fleet.bySlot.get(slot.name);
  if (live === undefined) return;
  if (stepFor(rollout, slot) === "recreate") {
    await destroy(context, hold, group.app, live);
    fleet.bySlot.delete(slot.name);
    return await make(rollout, slot);
  }
  const updated = await rewrite(context, hold, live, {
    app: group.app,
    what: `${group.name}/${slot.name}`,
    body: bodyFor(rollout, slot),
  });
  if (!halted.includes(live.state)) return await comeUp(rollout, slot, updated);
  // A machine that was stopped stays stopped, and has nothing to prove.
  fleet.bySlot.set(slot.name, updated);
  rollout.proven.add(slot.name);
}

async function make(rollout: Rollout, slot: SlotInputs): Promise<void> {
  const { context, group, fleet } = rollout;
  delete rollout.observed[slot.name];
  await comeUp(rollout, slot, await createFor(rollout, slot));
  const count = [...fleet.bySlot.values()].length;
  context.report(`${count}/${rollout.inputs.slots.length} machines of ${group.name}`);
}

function createFor(rollout: Rollout, slot: SlotInputs): Promise<FlyMachine> {
  const { context, group } = rollout;
  const name = `${group.name.replaceAll("_", "-")}-${slot.name}`;
  const body = { ...bodyFor(rollout, slot), name, region: slot.region };
  return createOnce(context, group.app, body, labelsOf(group, slot.name).airworthy_tag);
}

function bodyFor({ group, inputs, release, images }: Rollout, slot: SlotInputs): MachineBody {
  const labels = {
    ...labelsOf(group, slot.name),
    ...configLabels(inputs, slot),
    fly_release_version: String(release),
  };
  // flyctl sets it beside the label, which Fly itself makes it from (fly/api.md §9.4).
  const env = { FLY_PROCESS_GROUP: group.name };
  const config = wireConfig(inputs, slot, { labels, env, image: images[slot.name] });
  return { config, min_secrets_version: inputs.minSecretsVersion };
}

function healthy({ context, group, inputs }: Rollout, slot: SlotInputs, machine: FlyMachine): Promise<FlyMachine> {
  const what = { app: group.app, machine, what: `${group.name}/${slot.name}`, limit: inputs.deploy.waitTimeout };
  const otherwise = "the machines not yet reached run as before";
  return whenHealthy(context, awaiting({ ...what, otherwise }));
}

/**
 * The slots with the volumes their machines really have. Fly's host migrations give a mounted volume a new id; a machine
 * whose declared volume is not there any more keeps the one it has.
 */
async function whereMounted({ context, group, inputs, fleet }: Rollout): Promise<SlotInputs[]> {
  const unsure = inputs.slots.some((slot) => {
    const live = fleet.bySlot.get(slot.name);
    return slot.volume !== undefined && live !== undefined && mountedVolume(live) !== slot.volume;
  });
  if (!unsure) return inputs.slots;
  const there = new Set(((await volumeList(context.fly, group.app)) ?? []).map(({ id }) => id));
  return inputs.slots.map((slot) => {
    const live = fleet.bySlot.get(slot.name);
    const mounted = live && mountedVolume(live);
    if (slot.volume === undefined || mounted === undefined || there.has(slot.volume)) return slot;
    context.warn(`volume ${slot.volume} of slot ${slot.name} is not there; its machine keeps ${mounted}`);
    return { ...slot, volume: mounted };
  });
}
