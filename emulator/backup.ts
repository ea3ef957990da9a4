import { imageDigest, snapshotId } from "./identifier.ts";
import type { Snapshot, Volume } from "./record.ts";
import type { World } from "./state.ts";
import { goneVolumeStates, snapshotJourney } from "./transitions.ts";

/** Begins a snapshot of a volume. */
export function takeSnapshot(world: World, volume: Volume, at = world.clock.now()): void {
  const id = snapshotId();
  const snapshot = {
    id,
    app: volume.app,
    volume: volume.id,
    volumeGb: volume.sizeGb,
    digest: imageDigest(id).slice("sha256:".length),
    createdAt: at,
    retentionDays: volume.snapshotRetention,
    state: "",
    ahead: [],
  };
  world.embark(snapshot, snapshotJourney, at);
  world.put(world.snapshots, snapshot);
}

/** Whether Fly still has a snapshot. How long it is kept was settled when it was taken (superfly/docs, snapshots). */
export const isKept = (world: World, { createdAt, retentionDays }: Snapshot) =>
  world.clock.now() < createdAt + retentionDays * world.profile.durations.day;

/** From now on a day is counted until the volume's next automatic snapshot. */
export function countAnew(world: World, volume: Volume): void {
  volume.backupFrom = world.clock.now();
}

/**
 * When Fly takes the volume's next snapshot by itself: daily, of what was mounted once and has them enabled
 * (superfly/docs, snapshots). A local Fly that slept for long makes up for those only that would still be kept.
 */
export function nextBackup(world: World, volume: Volume): number | undefined {
  if (!volume.autoBackup || !volume.initialized || goneVolumeStates.includes(volume.state)) return undefined;
  const { day } = world.profile.durations;
  const next = (volume.backupFrom ?? volume.createdAt) + day;
  const oldest = world.clock.now() - volume.snapshotRetention * day;
  return next + Math.max(0, Math.ceil((oldest - next) / day)) * day;
}

/** Takes the automatic snapshot, and forgets those that are too old. */
export function backUp(world: World, volume: Volume, at: number): void {
  volume.backupFrom = at;
  world.put(world.volumes, volume);
  const snapshots = world.snapshots.of(volume.app).filter((snapshot) => snapshot.volume === volume.id);
  for (const snapshot of snapshots) {
    if (snapshot.due === undefined && !isKept(world, snapshot)) world.snapshots.drop(snapshot);
  }
  // Assumed: while one is being written the day's is left out, as a second one would be refused (behaviour 152).
  if (snapshots.every(({ due }) => due === undefined)) takeSnapshot(world, volume, at);
}
