import { createHash } from "node:crypto";
import { isRegion } from "../../fly/regions.ts";
import { countAnew, isKept } from "../backup.ts";
import { type Answer, appOf, type Call, flag, type JsonObject, text, volumeOf, whole } from "../call.ts";
import { rfc3339 } from "../clock.ts";
import { refuse } from "../errors.ts";
import { hostStatus, newHost } from "../host.ts";
import { volumeId } from "../identifier.ts";
import { cursorHeader, mostListed, pageOf } from "../page.ts";
import type { App, Snapshot, Volume } from "../record.ts";
import type { World } from "../state.ts";
import { goneVolumeStates, volumeJourneys } from "../transitions.ts";
import { isWithin, windowEnd } from "../window.ts";

const blockSize = 4096;
const gib = 1024 ** 3;

/** A volume as Fly shows it. */
export function volumeView(volume: Volume) {
  const blocks = (volume.sizeGb * gib) / blockSize;
  const free = Math.floor(volume.bytesUsed === undefined ? blocks * 0.95 : blocks - volume.bytesUsed / blockSize);
  return {
    id: volume.id,
    name: volume.name,
    state: volume.state,
    size_gb: volume.sizeGb,
    region: volume.region,
    zone: volume.zone,
    encrypted: volume.encrypted,
    fstype: volume.fstype,
    attached_machine_id: volume.attachedTo,
    attached_alloc_id: volume.attachedTo,
    created_at: rfc3339(volume.createdAt),
    snapshot_retention: volume.snapshotRetention,
    auto_backup_enabled: volume.autoBackup,
    host_status: volume.hostStatus,
    type: "local",
    blocks,
    block_size: blockSize,
    blocks_free: free,
    blocks_avail: free,
    bytes_used: (blocks - free) * blockSize,
    bytes_total: blocks * blockSize,
  };
}

/** Without what a summary leaves out: how full it is. */
export function volumeSummary(volume: Volume) {
  const { blocks, block_size, blocks_free, blocks_avail, bytes_used, bytes_total, ...short } = volumeView(volume);
  return short;
}

export function volumeList(call: Call): Answer {
  const { world, query } = call;
  const all = world.volumes.of(appOf(call).name);
  const { page, next } = pageOf(query, all, ({ state }) => state !== "destroyed", mostListed);
  const view = query.get("summary") === "true" ? volumeSummary : volumeView;
  const body = page.map((volume) => ({ ...view(volume), state: listedState(world, volume) }));
  return { status: 200, body, ...cursorHeader(next) };
}

/** A list may show what was just deleted as it was (formae, volume.go; cubepals). */
function listedState(world: World, volume: Volume): string {
  const { due, state } = volume;
  if (state !== "waiting_for_detach" || due === undefined) return state;
  const deletedAt = due - world.profile.durations.detach;
  return isWithin(world, windowEnd(world, deletedAt, "volumeListed")) ? "created" : state;
}

export function volumeShow(call: Call): Answer {
  const volume = volumeOf(call);
  const answer = { status: 200, body: volumeView(volume) };
  call.world.moveOn(call.world.nextChange(volume));
  return answer;
}

export function volumeCreate(call: Call): Answer {
  const app = appOf(call);
  const { world, body } = call;
  const origin = originOf(world, app, body);
  const volume = newVolume(world, app, body, origin);
  // Not through a journey where it is empty: that is ready when it is answered.
  if (origin !== undefined) world.embark(volume, volumeJourneys.restore);
  world.put(world.volumes, volume);
  return { status: 200, body: volumeView(volume) };
}

/** The snapshot or volume a new one begins from. */
function originOf(world: World, app: App, body: JsonObject): { gb: number } | undefined {
  const snapshotId = text(body, "snapshot_id");
  if (snapshotId !== undefined) {
    const snapshot = world.snapshots.get(snapshotId);
    if (snapshot === undefined || snapshot.app !== app.name || !isKept(world, snapshot)) refuse("snapshotMissing");
    return { gb: snapshot.volumeGb };
  }
  const sourceId = text(body, "source_volume_id");
  if (sourceId === undefined) return undefined;
  const source = world.volumes.get(sourceId);
  if (source === undefined || source.app !== app.name) refuse("volumeMissing");
  return { gb: source.sizeGb };
}

function newVolume(world: World, app: App, body: JsonObject, origin: { gb: number } | undefined): Volume {
  const name = text(body, "name") ?? "";
  if (!/^[a-z0-9_]{1,30}$/.test(name)) refuse("invalid", { what: "name must be 1 to 30 of a-z, 0-9 and _" });
  const region = text(body, "region") ?? refuse("invalid", { what: "region is required" });
  if (!isRegion(region)) refuse("invalid", { what: `region ${JSON.stringify(region)} is invalid` });
  const sizeGb = whole(body, "size_gb") ?? origin?.gb ?? 3;
  if (sizeGb < 1 || sizeGb > 500) refuse("invalid", { what: "size_gb must be 1 to 500" });
  if (origin !== undefined && sizeGb < origin.gb) refuse("snapshotLarger", { size: origin.gb });
  const fstype = text(body, "fstype") ?? "ext4";
  if (!["ext4", "raw"].includes(fstype)) refuse("invalid", { what: "fstype must be ext4 or raw" });
  const home = homeOf(world, app, name, region, flag(body, "require_unique_zone") ?? true);
  return {
    id: volumeId(),
    app: app.name,
    name,
    region,
    ...home,
    sizeGb,
    encrypted: flag(body, "encrypted") ?? true,
    fstype,
    snapshotRetention: retention(body) ?? 5,
    autoBackup: flag(body, "auto_backup_enabled") ?? true,
    attachedTo: null,
    initialized: origin !== undefined,
    createdAt: world.clock.now(),
    hostStatus: hostStatus(world, home.host),
    state: "created",
    ahead: [],
  };
}

function retention(body: JsonObject): number | undefined {
  const days = whole(body, "snapshot_retention");
  if (days !== undefined && (days < 1 || days > 60)) refuse("invalid", { what: "snapshot_retention must be 1 to 60" });
  return days;
}

/** Host and zone of a new volume: a zone of its own among its namesakes, unless that is waived. */
function homeOf(world: World, app: App, name: string, region: string, unique: boolean) {
  const namesakes = world.volumes
    .of(app.name)
    .filter((volume) => volume.name === name && volume.region === region && !goneVolumeStates.includes(volume.state));
  const host = unique || namesakes[0] === undefined ? newHost(region, world.nextNumber()) : namesakes[0].host;
  return { host, zone: createHash("sha256").update(host).digest("hex").slice(0, 4) };
}

export function volumeUpdate(call: Call): Answer {
  const volume = volumeOf(call);
  const days = retention(call.body);
  const autoBackup = flag(call.body, "auto_backup_enabled");
  if (!volume.autoBackup) countAnew(call.world, volume);
  volume.autoBackup = autoBackup ?? volume.autoBackup;
  volume.snapshotRetention = days ?? volume.snapshotRetention;
  call.world.put(call.world.volumes, volume);
  return { status: 200, body: volumeView(volume) };
}

/** Grows a volume; Fly cannot make one smaller. */
export function volumeExtend(call: Call): Answer {
  const volume = volumeOf(call);
  if (goneVolumeStates.includes(volume.state)) refuse("volumeMissing");
  const sizeGb = whole(call.body, "size_gb") ?? refuse("invalid", { what: "size_gb is required" });
  if (sizeGb < volume.sizeGb) refuse("volumeShrunk", { size: volume.sizeGb });
  if (sizeGb > 500) refuse("invalid", { what: "size_gb must be at most 500" });
  volume.sizeGb = sizeGb;
  call.world.put(call.world.volumes, volume);
  return { status: 200, body: { volume: volumeView(volume), needs_restart: false } };
}

export function volumeDelete(call: Call): Answer {
  const volume = volumeOf(call);
  if (volume.attachedTo !== null) refuse("volumeBound", { machine: volume.attachedTo });
  if (volume.state === "destroyed") refuse("volumeMissing");
  if (!goneVolumeStates.includes(volume.state)) call.world.embark(volume, volumeJourneys.delete);
  call.world.put(call.world.volumes, volume);
  return { status: 200, body: volumeView(volume) };
}

/** How many bytes a snapshot of little data stores. */
const storedBytes = 2 * 1024 ** 2;

export function snapshotView(snapshot: Snapshot) {
  const isWritten = snapshot.state === "created";
  return {
    id: snapshot.id,
    size: isWritten ? storedBytes : 0,
    volume_size: snapshot.volumeGb * gib,
    digest: isWritten ? snapshot.digest : "",
    status: snapshot.state,
    created_at: rfc3339(snapshot.createdAt),
    retention_days: snapshot.retentionDays,
  };
}
