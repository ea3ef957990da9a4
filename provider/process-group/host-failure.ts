import { FlyError, isFlyError } from "../../fly/errors.ts";
import type { FlyMachine } from "../../fly/machine.ts";
import { type FlySnapshot, type FlyVolume, snapshotList, volumeCreate, volumeList } from "../../fly/volume.ts";
import type { Context } from "../lifecycle.ts";
import type { Hold } from "../machine/hold.ts";
import { isItsVolume, type MachineRecord } from "../machine/record.ts";
import { destroy } from "../machine/write.ts";
import { isStored } from "../snapshot.ts";
import { isFilling, untilFilled } from "../volume-seed.ts";
import { type Seat, whatIs } from "./capacity.ts";
import type { GroupInputs } from "./schema.ts";

/** A slot with a volume, of a group whose other slots' volumes are theirs. */
interface StatefulSeat extends Seat {
  inputs: Pick<GroupInputs, "slots" | "deploy">;
}

/**
 * Gives a slot a volume made from the last snapshot of the one that is out of reach, and destroys the machine that had it.
 * Nothing is touched before there is a snapshot, and the machine stays until the volume is filled. Answers with the new
 * volume's id. The old volume stays: Fly may get its host back.
 */
export async function replaceFromSnapshot(
  context: Context,
  hold: Hold,
  lost: StatefulSeat & { machine: FlyMachine },
): Promise<string> {
  const volumes = (await volumeList(context.fly, lost.group.app)) ?? [];
  const id = await restored(context, lost, volumeOf(volumes, lost), volumes);
  await destroy(context, hold, lost.group.app, lost.machine);
  return id;
}

/** The volume of a slot: the one its machine has, which may have another id than the declared one by now. */
const volumeOf = (volumes: FlyVolume[], { slot, machine }: Seat & { machine: FlyMachine }) =>
  volumes.find(({ attached_machine_id }) => attached_machine_id === machine.id) ??
  volumes.find(({ id }) => id === slot.volume);

/**
 * The volume with which to make a machine for a slot that has none, where that is not the declared one: what the state
 * knows to stand for it, or what was restored in its place by a run that died after it had let the machine go, or now.
 */
export async function volumeInStead(
  context: Context,
  seat: StatefulSeat & { records: Record<string, MachineRecord | undefined> },
): Promise<string | undefined> {
  const { slot, records, inputs } = seat;
  const known = records[slot.name];
  const differs = known?.volume !== slot.volume && isItsVolume(known, slot.volume);
  if (slot.volume === undefined || !(differs || inputs.deploy.hostFailure === replaces)) return undefined;
  const volumes = (await volumeList(context.fly, seat.group.app)) ?? [];
  if (differs && volumes.some(({ id }) => id === known?.volume)) return known?.volume;
  const declared = volumes.find(({ id }) => id === slot.volume);
  if (declared?.host_status !== unreachable || inputs.deploy.hostFailure !== replaces) return undefined;
  return await restored(context, seat, declared, volumes);
}

const replaces = "replace-from-snapshot";

/** A host that is merely `unknown` comes back. */
const unreachable = "unreachable";

/** Whether a slot's data is on a host that Fly cannot reach. */
export const isLost = (live: FlyMachine, { volume }: Seat["slot"]): boolean =>
  volume !== undefined && live.host_status === unreachable;

async function restored(
  context: Context,
  seat: StatefulSeat,
  old: FlyVolume | undefined,
  volumes: FlyVolume[],
): Promise<string> {
  const snapshot = old && (await lastSnapshot(context, seat.group.app, old.id));
  if (old === undefined || snapshot === undefined) throw nothingToRestore(seat, old);
  const others = volumes.filter(({ id }) => id !== old.id && !seat.inputs.slots.some(({ volume }) => volume === id));
  const made = standIn(seat, old, snapshot, others) ?? (await makeFrom(context, seat, old, snapshot, volumes));
  await untilFilled(context, seat.group.app, made);
  context.warn(
    `volume ${old.id} of ${whatIs(seat)} is on a host that Fly cannot reach: ${made.id} takes its place, from snapshot ${snapshot.id}${takenAt(snapshot)}. The old one stays at Fly; delete it when nothing in it is missing: \`fly volumes destroy ${old.id}\`. \`pulumi refresh\` shows the new one`,
  );
  return made.id;
}

/** The newest snapshot that is stored. They stay listable while the volume is out of reach, and after it. */
async function lastSnapshot({ fly }: Context, app: string, volume: string): Promise<FlySnapshot | undefined> {
  const stored = (await snapshotList(fly, app, volume)).filter(isStored);
  return stored.sort((a, b) => timeOf(b.created_at) - timeOf(a.created_at))[0];
}

const timeOf = (text: string | null | undefined) => Date.parse(text ?? "") || 0;

/**
 * The volume that an earlier run, or a person, made of the snapshot: free, of the old one's name and since the snapshot was
 * taken. Nothing at Fly tells what a volume began from, so where there are several nobody guesses.
 */
function standIn(seat: Seat, old: FlyVolume, snapshot: FlySnapshot, others: FlyVolume[]): FlyVolume | undefined {
  const free = others.filter(
    (volume) =>
      isLike(volume, old) &&
      !volume.attached_machine_id &&
      volume.host_status !== unreachable &&
      volume.size_gb >= old.size_gb &&
      (isFilling(volume) || timeOf(volume.created_at) >= timeOf(snapshot.created_at)),
  );
  if (free.length < 2) return free[0];
  throw new FlyError(
    "invalid",
    restoring(seat, old),
    `any of ${free.map(({ id }) => id).join(", ")} may have been made of its snapshot already. Delete those that were not, or give the slot the one that was`,
  );
}

const isLike = (volume: FlyVolume, { name, region, encrypted }: FlyVolume) =>
  volume.name === name && volume.region === region && (volume.encrypted ?? true) === (encrypted ?? true);

/** Makes the volume. A lost answer is followed by a look for the one that was not there before, never by a second one. */
async function makeFrom(
  { fly }: Context,
  seat: Seat,
  old: FlyVolume,
  snapshot: FlySnapshot,
  before: FlyVolume[],
): Promise<FlyVolume> {
  const make = () =>
    volumeCreate(fly, seat.group.app, {
      name: old.name,
      region: old.region,
      size_gb: old.size_gb,
      encrypted: old.encrypted ?? true,
      snapshot_retention: old.snapshot_retention ?? 14,
      auto_backup_enabled: old.auto_backup_enabled ?? true,
      require_unique_zone: true,
      snapshot_id: snapshot.id,
    });
  try {
    return await make();
  } catch (error) {
    if (!isFlyError(error, "uncertain")) throw error;
    const news = ((await volumeList(fly, seat.group.app)) ?? []).filter(
      (volume) => isLike(volume, old) && !before.some(({ id }) => id === volume.id),
    );
    return standIn(seat, old, snapshot, news) ?? (await make());
  }
}

const restoring = (seat: Seat, volume: FlyVolume | undefined) =>
  `replace volume ${volume?.id ?? seat.slot.volume} of ${whatIs(seat)} (app "${seat.group.app}") from a snapshot`;

const nothingToRestore = (seat: Seat, old: FlyVolume | undefined) =>
  new FlyError(
    "server",
    restoring(seat, old),
    "Fly cannot reach its host and lists no complete snapshot of it, so nothing was touched. Wait until the host is back, or give the slot another volume",
  );

const takenAt = ({ created_at }: FlySnapshot) => (created_at ? ` of ${created_at}` : "");

/** Why a slot whose data is out of reach cannot be changed, with both ways to go on without waiting for Fly. */
export async function lostHost(context: Context, lost: Seat & { machine: FlyMachine }): Promise<FlyError> {
  const { group, slot, machine } = lost;
  const { app } = group;
  const volume = volumeOf((await volumeList(context.fly, app)) ?? [], lost);
  const snapshot = volume && (await lastSnapshot(context, app, volume.id));
  const doing = `change ${whatIs(lost)} (machine ${machine.id} of app "${app}")`;
  const what = `Fly cannot reach the host of the machine and of its volume ${volume?.id ?? slot.volume}`;
  if (volume === undefined || snapshot === undefined)
    return new FlyError(
      "server",
      doing,
      `${what}, and lists no complete snapshot of that. Wait until the host is back`,
    );
  const last = `Its last snapshot is ${snapshot.id}${takenAt(snapshot)}${age(snapshot)}; what was written since is on that host only`;
  const { name, region, size_gb } = volume;
  const command = `fly volumes create ${name} -a ${app} --region ${region} --size ${size_gb} --snapshot-id ${snapshot.id}`;
  const ways = `Wait until the host is back; or set deploy.hostFailure to "replace-from-snapshot" and run \`pulumi up\`; or run \`${command}\` and give the slot that volume`;
  return new FlyError("server", doing, `${what}. ${last}. ${ways}`);
}

function age({ created_at }: FlySnapshot): string {
  const hours = (Date.now() - timeOf(created_at)) / 3_600_000;
  if (timeOf(created_at) === 0 || hours < 0) return "";
  return hours < 48 ? `, ${Math.floor(hours)} h ago` : `, ${Math.floor(hours / 24)} days ago`;
}
