import { durationMs } from "../../fly/duration.ts";
import { FlyError, isFlyError } from "../../fly/errors.ts";
import {
  type FlyMachine,
  isReachable,
  type MachineBody,
  machineCreate,
  machineDestroy,
  machineFind,
  machineList,
  machineStart,
  machineStop,
  machineUpdate,
  machineWait,
  metadataOf,
  mountedVolume,
} from "../../fly/machine.ts";
import { volumeList } from "../../fly/volume.ts";
import type { Context } from "../lifecycle.ts";
import { configDrift } from "./drift.ts";
import { type Fleet, type GroupName, labelsOf } from "./fleet.ts";
import { type Deadline, halted, whenHealthy } from "./gate.ts";
import { Hold } from "./hold.ts";
import type { GroupInputs, SlotInputs } from "./schema.ts";
import { configTag, wireConfig } from "./wire.ts";

/** A rollout brings the machines of a group to what is declared, from whatever is there. */
export interface Rollout {
  context: Context;
  group: GroupName;
  inputs: GroupInputs;
  fleet: Fleet;
  /** Each slot's config as Fly echoed it after our last write. */
  observed: Record<string, unknown>;
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
  const labels = metadataOf(live);
  if (labels["airworthy_config"] !== configTag(rollout.inputs, slot)) return "update";
  // What the host cannot be asked about is no drift, and what no run saw come up has nothing to drift from.
  if (!isReachable(live)) return undefined;
  if (!isProven(live, rollout.observed[slot.name])) return failed.includes(live.state) ? "recreate" : undefined;
  return configDrift(rollout.observed[slot.name], live.config).length > 0 ? "update" : undefined;
}

/** States that no start leads out of. */
const failed = ["failed", "launch_failed"];

/** Whether an earlier run saw the machine come up with the config it has, and kept what Fly echoed of it. */
export const isProven = (live: FlyMachine, observed: unknown): boolean =>
  tagIn(live.config) === tagIn(observed) && tagIn(observed) !== undefined;

const tagIn = (config: unknown) => (config as Labelled)?.metadata?.["airworthy_config"];
type Labelled = { metadata?: Record<string, string> | null } | null | undefined;

/** Whether the machine has to be made anew because Fly cannot give a machine another volume. */
const remounted = (live: FlyMachine, slot: SlotInputs) => isReachable(live) && mountedVolume(live) !== slot.volume;

/** Whether anything but the machines' labels differs, so that the release counts up. */
export const isNewRelease = (rollout: Rollout) =>
  rollout.inputs.slots.some((slot) => {
    const live = rollout.fleet.bySlot.get(slot.name);
    return live !== undefined && metadataOf(live)["airworthy_config"] !== configTag(rollout.inputs, slot);
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
  if (!isReachable(live)) {
    const doing = `update ${group.name}/${slot.name} (machine ${live.id} of app "${group.app}")`;
    throw new FlyError("server", doing, `its host is ${live.host_status}, so the machine cannot be changed now`);
  }
  const nonce = await hold.take(live.id);
  const updated = await rewrite(rollout, slot, live, nonce);
  if (!halted.includes(live.state)) return await comeUp(rollout, slot, updated);
  // A machine that was stopped stays stopped, and has nothing to prove.
  fleet.bySlot.set(slot.name, updated);
  rollout.proven.add(slot.name);
}

/** Sends the new config. Where the answer is lost, a look tells whether the machine carries it. */
async function rewrite(rollout: Rollout, slot: SlotInputs, live: FlyMachine, nonce: string): Promise<FlyMachine> {
  const { context, group } = rollout;
  const body = { ...bodyFor(rollout, slot), current_version: live.instance_id };
  try {
    return await machineUpdate(context.fly, group.app, live.id, body, nonce);
  } catch (error) {
    if (!isFlyError(error, "uncertain")) throw error;
    const now = await machineFind(context.fly, group.app, live.id);
    if (now !== undefined && now.instance_id !== live.instance_id) return now;
    return await machineUpdate(context.fly, group.app, live.id, body, nonce);
  }
}

async function make(rollout: Rollout, slot: SlotInputs): Promise<void> {
  const { context, group, fleet } = rollout;
  delete rollout.observed[slot.name];
  await comeUp(rollout, slot, await createOnce(rollout, slot));
  const count = [...fleet.bySlot.values()].length;
  context.report(`${count}/${rollout.inputs.slots.length} machines of ${group.name}`);
}

/** Makes the slot's machine. A lost answer is followed by a look for the slot's tag, never by a second machine. */
async function createOnce(rollout: Rollout, slot: SlotInputs): Promise<FlyMachine> {
  const { context, group } = rollout;
  const name = `${group.name.replaceAll("_", "-")}-${slot.name}`;
  const body = { ...bodyFor(rollout, slot), name, region: slot.region };
  for (let attempt = 0; ; attempt++) {
    try {
      return await machineCreate(context.fly, group.app, body);
    } catch (error) {
      // The machine's unique name makes Fly refuse what a delayed first request has made meanwhile.
      if (!isFlyError(error, "uncertain", "conflict") || attempt >= 3) throw error;
      const { airworthy_tag: tag } = labelsOf(group, slot.name);
      const made = (await machineList(context.fly, group.app))?.find(
        (machine) => metadataOf(machine)["airworthy_tag"] === tag,
      );
      if (made !== undefined) return made;
      if (isFlyError(error, "conflict")) throw error;
    }
  }
}

function bodyFor({ group, inputs, release }: Rollout, slot: SlotInputs): MachineBody {
  const labels = {
    ...labelsOf(group, slot.name),
    airworthy_config: configTag(inputs, slot),
    // By which the volume is found again when Fly moves it and gives it another id.
    ...(slot.volume === undefined ? {} : { airworthy_volume: slot.volume }),
    fly_release_version: String(release),
  };
  return { config: wireConfig(inputs, slot, labels), min_secrets_version: inputs.minSecretsVersion };
}

function healthy({ context, group, inputs }: Rollout, slot: SlotInputs, machine: FlyMachine): Promise<FlyMachine> {
  const limit = inputs.deploy.waitTimeout;
  const deadline: Deadline = { ms: Date.now() + (durationMs(limit) ?? 300_000), limit };
  return whenHealthy(context, group.app, machine, `${group.name}/${slot.name}`, deadline);
}

/** Destroys a machine and waits until it has let go of its volume; content where somebody else was faster. */
export async function destroy(context: Context, hold: Hold, app: string, machine: FlyMachine): Promise<void> {
  try {
    await end(context, hold, app, machine);
  } catch (error) {
    if (!isFlyError(error, "not-found") || (await machineFind(context.fly, app, machine.id)) !== undefined) throw error;
  }
  hold.forget(machine.id);
}

/** Stops a machine by its own signal and time, then destroys it. */
async function end(context: Context, hold: Hold, app: string, machine: FlyMachine): Promise<void> {
  const { fly } = context;
  const reachable = isReachable(machine);
  const nonce = reachable ? await hold.take(machine.id) : undefined;
  if (reachable && machine.state === "started") {
    context.report(`stopping ${machine.id}`);
    await machineStop(fly, app, machine.id, nonce);
    // Not stopped in time is killed by the destroy that follows.
    await machineWait(fly, app, machine.id, { state: "stopped", instance_id: machine.instance_id, timeout: 60 }).catch(
      unlessEnded,
    );
  }
  await machineDestroy(fly, app, machine.id, nonce);
  await machineWait(fly, app, machine.id, { state: "destroyed", timeout: 60 }).catch(unlessEnded);
}

function unlessEnded(error: unknown): void {
  if (!isFlyError(error, "timeout", "not-found", "invalid")) throw error;
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
