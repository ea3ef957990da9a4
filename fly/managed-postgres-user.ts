import { z } from "zod";
import type { FlyClient } from "./client.ts";
import { clusterPath, enveloped, envelopedList, findInCluster } from "./managed-postgres.ts";

// The older API, which flyctl uses, says `name`.
const FlyPostgresUser = z
  .looseObject({ username: z.string().nullish(), name: z.string().nullish(), role: z.string() })
  .transform(({ username, name, role }) => ({ username: username ?? name ?? "", role }));

const Credentials = z.looseObject({ username: z.string(), password: z.string() });
export type PostgresCredentials = z.infer<typeof Credentials>;

const named = (cluster: string, username: string) => `user "${username}" of Managed Postgres cluster ${cluster}`;

/** The cluster's users, or `undefined` where the cluster is proven gone. */
export const postgresUserList = (fly: FlyClient, org: string, cluster: string) =>
  findInCluster(fly, org, {
    operation: "Postgres_users_list",
    does: `list the users of Managed Postgres cluster ${cluster}`,
    method: "GET",
    path: clusterPath(cluster, "users"),
    repeat: "always",
    answer: envelopedList(FlyPostgresUser),
  });

/** Makes a user; Fly makes up the password. */
export const postgresUserCreate = (fly: FlyClient, cluster: string, body: { username: string; role: string }) =>
  fly.send({
    operation: "Postgres_users_create",
    does: `create ${named(cluster, body.username)}`,
    method: "POST",
    path: clusterPath(cluster, "users"),
    body,
    repeat: "unsent",
  });

/** Gives a user another role. */
export const postgresUserUpdate = (fly: FlyClient, cluster: string, username: string, role: string) =>
  fly.send({
    operation: "Postgres_users_update",
    does: `change the role of ${named(cluster, username)}`,
    method: "PATCH",
    path: clusterPath(cluster, "users", username),
    body: { role },
    repeat: "always",
  });

/** Deletes a user; content where it is gone. */
export const postgresUserDelete = (fly: FlyClient, org: string, cluster: string, username: string) =>
  findInCluster(fly, org, {
    operation: "Postgres_users_delete",
    does: `delete ${named(cluster, username)}`,
    method: "DELETE",
    path: clusterPath(cluster, "users", username),
    repeat: "always",
  });

/** Name and password of a user, which Fly shows while the cluster is ready. */
export const postgresCredentials = (fly: FlyClient, cluster: string, username: string) =>
  fly.send({
    operation: "Postgres_users_credentials",
    does: `read the credentials of ${named(cluster, username)}`,
    method: "GET",
    path: clusterPath(cluster, "users", username, "credentials"),
    repeat: "always",
    answer: enveloped(Credentials),
  });
