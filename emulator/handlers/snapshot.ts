import { type Answer, appOf, type Call, volumeOf } from "../call.ts";
import { rfc3339 } from "../clock.ts";
import { refuse } from "../errors.ts";
import { imageDigest, snapshotId } from "../identifier.ts";
import { snapshotJourney } from "../transitions.ts";
import { snapshotView } from "./volume.ts";

/** Snapshots of a volume, also of one that is gone; newest first. */
export function snapshotList(call: Call): Answer {
  const app = appOf(call);
  const { world, params } = call;
  const snapshots = world.snapshots.of(app.name).filter(({ volume }) => volume === params["id"]);
  if (snapshots.length === 0) volumeOf(call);
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
  const id = snapshotId();
  const snapshot = {
    id,
    app: volume.app,
    volume: volume.id,
    volumeGb: volume.sizeGb,
    digest: imageDigest(id).slice("sha256:".length),
    createdAt: world.clock.now(),
    retentionDays: volume.snapshotRetention,
    state: "",
    ahead: [],
  };
  world.embark(snapshot, snapshotJourney);
  world.put(world.snapshots, snapshot);
  const backup = { id: "", volume_id: volume.id, state: "prepare", type: "BACKUP_TYPE_ON_DEMAND" };
  return { status: 200, body: { Msg: { backup } } };
}
