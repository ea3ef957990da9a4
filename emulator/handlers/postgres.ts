import { createHash } from "node:crypto";
import { lacksPostgres, postgresDiskGb, postgresPlans, postgresVersions } from "../../fly/postgres-plans.ts";
import { isRegion } from "../../fly/regions.ts";
import { type Answer, type Call, flag, type JsonObject, text, whole } from "../call.ts";
import { rfc3339 } from "../clock.ts";
import { refuse } from "../errors.ts";
import { clusterId } from "../identifier.ts";
import type { PostgresCluster } from "../record.ts";
import { orgOf, type World } from "../state.ts";
import { clusterJourneys } from "../transitions.ts";
import { isOurs } from "./app.ts";

/** Everything under `/v1/postgres` comes in this envelope. */
export const enveloped = (status: number, data: unknown): Answer => ({ status, body: { data } });

/** The cluster of the path, if this token is for its whole organisation; what is deleted is shown for a while, so that 410 can be told from 404. */
export function clusterOf({ world, params, caller }: Call): PostgresCluster {
  const cluster = world.clusters.get(params["id"] ?? "");
  if (cluster === undefined || cluster.org !== caller.org || caller.app !== undefined) refuse("clusterMissing");
  if (cluster.state === "deleted") refuse("clusterDeleted");
  return cluster;
}

/** The cluster of the path where it may still be changed. */
export function livingClusterOf(call: Call): PostgresCluster {
  const cluster = clusterOf(call);
  if (cluster.state === "deleting") refuse("clusterDeleting");
  return cluster;
}

/** The cluster of the path where its admin service answers, which it does only while the cluster is ready. */
export function readyClusterOf(call: Call): PostgresCluster {
  const cluster = clusterOf(call);
  if (cluster.state !== "ready") refuse("clusterAway");
  return cluster;
}

/** Attached apps that are still there. */
export const attachedApps = (world: World, cluster: PostgresCluster) =>
  world.apps.all().filter(({ id }) => cluster.attached.includes(id));

/** Beside the primary, whatever the plan. */
const replicas = 1;

function clusterView(world: World, cluster: PostgresCluster) {
  const plan = postgresPlans[cluster.plan as keyof typeof postgresPlans];
  return {
    ...summaryOf(cluster),
    cpus: plan.cpus,
    cpu_kind: plan.cpuKind,
    memory_mb: plan.memoryMb,
    replicas,
    // A string on the wire (fly-go, ManagedPostgresCluster). The pool mode is taken and never shown (formae, postgres).
    pg_major_version: cluster.version,
    postgis_enabled: cluster.postgis,
    endpoints: cluster.state === "ready" ? endpointsOf(cluster) : { primary: { direct: null, pooler: null } },
    attached_apps: attachedApps(world, cluster).map(({ name }) => ({ name })),
  };
}

const summaryOf = (cluster: PostgresCluster) => ({
  id: cluster.id,
  name: cluster.name,
  status: cluster.state,
  region: cluster.region,
  plan: cluster.plan,
  disk_size_gb: cluster.diskSizeGb,
  organization: { name: orgOf(cluster.org).name, slug: cluster.org },
  created_at: rfc3339(cluster.createdAt),
  deleted_at: cluster.deletedAt === undefined ? null : rfc3339(cluster.deletedAt),
});

/** The host is named by a hash that is not the cluster's id. */
export function endpointsOf({ id }: PostgresCluster) {
  const hash = createHash("sha256").update(`host of ${id}`).digest("hex").slice(0, 16);
  const at = (service: string) => ({ host: `${service}.${hash}.flympg.net`, port: 5432 });
  return { primary: { direct: at("direct"), pooler: at("pgbouncer") } };
}

export function clusterList(call: Call): Answer {
  const { world, query, caller } = call;
  const deleted = query.get("include_deleted") ?? "false";
  if (deleted !== "true" && deleted !== "false") {
    refuse("postgresInvalid", { what: "include_deleted must be true or false" });
  }
  refuseForeign(query.get("org_slug") ?? "", call);
  const all = world.clusters.of(caller.org);
  const shown = deleted === "true" ? all : all.filter(({ state }) => state !== "deleted");
  return enveloped(200, shown.map(rowOf(world)));
}

const rowOf = (world: World) => (cluster: PostgresCluster) => ({
  ...summaryOf(cluster),
  attached_apps: attachedApps(world, cluster).map(({ name }) => ({ name })),
});

/** The list as Fly's web API has it: those that are, or those that are gone (flyctl, internal/uiex/mpg/v1). */
export const clusterWebList = (gone: boolean) => (call: Call) => {
  refuseForeign(call.params["org"] ?? "", call);
  const clusters = call.world.clusters.of(call.caller.org).filter(({ state }) => (state === "deleted") === gone);
  const rows = clusters.map(rowOf(call.world));
  return enveloped(
    200,
    rows.map((row) => ({ ...row, disk: row.disk_size_gb, replicas })),
  );
};

export function clusterShow(call: Call): Answer {
  const cluster = clusterOf(call);
  const answer = enveloped(200, clusterView(call.world, cluster));
  call.world.moveOn(call.world.nextChange(cluster));
  return answer;
}

export function clusterCreate(call: Call): Answer {
  const { world, body, caller } = call;
  refuseForeign(text(body, "org_slug") ?? "", call);
  return provision(world, newCluster(world, caller.org, body));
}

/** Sends a new cluster on its way. */
export function provision(world: World, cluster: PostgresCluster): Answer {
  const fails = world.platform.failingClusters?.includes(cluster.name);
  world.embark(cluster, fails ? clusterJourneys.fail : clusterJourneys.create);
  world.put(world.clusters, cluster);
  return enveloped(201, clusterView(world, cluster));
}

function newCluster(world: World, org: string, body: JsonObject): PostgresCluster {
  const id = clusterId();
  const region = text(body, "region") ?? "";
  if (!isRegion(region) || lacksPostgres(region)) refuse("postgresRegion");
  const diskSizeGb = whole(body, "disk_size_gb") ?? postgresDiskGb.least;
  if (diskSizeGb < postgresDiskGb.least || diskSizeGb > postgresDiskGb.most) {
    refuse("postgresInvalid", { what: `disk_size_gb must be ${postgresDiskGb.least} to ${postgresDiskGb.most}` });
  }
  // The spec has a number, fly-go a string.
  const given = body["pg_major_version"];
  const version = typeof given === "number" ? `${given}` : (text(body, "pg_major_version") ?? "16");
  return {
    id,
    org,
    name: text(body, "name") ?? id,
    region,
    // Fly's document has one plan with a capital, and says that case does not matter.
    plan: oneOf("plan", text(body, "plan")?.toLowerCase(), Object.keys(postgresPlans)),
    diskSizeGb,
    version: oneOf("pg_major_version", version, postgresVersions),
    poolMode: oneOf("pool_mode", text(body, "pool_mode") ?? "transaction", ["session", "transaction"]),
    postgis: flag(body, "postgis_enabled") ?? false,
    createdAt: world.clock.now(),
    databases: ["fly-db"],
    users: [{ name: "fly-user", role: "schema_admin", rotations: 0 }],
    attached: [],
    backups: [],
    state: "",
    ahead: [],
  };
}

/** Deletes a cluster and all its data; it answers for a while, then says that it is gone. */
export function clusterDelete(call: Call): Answer {
  const cluster = livingClusterOf(call);
  call.world.embark(cluster, clusterJourneys.delete);
  cluster.deletedAt = call.world.clock.now();
  call.world.put(call.world.clusters, cluster);
  return { status: 202 };
}

/** Fly says of another organisation what it says of none (formae, probe of 2026-08-21); of an app's token: assumed. */
function refuseForeign(slug: string, call: Call): void {
  if (!isOurs(slug, call) || call.caller.app !== undefined) refuse("noPostgresOrg");
}

/** The value where it is allowed. */
export function oneOf(key: string, value: string | undefined, allowed: readonly string[]): string {
  if (value !== undefined && allowed.includes(value)) return value;
  return refuse("postgresInvalid", { what: `${key} must be one of ${allowed.join(", ")}` });
}

/** A name of something in a cluster: up to 63 characters, the first and last of which are letters or digits (Fly's document). */
export function partName(body: JsonObject, key: string): string {
  const name = text(body, key) ?? refuse("postgresInvalid", { what: `${key} is required` });
  if (/^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$/.test(name)) return name;
  return refuse("postgresMalformed", { what: `${key} is invalid` });
}
