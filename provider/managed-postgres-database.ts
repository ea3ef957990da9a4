import { z } from "zod";
import { FlyError, isFlyError } from "../fly/errors.ts";
import { databaseCreate, databaseDelete, databaseList } from "../fly/managed-postgres-database.ts";
import { refuses } from "./input.ts";
import { defineLifecycle } from "./lifecycle.ts";
import { areKnown, clusterId, clusterOf, missing, partName, partsOf, taken } from "./managed-postgres-part.ts";

const keep = "Make another ManagedPostgresDatabase, move the data with pg_dump and pg_restore, then delete this one";

export const managedPostgresDatabaseInputs = z.strictObject({
  cluster: clusterId.meta({
    ...refuses(`A database stays in its cluster. ${keep}`),
    description: "Id of the ManagedPostgres.",
  }),
  name: partName.meta({
    ...refuses(`Fly's API cannot rename a database. ${keep}`),
    description: "Name of the database.",
  }),
});

const noun = "database";

export const managedPostgresDatabase = defineLifecycle({
  token: "airworthy:index:ManagedPostgresDatabase",
  inputs: managedPostgresDatabaseInputs,
  outputs: z.object({ orgSlug: z.string() }),

  identity: (news) =>
    areKnown(news, "cluster", "name")
      ? `${noun} "${news["name"]}" of Managed Postgres cluster ${news["cluster"]}`
      : undefined,

  async create(context, { cluster, name }) {
    const { fly } = context;
    const { org } = await clusterOf(context, cluster);
    const isThere = async () => (await databaseList(fly, org, cluster))?.includes(name);
    if (await isThere()) throw taken(context, "ManagedPostgresDatabase", noun, name, cluster);
    await databaseCreate(fly, cluster, name).catch(async (error) => {
      // It was not there before, so one that is there now is the one we asked for.
      if (!isFlyError(error, "uncertain") || !(await isThere())) throw error;
    });
    return { id: `${cluster}/${name}`, outputs: { orgSlug: org } };
  },

  async read(context, id, state) {
    const [cluster, name] = partsOf(id, noun, "name");
    const org = state ? String(state.outputs["orgSlug"]) : (await clusterOf(context, cluster)).org;
    const names = await databaseList(context.fly, org, cluster);
    if (names?.includes(name)) return { id, inputs: { cluster, name }, outputs: { orgSlug: org } };
    if (state === undefined) throw missing(noun, name, cluster, names);
    if (names === undefined) return undefined;
    throw new FlyError(
      "not-found",
      `read database "${name}" of Managed Postgres cluster ${cluster}`,
      `the cluster is there and the database is not, so its data may be lost. To go on without it run \`pulumi state delete\` on "${context.name}", and the next up makes a new and empty one`,
    );
  },

  async remove({ fly }, id, { outputs }) {
    const [cluster, name] = partsOf(id, noun, "name");
    await databaseDelete(fly, String(outputs["orgSlug"]), cluster, name);
  },
});
