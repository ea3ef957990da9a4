import { z } from "zod";
import { type Answers, moment } from "./answer.ts";

/** Superfly/docs, volumes; `scheduled_for_destruction` and the like of older clients are not among them. */
const state = z.enum([
  ...(["creating", "created", "extending", "restoring", "hydrating", "recovering"] as const),
  ...(["enabling_remote_export", "fork_cleanup", "waiting_for_detach", "scheduling_destroy"] as const),
  ...(["pending_destroy", "destroying", "destroyed"] as const),
]);

const short = {
  id: z.string().regex(/^vol_[0-9a-z]{16}$/),
  name: z.string().min(1),
  state,
  size_gb: z.int(),
  region: z.string(),
  zone: z.string(),
  encrypted: z.boolean(),
  fstype: z.enum(["ext4", "raw"]),
  attached_machine_id: z.string().nullable(),
  attached_alloc_id: z.string().nullable(),
  created_at: moment,
  snapshot_retention: z.int(),
  auto_backup_enabled: z.boolean(),
  host_status: z.enum(["ok", "unknown", "unreachable"]),
  type: z.enum(["local", "cache"]),
};

const sizes = {
  blocks: z.int(),
  block_size: z.int(),
  blocks_free: z.int(),
  blocks_avail: z.int(),
  bytes_used: z.int(),
  bytes_total: z.int(),
};

const volume = z.object({ ...short, ...sizes });
const summary = z.object(short);
const row = z.object({ ...short, ...z.object(sizes).partial().shape, app_name: z.string(), updated_at: moment });

const snapshot = z.object({
  id: z.string().regex(/^vs_[0-9a-z]{24}$/),
  size: z.int(),
  volume_size: z.int(),
  digest: z.string(),
  status: z.enum(["waiting", "running", "created"]),
  created_at: moment,
  retention_days: z.int(),
});

// Not in the document (superfly/docs, volumes-resource).
const asked = z.object({
  Msg: z.object({ backup: z.object({ volume_id: z.string(), state: z.string(), type: z.string() }) }),
});

export const volumeAnswers: Answers = {
  Volumes_list: { 200: z.array(z.union([volume, summary])) },
  Volumes_create: { 200: volume },
  Volumes_show: { 200: volume },
  Volumes_update: { 200: volume },
  Volumes_delete: { 200: volume },
  Volumes_extend: { 200: z.object({ volume, needs_restart: z.boolean() }) },
  Volume_snapshots_list: { 200: z.array(snapshot) },
  Volume_snapshots_create: { 200: asked },
  Volumes_org_list: {
    200: z.object({
      volumes: z.array(row),
      next_cursor: z.string(),
      last_volume_id: z.string(),
      last_updated_at: z.string(),
    }),
  },
};
