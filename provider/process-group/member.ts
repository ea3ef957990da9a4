import { isFlyError } from "../../fly/errors.ts";
import { type FlyMachine, type MachineBody, machineFind, mountedVolume } from "../../fly/machine.ts";
import { awaiting, whenHealthy } from "../machine/gate.ts";
import { imageOf } from "../machine/image.ts";
import { configLabels, tagOf } from "../machine/label.ts";
import { halted, isAtRest } from "../machine/rest.ts";
import { start } from "../machine/start.ts";
import { configTag, wireConfig } from "../machine/wire.ts";
import { createOnce, destroy, rewrite, uncordon } from "../machine/write.ts";
import { isShortOfRoom, noRoomAtHost, withRoom } from "./capacity.ts";
import { labelsOf, type Phase } from "./fleet.ts";
import { replaceFromSnapshot, volumeInStead } from "./host-failure.ts";
import type { Rollout } from "./rollout.ts";
import type { SlotInputs } from "./schema.ts";
import { stepFor, usableGreen, volumeFor } from "./step.ts";

/** How a machine of the group differs from the slot's usual one. */
interface Role {
  /** The machine whose place it takes. */
  replaces?: FlyMachine | undefined;
  /** What it is while it is no slot's machine. */
  phase?: Phase;
  /** A volume that stands for the declared one. */
  volume?: string | undefined;
  /** Image that its machine runs now, for where that is kept. */
  image?: string | undefined;
  /** Made without a place at Fly's proxy, until it is uncordoned. */
  hidden?: boolean;
}

/** Brings the slot's machine to what is declared, in the way its step says. */
export async function change(rollout: Rollout, slot: SlotInputs, gated = true): Promise<void> {
  const live = rollout.fleet.bySlot.get(slot.name);
  if (live === undefined) return;
  rollout.touched = true;
  const step = stepFor(rollout, slot);
  if (step === "restore") return await restore(rollout, slot, live);
  if (step === "move") return await move(rollout, slot, live);
  if (step === "recreate") {
    await leave(rollout, slot, live);
    return await make(rollout, slot, { gated });
  }
  try {
    await update(rollout, slot, live, gated);
  } catch (error) {
    if (isShortOfRoom(error)) {
      if (slot.volume !== undefined) throw noRoomAtHost(error, { ...rollout, slot, machine: live });
      return await move(rollout, slot, live);
    }
    if (!(await isGone(rollout, live, error))) throw error;
    rollout.context.warn(`machine ${live.id} (${nameOf(rollout, slot)}) was destroyed meanwhile; it is made anew`);
    rollout.fleet.bySlot.delete(slot.name);
    await make(rollout, slot, { gated });
  }
}

async function update(rollout: Rollout, slot: SlotInputs, live: FlyMachine, gated: boolean): Promise<void> {
  const { context, group, hold } = rollout;
  rollout.progress.tell(slot.name, "updating");
  // Built of what is there when it is sent, since somebody may have changed the machine while its lease was waited for.
  const body = (seen: FlyMachine) => {
    const image = seen.instance_id === live.instance_id ? undefined : imageOf(seen);
    return bodyFor(rollout, slot, { volume: volumeFor(seen, slot, rollout.records[slot.name]), image });
  };
  let updated = await rewrite(context, hold, live, { app: group.app, what: nameOf(rollout, slot), body });
  rollout.fleet.bySlot.set(slot.name, updated);
  const rests = isAtRest(live);
  if (halted.includes(live.state) && !rests) await start(context, hold, group.app, updated);
  if (gated && !rests) updated = await healthy(rollout, slot, updated);
  if (live.cordoned === true) await uncordon(context, hold, group.app, updated);
  settle(rollout, slot, updated, rests ? "updated, stopped as before" : "updated");
}

/** A machine that was stopped stays stopped, and one that nobody waits for has nothing to prove. */
function settle(rollout: Rollout, slot: SlotInputs, machine: FlyMachine, what: string): void {
  rollout.fleet.bySlot.set(slot.name, machine);
  rollout.proven.add(slot.name);
  rollout.progress.done(slot.name, what, machine.id);
}

async function isGone({ context, group }: Rollout, { id }: FlyMachine, error: unknown): Promise<boolean> {
  if (!isFlyError(error, "not-found")) return false;
  return (await machineFind(context.fly, group.app, id)) === undefined;
}

/** Makes the machine of a slot that has none. */
export async function make(
  rollout: Rollout,
  slot: SlotInputs,
  { gated = true, volume }: { gated?: boolean; volume?: string | undefined } = {},
): Promise<void> {
  rollout.touched = true;
  delete rollout.observed[slot.name];
  await freeVolume(rollout, slot);
  const made = await createFor(rollout, slot, { volume: volume ?? (await restored(rollout, slot)) });
  rollout.fleet.bySlot.set(slot.name, made);
  settle(rollout, slot, gated ? await healthy(rollout, slot, made) : made, "created");
}

/** The volume that a run which died has restored for a slot without a machine. */
async function restored(rollout: Rollout, slot: SlotInputs): Promise<string | undefined> {
  const isWanted = rollout.inputs.deploy.hostFailure === "replace-from-snapshot";
  return isWanted && slot.volume !== undefined ? await volumeInStead(rollout.context, { ...rollout, slot }) : undefined;
}

/** A slot of another name that keeps its volume: the volume is free only when the machine that had it is gone. */
async function freeVolume(rollout: Rollout, slot: SlotInputs): Promise<void> {
  const { fleet, hold, context, group } = rollout;
  const inTheWay = fleet.excess.filter((live) => slot.volume !== undefined && mountedVolume(live) === slot.volume);
  fleet.excess = fleet.excess.filter((live) => !inTheWay.includes(live));
  for (const machine of inTheWay) await destroy(context, hold, group.app, machine);
}

/** Gives the slot another machine, and lets the old one go when that is healthy. */
async function move(rollout: Rollout, slot: SlotInputs, live: FlyMachine): Promise<void> {
  const made = await standIn(rollout, slot, live);
  const risen = await healthy(rollout, slot, made);
  await leave(rollout, slot, live);
  settle(rollout, slot, risen, `moved to ${risen.region}`);
}

/** The machine that takes another's place: one that an earlier run made, or a new one. */
export async function standIn(
  rollout: Rollout,
  slot: SlotInputs,
  live: FlyMachine | undefined,
  hidden = false,
): Promise<FlyMachine> {
  rollout.touched = true;
  const made = usableGreen(rollout, slot) ?? (await createFor(rollout, slot, { replaces: live, hidden }));
  rollout.fleet.greens.set(slot.name, [made]);
  return made;
}

async function restore(rollout: Rollout, slot: SlotInputs, machine: FlyMachine): Promise<void> {
  const { context, hold, group, fleet } = rollout;
  rollout.progress.tell(slot.name, "restoring its volume from the last snapshot");
  const volume = await replaceFromSnapshot(context, hold, { group, inputs: rollout.inputs, slot, machine });
  fleet.bySlot.delete(slot.name);
  await make(rollout, slot, { volume });
}

/** Takes the slot's machine out: cordoned, stopped by its own time, destroyed. */
async function leave(rollout: Rollout, slot: SlotInputs, live: FlyMachine): Promise<void> {
  rollout.progress.tell(slot.name, `letting ${live.id} go`);
  await destroy(rollout.context, rollout.hold, rollout.group.app, live);
  if (rollout.fleet.bySlot.get(slot.name) === live) rollout.fleet.bySlot.delete(slot.name);
}

/** Waits for a machine that has its config from an earlier run. One that has ended since is started to see it run. */
export async function prove(rollout: Rollout, slot: SlotInputs): Promise<void> {
  const live = rollout.fleet.bySlot.get(slot.name);
  if (live === undefined) return;
  rollout.touched = true;
  const risen = await rise(rollout, slot, live);
  settle(rollout, slot, risen, "seen to come up");
}

/** Starts a machine where it stopped, waits until it is healthy, and gives it its place at the proxy back. */
export async function rise(rollout: Rollout, slot: SlotInputs, live: FlyMachine): Promise<FlyMachine> {
  const { context, hold, group } = rollout;
  if (halted.includes(live.state)) await start(context, hold, group.app, live);
  const risen = await healthy(rollout, slot, live);
  if (live.cordoned === true) await uncordon(context, hold, group.app, risen);
  return { ...risen, cordoned: false };
}

/** Makes a machine for a slot. */
async function createFor(rollout: Rollout, slot: SlotInputs, role: Role): Promise<FlyMachine> {
  const { context, group } = rollout;
  rollout.progress.tell(slot.name, "being made");
  const body = bodyFor(rollout, slot, role);
  const { airworthy_tag: tag = "" } = body.config["metadata"] as Record<string, string>;
  const base = [group.name.replaceAll("_", "-"), ...(role.phase ? [role.phase] : []), slot.name].join("-");
  // Fly may still show the machine of a lost host under the slot's own name.
  const suffix = role.volume?.slice(-6) ?? (role.replaces || role.phase ? tag.slice(0, 6) : undefined);
  const name = suffix === undefined ? base : `${base}-${suffix}`;
  return await withRoom(context, { group, slot }, (region) =>
    createOnce(
      context,
      group.app,
      { ...body, name, region, ...(role.hidden && { skip_service_registration: true }) },
      tag,
    ),
  );
}

/** One machine more with the release, which serves beside the slots' machines. */
export async function makeCanary(rollout: Rollout, slot: SlotInputs): Promise<FlyMachine> {
  rollout.touched = true;
  const made = await createFor(rollout, slot, { phase: "canary" });
  rollout.fleet.beside.push(made);
  return made;
}

/** What a slot's machine is made or changed by. */
export function bodyFor(
  { group, inputs, release, images, labels }: Rollout,
  slot: SlotInputs,
  role: Role,
): MachineBody {
  const { replaces, phase } = role;
  // Each launch of a machine that takes another's place is told from all others by what it replaces and what it runs.
  const launch = [replaces?.id ?? "", phase ?? "", configTag(inputs, slot)];
  const own = {
    ...labelsOf(group, slot.name),
    ...configLabels(inputs, slot),
    ...((replaces || phase) && { airworthy_tag: tagOf(group.stack, group.app, group.name, slot.name, ...launch) }),
    ...(replaces && { airworthy_replaces: replaces.id }),
    ...(phase && { airworthy_phase: phase }),
    airworthy_release: String(release),
    ...labels,
  };
  // flyctl sets it beside the label, which Fly itself makes it from (fly/api.md §9.4).
  const env = { FLY_PROCESS_GROUP: group.name };
  const place = { ...slot, volume: role.volume ?? slot.volume };
  const config = wireConfig(inputs, place, { labels: own, env, image: role.image ?? images[slot.name] });
  return { config, min_secrets_version: inputs.minSecretsVersion };
}

/** Waits until a slot's machine is healthy. */
export function healthy(rollout: Rollout, slot: SlotInputs, machine: FlyMachine): Promise<FlyMachine> {
  const { context, group, inputs, progress } = rollout;
  const what = { app: group.app, machine, what: nameOf(rollout, slot), limit: inputs.deploy.waitTimeout };
  return whenHealthy(context, awaiting({ ...what, tell: (state) => progress.tell(slot.name, state) }));
}

const nameOf = ({ group }: Rollout, { name }: SlotInputs) => `${group.name}/${name}`;
