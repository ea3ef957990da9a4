import { type Answer, type Call, text } from "../call.ts";
import { refuse } from "../errors.ts";
import { clusterId } from "../identifier.ts";
import type { PostgresCluster } from "../record.ts";
import { clusterOf, livingClusterOf, provision } from "./postgres.ts";

/** A new cluster with the settings and contents of another, which is left as it is. */
function copyOf({ world }: Call, source: PostgresCluster, name: string): Answer {
  return provision(world, {
    ...structuredClone(source),
    id: clusterId(),
    name,
    createdAt: world.clock.now(),
    deletedAt: undefined,
    goneAt: undefined,
    attached: [],
    attachedAt: {},
    backups: [],
  });
}

export function clusterFork(call: Call): Answer {
  const source = livingClusterOf(call);
  if (source.state !== "ready") refuse("postgresNotReady");
  return copyOf(call, source, text(call.body, "name") ?? `${source.name}-fork`);
}

/** Makes a cluster of a backup, or of what there was at a moment. */
export function clusterRestore(call: Call): Answer {
  const source = clusterOf(call);
  const backup = text(call.body, "backup_id");
  const moment = text(call.body, "pitr_time");
  if ((backup === undefined) === (moment === undefined)) {
    refuse("postgresInvalid", { what: "one of backup_id and pitr_time is required" });
  }
  if (backup !== undefined) refuseUnfinished(call, source, backup);
  if (moment !== undefined) refuseOutside(call, source, moment);
  return copyOf(call, source, text(call.body, "name") ?? `${source.name}-restore`);
}

function refuseUnfinished({ world }: Call, { id: cluster, backups }: PostgresCluster, backup: string): void {
  const found = backups.find(({ id, finishedAt }) => id === backup && finishedAt <= world.clock.now());
  if (found === undefined) refuse("backupMissing", { backup, cluster });
}

/** How far back it goes Fly does not say: to the cluster's creation, which is assumed. */
function refuseOutside({ world }: Call, { createdAt }: PostgresCluster, moment: string): void {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(moment);
  const at = isTime ? Date.parse(moment) : Number.NaN;
  if (at >= createdAt && at <= world.clock.now()) return;
  refuse("postgresInvalid", { what: "pitr_time must be a time with an offset within the recovery window" });
}
