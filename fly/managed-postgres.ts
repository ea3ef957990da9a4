import { z } from "zod";
import type { Call, FlyClient } from "./client.ts";
import { FlyError, isFlyError } from "./errors.ts";
import type { PostgresCredentials } from "./managed-postgres-user.ts";

const Endpoint = z.looseObject({ host: z.string().nullish(), port: z.number().nullish() }).nullish();

/** What a list says of a Managed Postgres cluster. */
const FlyClusterSummary = z.looseObject({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  deleted_at: z.string().nullish(),
});

/** A Managed Postgres cluster as the API returns it. */
export const FlyCluster = FlyClusterSummary.extend({
  region: z.string(),
  plan: z.string(),
  disk_size_gb: z.number(),
  replicas: z.number().nullish(),
  // A number in the OpenAPI document, a string in fly-go.
  pg_major_version: z.union([z.string(), z.number().transform(String)]).nullish(),
  postgis_enabled: z.boolean().nullish(),
  organization: z.looseObject({ slug: z.string() }).nullish(),
  endpoints: z.looseObject({ primary: z.looseObject({ direct: Endpoint, pooler: Endpoint }).nullish() }).nullish(),
  attached_apps: z.array(z.looseObject({ name: z.string() })).nullish(),
});
export type FlyCluster = z.infer<typeof FlyCluster>;

/** Everything under `/v1/postgres` comes in this envelope. */
export const enveloped = <T>(data: z.ZodType<T>) => z.looseObject({ data }).transform((body) => body.data as T);

/** A list in its envelope; null stands for an empty one. */
export const envelopedList = <T>(item: z.ZodType<T>) =>
  enveloped(z.array(item).nullish()).transform((list) => list ?? []);

/** Path of a cluster, or of something in it. */
export const clusterPath = (id: string, ...more: string[]) =>
  ["/v1/postgres", ...[id, ...more].map(encodeURIComponent)].join("/");

/** User and database that every cluster has from the start (flyctl, mpgutil). */
export const ownUser = "fly-user";
export const ownDatabase = "fly-db";

/** The organisation's clusters; those on their way out are left out. */
export async function clusterList(fly: FlyClient, org: string) {
  const does = `list the Managed Postgres clusters of organisation "${org}"`;
  try {
    const clusters = await fly.send({
      operation: "Postgres_list",
      does,
      method: "GET",
      path: "/v1/postgres",
      query: { org_slug: org },
      repeat: "always",
      answer: envelopedList(FlyClusterSummary),
    });
    fly.proven.add(proofOf(org));
    return clusters.filter(({ status, deleted_at }) => !deleted_at && status !== "deleting" && status !== "deleted");
  } catch (error) {
    if (!isFlyError(error, "not-found")) throw error;
    // Here Fly says 404 where it says 401 or 403 elsewhere (formae, probe of 2026-08-21).
    const what = `Fly shows this token no such organisation: its slug (orgSlug, or airworthy:org) is mistyped, or the token is not for it, expired or revoked`;
    throw new FlyError("not-found", does, what, error.status, { cause: error });
  }
}

const proofOf = (org: string) => `Managed Postgres of ${org}`;

/**
 * Makes the call and answers `undefined` where what it asks for is gone. A 404 alone proves nothing, since a token that
 * is not valid is answered so too: the organisation's list must have answered 200 to this token in this run.
 */
export async function findInCluster<T>(fly: FlyClient, org: string, call: Call<T>): Promise<T | undefined> {
  try {
    return await fly.send(call);
  } catch (error) {
    if (!isFlyError(error, "not-found")) throw error;
    if (!fly.proven.has(proofOf(org))) await clusterList(fly, org);
    return undefined;
  }
}

/** A call that shows a cluster, which throws where there is none. */
export const clusterShow = (id: string) =>
  ({
    operation: "Postgres_show",
    does: `read Managed Postgres cluster ${id}`,
    method: "GET",
    path: clusterPath(id),
    repeat: "always",
    answer: enveloped(FlyCluster),
  }) satisfies Call<FlyCluster>;

/** The cluster, one that is being deleted too, or `undefined` where it is proven gone. */
export async function clusterFind(fly: FlyClient, org: string, id: string): Promise<FlyCluster | undefined> {
  const cluster = await findInCluster(fly, org, clusterShow(id));
  return cluster?.status === "deleted" ? undefined : cluster;
}

/** Where a cluster is reached. */
export interface PostgresAddress {
  host: string;
  port: number;
}

const port = 5432;

/** Pooler and primary of a cluster, as soon as Fly shows them. */
export function addressesOf({
  endpoints,
}: FlyCluster): { pooler: PostgresAddress; direct: PostgresAddress } | undefined {
  const { pooler, direct } = endpoints?.primary ?? {};
  if (!pooler?.host) return undefined;
  // The same hash names both hosts.
  const directHost = direct?.host || pooler.host.replace(/^pgbouncer\./, "direct.");
  return {
    pooler: { host: pooler.host, port: pooler.port || port },
    direct: { host: directHost, port: direct?.port || port },
  };
}

/** A connection string as flyctl puts it together (flyctl, mpgutil), with the port always in it. */
export const connectionUrl = (
  { host, port }: PostgresAddress,
  { username, password }: PostgresCredentials,
  database: string,
) =>
  `postgresql://${[username, password].map(encodeURIComponent).join(":")}@${host}:${port}/${encodeURIComponent(database)}`;

/** What a cluster is made from, in Fly's spelling. */
export interface ClusterBody {
  org_slug: string;
  name: string;
  region: string;
  plan: string;
  disk_size_gb: number;
  pg_major_version: string;
  pool_mode: string;
  postgis_enabled: boolean;
}

/** Makes a cluster, which is ready some minutes later. */
export const clusterCreate = (fly: FlyClient, body: ClusterBody) =>
  fly.send({
    operation: "Postgres_create",
    does: `create Managed Postgres "${body.name}" in ${body.region} for organisation "${body.org_slug}"`,
    method: "POST",
    path: "/v1/postgres",
    body,
    repeat: "unsent",
    answer: enveloped(FlyClusterSummary),
  });

/** Deletes a cluster with its data; content where it is gone. */
export const clusterDelete = (fly: FlyClient, org: string, id: string) =>
  findInCluster(fly, org, {
    operation: "Postgres_delete",
    does: `delete Managed Postgres cluster ${id}`,
    method: "DELETE",
    path: clusterPath(id),
    repeat: "always",
  });
