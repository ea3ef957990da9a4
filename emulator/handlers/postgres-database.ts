import type { Answer, Call } from "../call.ts";
import { refuse } from "../errors.ts";
import { enveloped, partName, readyClusterOf } from "./postgres.ts";

export function databaseList(call: Call): Answer {
  return enveloped(
    200,
    readyClusterOf(call).databases.map((name) => ({ name })),
  );
}

export function databaseCreate(call: Call): Answer {
  const cluster = readyClusterOf(call);
  const name = partName(call.body, "name");
  if (cluster.databases.includes(name)) refuse("postgresTaken", { what: "Database" });
  cluster.databases = [...cluster.databases, name];
  call.world.put(call.world.clusters, cluster);
  return enveloped(201, { name });
}

export function databaseDelete(call: Call): Answer {
  const cluster = readyClusterOf(call);
  const { name = "" } = call.params;
  if (!cluster.databases.includes(name)) refuse("postgresPartMissing", { what: "Database" });
  cluster.databases = cluster.databases.filter((other) => other !== name);
  cluster.extensions = cluster.extensions?.filter(({ database }) => database !== name);
  call.world.put(call.world.clusters, cluster);
  return enveloped(200, { name });
}
