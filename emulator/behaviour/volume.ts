import type { Behaviour } from "./index.ts";

/** Volumes. */
export const volume: readonly Behaviour[] = [
  {
    number: 93,
    grade: "observed",
    claim: "Create is 200: id vol_…, encrypted, with backups kept for 5 days, attached to nothing",
  },
  { number: 94, grade: "observed", claim: "Two volumes may have one name" },
  { number: 95, grade: "observed", claim: "A name with a dash or of 31 characters is refused" },
  { number: 96, grade: "observed", claim: "A snapshot_retention of 0 or 61 is refused" },
  { number: 97, grade: "observed", claim: "A mounted volume has its machine's id as attached_machine_id" },
  { number: 98, grade: "observed", claim: "A second machine on a volume is 412 with the first one's id" },
  { number: 99, grade: "observed", claim: "Deleting a volume is 412 while its machine lives or is being destroyed" },
  {
    number: 100,
    grade: "observed",
    claim: "A deleted volume reads waiting_for_detach, pending_destroy, destroyed, never 404 at once",
  },
  { number: 101, grade: "observed", claim: "A volume outlives its machine, detached" },
  { number: 102, grade: "observed", claim: "extend answers with the volume and needs_restart; the mount stays" },
  { number: 103, grade: "observed", claim: "A volume cannot be made smaller" },
  { number: 104, grade: "observed", claim: "Retention and backups can be changed" },
  {
    number: 105,
    grade: "observed",
    claim: "A snapshot is 200 with state prepare, and is listed as waiting, running, created",
  },
  {
    number: 106,
    grade: "observed",
    claim: 'A snapshot of a volume that was never mounted is 400 "uninitialized volume"',
  },
  { number: 107, grade: "observed", claim: "A snapshot cannot be deleted: there is no such route" },
  {
    number: 108,
    grade: "observed",
    claim: "A volume from a snapshot is no smaller than it, and is restoring before it is created",
  },
  { number: 109, grade: "observed", claim: "A machine and its volume cannot be in different regions" },
];
