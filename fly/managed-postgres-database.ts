import { z } from "zod";
import type { FlyClient } from "./client.ts";
import { clusterPath, envelopedList, findInCluster } from "./managed-postgres.ts";

const named = (cluster: string, name: string) => `database "${name}" of Managed Postgres cluster ${cluster}`;

/** Names of the cluster's databases, or `undefined` where the cluster is proven gone. */
export async function databaseList(fly: FlyClient, org: string, cluster: string): Promise<string[] | undefined> {
  const databases = await findInCluster(fly, org, {
    operation: "Postgres_databases_list",
    does: `list the databases of Managed Postgres cluster ${cluster}`,
    method: "GET",
    path: clusterPath(cluster, "databases"),
    repeat: "always",
    answer: envelopedList(z.looseObject({ name: z.string() })),
  });
  return databases?.map(({ name }) => name);
}

/** Makes a database. */
export const databaseCreate = (fly: FlyClient, cluster: string, name: string) =>
  fly.send({
    operation: "Postgres_databases_create",
    does: `create ${named(cluster, name)}`,
    method: "POST",
    path: clusterPath(cluster, "databases"),
    body: { name },
    repeat: "unsent",
  });

/** Deletes a database with its data; content where it is gone. */
export const databaseDelete = (fly: FlyClient, org: string, cluster: string, name: string) =>
  findInCluster(fly, org, {
    operation: "Postgres_databases_delete",
    does: `delete ${named(cluster, name)}`,
    method: "DELETE",
    path: clusterPath(cluster, "databases", name),
    repeat: "always",
  });
