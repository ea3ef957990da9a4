import { type Answer, type Call, flag, text } from "../call.ts";
import { refuse } from "../errors.ts";
import type { PostgresCluster } from "../record.ts";
import { enveloped, readyClusterOf } from "./postgres.ts";

/** Name, version, and what it is for. Fly's own catalogue is longer, and nobody has written it down. */
const catalogue: readonly (readonly [name: string, version: string, description: string])[] = [
  ["plpgsql", "1.0", "PL/pgSQL procedural language"],
  ["btree_gin", "1.3", "B-tree types in GIN indexes"],
  ["btree_gist", "1.7", "B-tree types in GiST indexes"],
  ["citext", "1.6", "Text that ignores case"],
  ["hstore", "1.8", "Sets of keys and values"],
  ["pg_stat_statements", "1.10", "Statistics of queries"],
  ["pg_trgm", "1.6", "Similarity of texts by trigrams"],
  ["pgcrypto", "1.3", "Cryptographic functions"],
  ["postgis", "3.5.0", "Geometries and geography"],
  ["unaccent", "1.1", "Text search without accents"],
  ["uuid-ossp", "1.1", "UUIDs"],
  ["vector", "0.8.0", "Vectors and their nearest neighbours"],
];

/** Those that every database has and nobody can take away. */
const system: readonly string[] = ["plpgsql"];

const isKnown = (name: string) => catalogue.some(([known]) => known === name);

/** The cluster and database of the path. */
function databaseOf(call: Call): { cluster: PostgresCluster; database: string } {
  const cluster = readyClusterOf(call);
  const { name: database = "" } = call.params;
  if (!cluster.databases.includes(database)) refuse("postgresPartMissing", { what: "Database" });
  return { cluster, database };
}

function schemaOf({ extensions = [] }: PostgresCluster, database: string, name: string): string | undefined {
  if (system.includes(name)) return "pg_catalog";
  return extensions.find((one) => one.database === database && one.name === name)?.schema;
}

/** The whole catalogue, with what is installed of it (formae, postgres). */
export function extensionList(call: Call): Answer {
  const { cluster, database } = databaseOf(call);
  const rows = catalogue.map(([name, version, description]) => {
    const schema = schemaOf(cluster, database, name);
    const installed = schema === undefined ? null : { schema, version };
    return { name, default_version: version, description, system: system.includes(name), installed };
  });
  return enveloped(200, rows);
}

export function extensionEnable(call: Call): Answer {
  const { cluster, database } = databaseOf(call);
  const name = text(call.body, "name") ?? "";
  flag(call.body, "create_schema");
  if (!isKnown(name)) refuse("postgresInvalid", { what: "Unknown or unsupported extension" });
  if (name === "postgis" && !cluster.postgis) refuse("extensionPostgis");
  const installed = schemaOf(cluster, database, name);
  if (installed !== undefined) refuse("extensionInstalled", { name, schema: installed });
  const extension = { database, name, schema: text(call.body, "schema") ?? "public" };
  cluster.extensions = [...(cluster.extensions ?? []), extension];
  call.world.put(call.world.clusters, cluster);
  return { status: 204 };
}

/** Takes an extension away; one that is known and not there is no error: assumed. */
export function extensionDisable(call: Call): Answer {
  const { cluster, database } = databaseOf(call);
  const { extension = "" } = call.params;
  if (!isKnown(extension)) refuse("postgresInvalid", { what: "Invalid extension name" });
  if (system.includes(extension)) refuse("extensionSystem");
  const isIt = (one: { database: string; name: string }) => one.database === database && one.name === extension;
  cluster.extensions = cluster.extensions?.filter((one) => !isIt(one));
  call.world.put(call.world.clusters, cluster);
  return { status: 204 };
}
