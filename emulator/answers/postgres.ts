import { z } from "zod";
import { type Answers, moment, nothing } from "./answer.ts";

const enveloped = <T extends z.ZodType>(data: T) => z.object({ data });

const endpoint = z.object({ host: z.string(), port: z.int() });

const summary = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  status: z.enum(["creating", "initializing", "ready", "deleting", "deleted", "failed"]),
  region: z.string(),
  // The document has the last with a capital, and takes any case.
  plan: z.string().regex(/^(basic|starter|launch|scale|[Pp]erformance)$/),
  attached_apps: z.array(z.object({ name: z.string() })),
  created_at: moment,
  // Null of what is not deleted (formae, postgres).
  deleted_at: moment.nullish(),
});

const cluster = z.object({
  ...summary.shape,
  disk_size_gb: z.int(),
  cpus: z.int(),
  cpu_kind: z.enum(["shared", "performance"]),
  memory_mb: z.int(),
  replicas: z.int(),
  pg_major_version: z.enum(["16", "17"]),
  postgis_enabled: z.boolean(),
  organization: z.object({ name: z.string(), slug: z.string() }),
  // Both are null before the cluster is ready: assumed.
  endpoints: z.object({ primary: z.object({ direct: endpoint.nullable(), pooler: endpoint.nullable() }) }),
  // Taken and never shown (formae, postgres).
  pool_mode: z.never().optional(),
});

/** As flyctl's type of the web API has it (internal/uiex/mpg/v1). */
const webSummary = summary.extend({ disk: z.int(), replicas: z.int() });

const attachment = z.object({ app_name: z.string(), attached_at: moment, postgres_cluster_id: z.string() });

const backup = z.object({
  id: z.string(),
  type: z.enum(["full", "incr", "diff"]),
  status: z.string(),
  started_at: moment,
  // Null while it runs: assumed.
  finished_at: moment.nullable(),
  size_bytes: z.int().optional(),
});

const database = z.object({ name: z.string() });
const user = z.strictObject({ username: z.string(), role: z.enum(["schema_admin", "writer", "reader"]) });
const credentials = z.object({ username: z.string(), password: z.string().min(1) });

const extension = z.object({
  name: z.string(),
  default_version: z.string(),
  description: z.string(),
  system: z.boolean(),
  installed: z.object({ schema: z.string(), version: z.string() }).nullable(),
});

export const postgresAnswers: Answers = {
  Postgres_list: { 200: enveloped(z.array(summary)) },
  Organization_postgres_list: { 200: enveloped(z.array(webSummary)) },
  Organization_postgres_deleted: { 200: enveloped(z.array(webSummary)) },
  Postgres_create: { 201: enveloped(cluster) },
  Postgres_show: { 200: enveloped(cluster) },
  Postgres_delete: { 202: nothing },
  Postgres_fork: { 201: enveloped(cluster) },
  Postgres_restore: { 201: enveloped(cluster) },
  Postgres_attachments_create: { 200: enveloped(attachment), 201: enveloped(attachment) },
  Postgres_attachments_delete: { 204: nothing },
  Postgres_backups_list: { 200: enveloped(z.array(backup)) },
  Postgres_backups_create: { 202: nothing },
  Postgres_databases_list: { 200: enveloped(z.array(database)) },
  Postgres_databases_create: { 201: enveloped(database) },
  Postgres_databases_delete: { 200: enveloped(database) },
  Postgres_extensions_list: { 200: enveloped(z.array(extension)) },
  Postgres_extensions_enable: { 204: nothing },
  Postgres_extensions_disable: { 204: nothing },
  Postgres_users_list: { 200: enveloped(z.array(user)) },
  Postgres_users_create: { 201: enveloped(user) },
  Postgres_users_update: { 204: nothing },
  Postgres_users_delete: { 204: nothing },
  Postgres_users_credentials: { 200: enveloped(credentials) },
  Postgres_users_rotate_password: { 200: enveloped(credentials) },
};
