import type { FlyClient } from "../../fly/client.ts";
import { isFlyError } from "../../fly/errors.ts";
import { reportsOf, shownConfig } from "../../fly/machine.ts";
import { clusterFind, clusterList, type FlyCluster } from "../../fly/managed-postgres.ts";
import { postgresReplicas as rule } from "../../policies/rules/postgres-replicas.ts";
import { altogether, counted, eachApp, isLasting, machinesOf, organisationOf } from "./app.ts";
import { type Check, fail, pass, type Subject, skip, type Verdict, warn } from "./check.ts";
import { metric, seriesOf } from "./metrics.ts";

/** Are the apps' databases ready, and do they have a replica that keeps up? */
export const postgresReplicas: Check = {
  name: "Postgres Replicas",
  rule,
  judge: async (subject, signal) => {
    const fly = subject.fly(signal);
    const [managed, own] = await Promise.all([
      managedOf(subject, fly),
      eachApp((app) => ownNodes(app, fly, subject, signal))(subject, signal),
    ]);
    const judged = [...managed, own].filter(({ status }) => status !== "SKIP");
    return judged.length === 0
      ? skip("no Postgres that this token is shown belongs to these apps")
      : altogether(judged);
  },
};

/** Managed clusters of the stack, and those that Fly has recorded as attached to one of the apps. */
async function managedOf(subject: Subject, fly: FlyClient): Promise<Verdict[]> {
  const org = await organisationOf(subject, fly);
  const all = await clustersOf(fly, org);
  if (all === undefined) return [];
  const found = await Promise.all(all.map(({ id }) => clusterFind(fly, org, id)));
  const mine = found.filter((cluster) => cluster !== undefined && isOurs(cluster, subject)) as FlyCluster[];
  const gone = subject.clusters.filter((id) => !mine.some((cluster) => cluster.id === id));
  return [...mine.map(judged), ...gone.map((id) => fail(`cluster ${id} of the stack is not there`))];
}

/** The organisation's clusters; `undefined` where this token, an app's perhaps, is shown none. */
async function clustersOf(fly: FlyClient, org: string) {
  try {
    return await clusterList(fly, org);
  } catch (error) {
    if (isFlyError(error, "not-found", "forbidden")) return undefined;
    throw error;
  }
}

const isOurs = ({ id, attached_apps }: FlyCluster, { apps, clusters }: Subject) =>
  clusters.includes(id) || (attached_apps ?? []).some(({ name }) => apps.includes(name));

function judged({ name, status, replicas }: FlyCluster): Verdict {
  if (status !== "ready") return fail(`${name} is ${status}`);
  if (replicas === undefined || replicas === null) return warn(`${name} is ready; Fly does not say how many replicas`);
  if (replicas < 1) return fail(`${name} is ready, without a replica`);
  // Fly shows lag of Managed Postgres on its dashboard only (Fly docs, mpg/metrics).
  return pass(`${name} is ready with ${counted(replicas, "replica")} (lag: only its dashboard has it)`);
}

/** Seconds by which a replica may be behind before it would lose what somebody noticed. */
const lagSeconds = 60;

/** Unmanaged Postgres is an app of its own, whose `role` check says which machine is what (fly-apps/postgres-flex). */
async function ownNodes(app: string, fly: FlyClient, subject: Subject, signal: AbortSignal): Promise<Verdict> {
  const machines = (await machinesOf(fly, app)).filter(isLasting);
  const nodes = machines.filter((machine) => /postgres-flex/.test(String(shownConfig(machine)["image"])));
  if (nodes.length === 0) return skip("no Postgres");
  const roles = nodes.flatMap((machine) =>
    reportsOf(machine).flatMap(({ name, output, status }) =>
      name === "role" && status === "passing" ? [output ?? ""] : [],
    ),
  );
  const replicas = roles.filter((role) => /replica|standby/.test(role)).length;
  if (!roles.some((role) => /primary/.test(role))) return fail(`${app}: no node says that it is the primary`);
  if (replicas === 0) return fail(`${app}: ${counted(nodes.length, "node")}, and no replica among them`);
  const lag = await lagOf(app, fly, subject, signal);
  const detail = `${app}: a primary and ${counted(replicas, "replica")}`;
  if (lag === undefined) return pass(`${detail}; the lag is not to be seen`);
  return lag > lagSeconds
    ? fail(`${detail}, ${Math.round(lag)} s behind`)
    : pass(`${detail}, ${lag.toFixed(1)} s behind`);
}

async function lagOf(app: string, fly: FlyClient, subject: Subject, signal: AbortSignal): Promise<number | undefined> {
  try {
    const found = await metric(subject, fly, app, `max(pg_replication_lag{${seriesOf(app)}})`, signal);
    return typeof found === "string" ? undefined : found[0]?.value;
  } catch (error) {
    if (isFlyError(error)) throw error;
    return undefined;
  }
}
