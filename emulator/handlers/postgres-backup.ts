import { type Answer, type Call, text } from "../call.ts";
import { rfc3339 } from "../clock.ts";
import { refuse } from "../errors.ts";
import { hex } from "../identifier.ts";
import { enveloped, oneOf, readyClusterOf } from "./postgres.ts";

export function backupList(call: Call): Answer {
  const { backups } = readyClusterOf(call);
  const { clock } = call.world;
  const answer = enveloped(
    200,
    backups.map(({ id, type, startedAt, finishedAt }) => {
      const isRunning = finishedAt > clock.now();
      return {
        id,
        type,
        status: isRunning ? "running" : "completed",
        started_at: rfc3339(startedAt),
        finished_at: isRunning ? null : rfc3339(finishedAt),
      };
    }),
  );
  call.world.moveOn(backups.find(({ finishedAt }) => finishedAt > clock.now())?.finishedAt);
  return answer;
}

/** Asks for a backup, which turns up in the list. One at a time. */
export function backupCreate(call: Call): Answer {
  const cluster = readyClusterOf(call);
  const { world, body } = call;
  const type = oneOf("type", text(body, "type"), ["full", "incr", "diff"]);
  const startedAt = world.clock.now();
  if (cluster.backups.some(({ finishedAt }) => finishedAt > startedAt)) refuse("backupRunning");
  const finishedAt = startedAt + world.profile.durations.backup;
  cluster.backups = [...cluster.backups, { id: hex(16), type, startedAt, finishedAt }];
  world.put(world.clusters, cluster);
  return { status: 202 };
}
