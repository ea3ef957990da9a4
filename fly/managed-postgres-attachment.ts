import type { FlyClient } from "./client.ts";
import { clusterPath, findInCluster } from "./managed-postgres.ts";

const named = (cluster: string, app: string) => `app "${app}" and Managed Postgres cluster ${cluster}`;

/** Notes that an app uses a cluster. Noting it again is answered 200 and changes nothing. */
export const attachmentCreate = (fly: FlyClient, cluster: string, app: string) =>
  fly.send({
    operation: "Postgres_attachments_create",
    does: `attach ${named(cluster, app)}`,
    method: "POST",
    path: clusterPath(cluster, "attachments"),
    body: { app_name: app },
    repeat: "always",
  });

/** Takes the note back; content where there is none. */
export const attachmentDelete = (fly: FlyClient, org: string, cluster: string, app: string) =>
  findInCluster(fly, org, {
    operation: "Postgres_attachments_delete",
    does: `detach ${named(cluster, app)}`,
    method: "DELETE",
    path: clusterPath(cluster, "attachments", app),
    repeat: "always",
  });
