import { isKept, takeSnapshot } from "../backup.ts";
import { type Answer, appOf, type Call, volumeOf } from "../call.ts";
import { rfc3339 } from "../clock.ts";
import { refuse } from "../errors.ts";
import { snapshotView } from "./volume.ts";

/** Snapshots of a volume, also of one that is gone; newest first. */
export function snapshotList(call: Call): Answer {
  const app = appOf(call);
  const { world, params } = call;
  const all = world.snapshots.of(app.name).filter(({ volume }) => volume === params["id"]);
  if (all.length === 0) volumeOf(call);
  const snapshots = all.filter((snapshot) => isKept(world, snapshot));
  const answer = { status: 200, body: snapshots.map(snapshotView).reverse() };
  const moving = snapshots.find(({ due }) => due !== undefined);
  if (moving !== undefined) world.moveOn(world.nextChange(moving));
  return answer;
}

/** Asks for a snapshot, which turns up in the list; the answer does not know its id. */
export function snapshotCreate(call: Call): Answer {
  const volume = volumeOf(call);
  const { world } = call;
  if (!volume.initialized) refuse("volumeUninitialized");
  const pending = world.snapshots.of(volume.app).find((other) => other.volume === volume.id && other.due !== undefined);
  if (pending !== undefined) refuse("snapshotScheduled", { at: rfc3339(pending.createdAt) });
  takeSnapshot(world, volume);
  const backup = { id: "", volume_id: volume.id, state: "prepare", type: "BACKUP_TYPE_ON_DEMAND" };
  return { status: 200, body: { Msg: { backup } } };
}
