import { z } from "zod";
import type { FlyClient } from "./client.ts";
import { find } from "./gone.ts";

/** A volume as the Machines API returns it. */
export const FlyVolume = z.looseObject({
  id: z.string(),
  name: z.string(),
  state: z.string(),
  region: z.string(),
  size_gb: z.number(),
  zone: z.string().nullish(),
  encrypted: z.boolean().nullish(),
  snapshot_retention: z.number().nullish(),
  auto_backup_enabled: z.boolean().nullish(),
  attached_machine_id: z.string().nullish(),
  /** `ok`, `unknown` or `unreachable`: whether Fly can ask the host it is on. */
  host_status: z.string().nullish(),
  created_at: z.string().nullish(),
  /** Of the file system in it, as far as Fly's host knows it; 0 of 0 where it does not. */
  bytes_used: z.number().nullish(),
  bytes_total: z.number().nullish(),
});
export type FlyVolume = z.infer<typeof FlyVolume>;

const FlySnapshot = z.looseObject({ id: z.string(), status: z.string().nullish(), created_at: z.string().nullish() });
export type FlySnapshot = z.infer<typeof FlySnapshot>;

/** States of a volume that is on its way out, though Fly still answers 200 for it (formae, 2026-09-04). */
const leaving = [
  "scheduling_destroy",
  "scheduled_for_destruction",
  "fork_cleanup",
  "waiting_for_detach",
  "pending_destroy",
  "destroying",
  "destroyed",
];

/** Whether a volume is there to be used. */
const isLive = (volume: FlyVolume) => !leaving.includes(volume.state);

const path = (app: string, id = "") => `/v1/apps/${app}/volumes${id && `/${id}`}`;
const named = (app: string, id: string) => `volume ${id} of app "${app}"`;

/** The app's volumes; `undefined` where the app is gone. Those on their way out are left out. */
export async function volumeList(fly: FlyClient, app: string): Promise<FlyVolume[] | undefined> {
  const volumes = await find(fly, app, {
    operation: "Volumes_list",
    does: `list the volumes of app "${app}"`,
    method: "GET",
    path: path(app),
    repeat: "always",
    answer: z
      .array(FlyVolume)
      .nullish()
      .transform((volumes) => volumes ?? []),
  });
  return volumes?.filter(isLive);
}

/** The volume, or `undefined` where it is proven gone or on its way out. */
export async function volumeFind(fly: FlyClient, app: string, id: string): Promise<FlyVolume | undefined> {
  const volume = await find(fly, app, {
    operation: "Volumes_show",
    does: `read ${named(app, id)}`,
    method: "GET",
    path: path(app, id),
    repeat: "always",
    answer: FlyVolume,
  });
  return volume !== undefined && isLive(volume) ? volume : undefined;
}

/** What a volume is made from, in Fly's spelling. */
export interface VolumeBody {
  name: string;
  region: string;
  size_gb: number;
  encrypted: boolean;
  snapshot_retention: number;
  auto_backup_enabled: boolean;
  require_unique_zone: boolean;
  snapshot_id?: string | undefined;
  source_volume_id?: string | undefined;
}

/** Makes a volume. */
export const volumeCreate = (fly: FlyClient, app: string, body: VolumeBody) =>
  fly.send({
    operation: "Volumes_create",
    does: `create volume "${body.name}" in ${body.region} for app "${app}"`,
    method: "POST",
    path: path(app),
    body,
    repeat: "unsent",
    answer: FlyVolume,
  });

/** Changes how snapshots are taken and kept. */
export const volumeUpdate = (
  fly: FlyClient,
  app: string,
  id: string,
  body: Pick<VolumeBody, "snapshot_retention" | "auto_backup_enabled">,
) =>
  fly.send({
    operation: "Volumes_update",
    does: `update ${named(app, id)}`,
    method: "PUT",
    path: path(app, id),
    body,
    repeat: "always",
    answer: FlyVolume,
  });

/** Grows a volume. Asking for the size it has is harmless, so a lost answer may be asked for again. */
export const volumeExtend = (fly: FlyClient, app: string, id: string, sizeGb: number) =>
  fly.send({
    operation: "Volumes_extend",
    does: `grow ${named(app, id)} to ${sizeGb} GB`,
    method: "PUT",
    path: `${path(app, id)}/extend`,
    body: { size_gb: sizeGb },
    repeat: "always",
    answer: z.looseObject({ volume: FlyVolume.nullish() }),
  });

/** Deletes a volume; content where it is gone. */
export const volumeDelete = (fly: FlyClient, app: string, id: string) =>
  find(fly, app, {
    operation: "Volumes_delete",
    does: `delete ${named(app, id)}`,
    method: "DELETE",
    path: path(app, id),
    repeat: "always",
  });

/** The snapshots of a volume, which stay listable after the volume is gone. */
export async function snapshotList(fly: FlyClient, app: string, id: string) {
  const snapshots = await find(fly, app, {
    operation: "Volume_snapshots_list",
    does: `list the snapshots of ${named(app, id)}`,
    method: "GET",
    path: `${path(app, id)}/snapshots`,
    repeat: "always",
    answer: z
      .array(FlySnapshot)
      .nullish()
      .transform((snapshots) => snapshots ?? []),
  });
  return snapshots ?? [];
}

/** Asks for a snapshot. Fly answers before it exists and without its id: it turns up in the list. */
export const snapshotCreate = (fly: FlyClient, app: string, id: string) =>
  fly.send({
    operation: "Volume_snapshots_create",
    does: `take a snapshot of ${named(app, id)}`,
    method: "POST",
    path: `${path(app, id)}/snapshots`,
    repeat: "unsent",
  });
