import { randomBytes } from "node:crypto";
import { isFlyError } from "../../fly/errors.ts";
import { type FlyMachine, machineList, mountedVolume } from "../../fly/machine.ts";
import {
  type FlySnapshot,
  type FlyVolume,
  snapshotList,
  volumeCreate,
  volumeFind,
  volumeList,
} from "../../fly/volume.ts";
import { lengthOf } from "../local/option.ts";
import { Trouble } from "../trouble.ts";
import { type Finding, type Session, seconds } from "./drill.ts";
import { type Fly, flyOf, wanted } from "./fly.ts";
import { compareContents } from "./restored-contents.ts";
import { clearVolume } from "./restored-volume.ts";

export interface RestoreOptions {
  app?: string;
  volume?: string;
  compare?: string;
  within: string;
  local?: boolean;
}

/** A volume and its last snapshot that is whole. */
interface Backup {
  volume: FlyVolume;
  snapshot: FlySnapshot | undefined;
}

const gib = 1024 ** 3;

/**
 * Makes a volume from the last snapshot, waits until it can be used, and compares it with the one it came from. The
 * contents are compared by a command of the user's, in a machine that mounts the new volume. Both are gone afterwards.
 */
export async function restore(session: Session, options: RestoreOptions): Promise<Finding> {
  const app = wanted(options.app, "the app with --app");
  const withinMs = lengthOf("--within", options.within);
  const fly = await flyOf(session, options);
  const { volume, snapshot } = await backupOf(fly, app, options.volume);
  const failed = (durationMs: number, detail: string): Finding => ({ app, result: "failed", durationMs, detail });
  if (snapshot === undefined) return failed(0, `volume ${volume.id} in ${volume.region} has no snapshot that is whole`);
  const model = options.compare === undefined ? undefined : await mounterOf(fly, app, volume);

  const name = `airworthy_drill_${randomBytes(4).toString("hex")}`;
  // By its name, since the answer with its id may be lost.
  session.undo(`volume ${name} of app "${app}"`, () => clearVolume(fly.undoing(), app, name));
  session.say(`making a volume from snapshot ${snapshot.id} of ${volume.id}, taken ${takenAt(snapshot)}`);
  const start = performance.now();
  const made = await makeFrom(fly, app, volume, snapshot, name);
  if (typeof made === "string") return failed(performance.now() - start, made);
  const restored = await usable(fly, app, made, withinMs);
  const durationMs = performance.now() - start;
  const from = `snapshot of ${takenAt(snapshot)} of a volume in ${volume.region}`;
  if (restored === undefined) return failed(durationMs, `the ${from} was no usable volume after ${seconds(withinMs)}`);
  const differences = differencesOf(volume, snapshot, restored);
  if (differences.length > 0) return failed(durationMs, `the ${from} came back, but ${differences.join(", ")}`);

  const same = `the ${from} was a usable volume within ${seconds(durationMs)}, of the same size (${restored.size_gb} GB), region and encryption`;
  if (model === undefined || options.compare === undefined) {
    return {
      app,
      result: "passed",
      release: snapshot.id,
      durationMs,
      detail: `${same}; its contents were not looked at`,
    };
  }
  session.say("running the command in a machine that mounts it");
  const problem = await compareContents(session, fly, { app, model, restored, command: options.compare, withinMs });
  return problem === undefined
    ? {
        app,
        result: "passed",
        release: snapshot.id,
        durationMs,
        detail: `${same}; the command that looks at its contents ended with 0`,
      }
    : failed(durationMs, `${same}; but the command that looks at its contents ${problem}`);
}

/** The volume that was named, else the one with the last snapshot of the app. */
async function backupOf(fly: Fly, app: string, wantedVolume: string | undefined): Promise<Backup> {
  const volumes = await volumeList(fly.client, app);
  if (volumes === undefined) throw new Trouble(`there is no app "${app}" at ${fly.name}`);
  if (volumes.length === 0) throw new Trouble(`app "${app}" has no volumes, so there is nothing to restore`);
  const named = volumes.filter(({ id }) => wantedVolume === undefined || id === wantedVolume);
  if (named.length === 0) {
    throw new Trouble(`app "${app}" has no volume ${wantedVolume}; it has ${volumes.map(({ id }) => id).join(", ")}`);
  }
  const backups: Backup[] = [];
  for (const volume of named) backups.push({ volume, snapshot: await lastSnapshot(fly, app, volume) });
  const newest = backups.sort((one, other) => timeOf(other.snapshot) - timeOf(one.snapshot))[0];
  return newest as Backup;
}

async function lastSnapshot({ client }: Fly, app: string, { id }: FlyVolume): Promise<FlySnapshot | undefined> {
  const snapshots = await snapshotList(client, app, id);
  // The others are still being written (fly/api.md §10).
  const whole = snapshots.filter(({ status }) => status === "created" || status === null || status === undefined);
  return whole.sort((one, other) => timeOf(other) - timeOf(one))[0];
}

const timeOf = (snapshot: FlySnapshot | undefined) => Date.parse(snapshot?.created_at ?? "1970-01-01");
const takenAt = ({ created_at }: FlySnapshot) =>
  `${(created_at ?? "an unknown time").slice(0, 16).replace("T", " ")} UTC`;

/** The machine that has the volume mounted: its image and its mount path are what the command finds. */
async function mounterOf({ client }: Fly, app: string, { id }: FlyVolume): Promise<FlyMachine> {
  const machine = (await machineList(client, app))?.find((one) => mountedVolume(one) === id);
  if (machine !== undefined) return machine;
  throw new Trouble(`--compare runs in the image of the machine that mounts the volume, and none mounts ${id}`);
}

/** The new volume, or why Fly makes none. */
async function makeFrom({ client }: Fly, app: string, volume: FlyVolume, snapshot: FlySnapshot, name: string) {
  const { region, size_gb, encrypted } = volume;
  const backups = { snapshot_retention: 1, auto_backup_enabled: false };
  const body = { name, region, size_gb, encrypted: encrypted ?? true, ...backups, require_unique_zone: false };
  try {
    return await volumeCreate(client, app, { ...body, snapshot_id: snapshot.id });
  } catch (error) {
    // What says nothing of the snapshot is no finding about it.
    if (!isFlyError(error, "invalid", "not-found", "precondition", "conflict")) throw error;
    return `Fly made no volume from snapshot ${snapshot.id}: ${error.what}`;
  }
}

async function usable({ client, pause }: Fly, app: string, made: FlyVolume, limitMs: number) {
  for (const until = performance.now() + limitMs; ; await pause()) {
    const volume = await volumeFind(client, app, made.id);
    if (volume === undefined) return undefined;
    if (volume.state === "created") return volume;
    if (performance.now() > until) return undefined;
  }
}

function differencesOf(volume: FlyVolume, snapshot: FlySnapshot, restored: FlyVolume): string[] {
  const bytes = typeof snapshot["volume_size"] === "number" ? snapshot["volume_size"] : 0;
  return [
    ...(restored.size_gb * gib < bytes ? [`has ${restored.size_gb} GB, fewer than the snapshot's`] : []),
    ...(restored.size_gb < volume.size_gb ? [`has ${restored.size_gb} GB in place of ${volume.size_gb}`] : []),
    ...(restored.region === volume.region ? [] : [`is in ${restored.region}`]),
    ...(volume.encrypted && restored.encrypted === false ? ["is not encrypted"] : []),
    // Fly fills it in when the snapshot is written (fly/api.md §10).
    ...(snapshot["digest"] === "" ? ["its snapshot has no digest"] : []),
  ];
}
