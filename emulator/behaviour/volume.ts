import type { Behaviour } from "./index.ts";

/** Volumes. */
export const volume: readonly Behaviour[] = [
  {
    number: 93,
    grade: "observed",
    claim:
      "POST A/volumes {name,region,size_gb:1} → 200, id vol_…, encrypted true, auto_backup_enabled true, snapshot_retention 5, attached_machine_id null",
  },
  { number: 94, grade: "observed", claim: "Two volumes with one name → both created" },
  { number: 95, grade: "observed", claim: 'name "my-vol" → rejected; "my_vol" ok; 31 chars rejected' },
  { number: 96, grade: "observed", claim: "snapshot_retention 0 or 61 → rejected" },
  { number: 97, grade: "observed", claim: "Machine mounts {volume:id} → volume.attached_machine_id = Machine id" },
  {
    number: 98,
    grade: "observed",
    claim: 'Second Machine on it → 412 err("failed_precondition: volume already claimed by machine <id>")',
  },
  {
    number: 99,
    grade: "observed",
    claim:
      'DELETE attached volume (or while Machine destroying) → 412 err("failed_precondition: volume is currently bound to machine: <id>")',
  },
  {
    number: 100,
    grade: "observed",
    claim:
      "DELETE free volume → 200; GET/{id} then **200 with state waiting_for_detach** → pending_destroy → destroyed (never an immediate 404); list may show it as created briefly",
  },
  { number: 101, grade: "observed", claim: "DELETE Machine → its volume survives, detached" },
  {
    number: 102,
    grade: "observed",
    claim: "PUT extend 1→2 → 200 {volume.size_gb:2, needs_restart}; mounted Machine keeps id",
  },
  { number: 103, grade: "observed", claim: "extend smaller → error, size unchanged" },
  {
    number: 104,
    grade: "observed",
    claim: "PUT {snapshot_retention:2,auto_backup_enabled:false} → visible on next GET",
  },
  {
    number: 105,
    grade: "observed",
    claim:
      "POST snapshots on attached volume → 200 Msg/backup state prepare; list later shows vs_… waiting→running→created",
  },
  {
    number: 106,
    grade: "observed",
    claim: 'POST snapshots on never-attached volume → 400 err("…uninitialized volume…")',
  },
  { number: 107, grade: "observed", claim: "DELETE snapshot → 404 page not found (no such route)" },
  {
    number: 108,
    grade: "observed",
    claim: "Create from snapshot_id of another volume with smaller size → error; equal/greater → restoring → created",
  },
  { number: 109, grade: "observed", claim: "Machine in region A with volume in region B → refused" },
];
