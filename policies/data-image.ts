import { commandOf, scriptOf } from "./command.ts";
import { imageOf, isUnmanagedPostgres } from "./image.ts";
import type { Reading } from "./reading.ts";

// The last part of an image's name, as the makers of the software publish it. Tools that go with it have other names
// (postgres-exporter, mongo-express, redisinsight).
const onDisk = new Set([
  ...["postgres", "postgresql", "postgis", "pgvector", "timescaledb", "timescaledb-ha", "spilo"],
  ...["mysql", "mysql-server", "mariadb", "percona", "percona-server", "mongo", "mongodb", "mongodb-community-server"],
  ...["clickhouse", "clickhouse-server", "cockroach", "couchdb", "neo4j", "influxdb", "cassandra", "surrealdb"],
  ...["elasticsearch", "opensearch", "meilisearch", "typesense", "qdrant", "weaviate"],
  ...["rqlite", "libsql-server", "litefs", "litestream", "pocketbase"],
]);
const inMemory = new Set(["redis", "redis-stack", "redis-stack-server", "valkey", "keydb", "dragonfly"]);

/**
 * What the software of an image does with its data: keep it on disk, or in memory and perhaps on disk too. `undefined`
 * where it is no database. In Fly's own registry the name is an app's, and tells nothing about the software.
 */
export function dataKindOf(reference: string | undefined): "disk" | "memory" | undefined {
  const { name } = imageOf(reference);
  if (isUnmanagedPostgres(reference)) return "disk";
  const last = name.startsWith("registry.fly.io/") ? "" : (name.split("/").at(-1) ?? "");
  return onDisk.has(last) ? "disk" : inMemory.has(last) ? "memory" : undefined;
}

const server =
  /(^|[\s;&|/])(docker-entrypoint\.sh|postgres|mysqld|mariadbd|mongod|clickhouse|[a-z]+-server|start(-[a-z]+)*(\.sh)?|litefs|litestream|rqlited|sqld|pocketbase|qdrant|meilisearch|cockroach|dragonfly)(\s|$)/;

/** Whether the machine runs its image's server, and not one of the tools that are in there too: `pg_dump`, `redis-cli`. */
export function runsServer(config: Reading): boolean {
  const words = commandOf(config);
  const first = words[0]?.text();
  return first === undefined || first.startsWith("-") || server.test(scriptOf(words)?.text() ?? first);
}
