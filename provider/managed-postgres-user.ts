import { z } from "zod";
import { FlyError, isFlyError } from "../fly/errors.ts";
import { addressesOf, clusterShow, connectionUrl, ownDatabase } from "../fly/managed-postgres.ts";
import {
  postgresCredentials,
  postgresUserCreate,
  postgresUserDelete,
  postgresUserList,
  postgresUserUpdate,
} from "../fly/managed-postgres-user.ts";
import { replaces } from "./input.ts";
import { type Context, defineLifecycle, type Existing, HalfMade } from "./lifecycle.ts";
import { areKnown, clusterId, clusterOf, missing, partName, partsOf, taken } from "./managed-postgres-part.ts";

const roles = ["schema_admin", "writer", "reader"] as const;

export const managedPostgresUserInputs = z.strictObject({
  cluster: clusterId.meta({ ...replaces, description: "Id of the ManagedPostgres." }),
  username: partName.meta({ ...replaces, description: "Name of the user." }),
  role: z.enum(roles, `must be one of ${roles.join(", ")}`).meta({ description: "What the user may do." }),
  database: partName.optional().meta({ description: "Database that connectionString leads to." }),
});

type Inputs = z.output<typeof managedPostgresUserInputs>;

const noun = "user";

export const managedPostgresUser = defineLifecycle({
  token: "airworthy:index:ManagedPostgresUser",
  inputs: managedPostgresUserInputs,
  outputs: z.object({
    orgSlug: z.string(),
    password: z.string().meta({ secret: true, stable: true }),
    connectionString: z.string().meta({ secret: true }),
  }),

  identity: (news) =>
    areKnown(news, "cluster", "username")
      ? `${noun} "${news["username"]}" of Managed Postgres cluster ${news["cluster"]}`
      : undefined,

  async create(context, declared) {
    const { fly } = context;
    const { cluster, username, role } = declared;
    const { org } = await clusterOf(context, cluster);
    const isThere = async () => (await userFind(context, org, cluster, username)) !== undefined;
    if (await isThere()) throw taken(context, "ManagedPostgresUser", noun, username, cluster);
    await postgresUserCreate(fly, cluster, { username, role }).catch(async (error) => {
      // None was there before, so one that is there now is the one we asked for.
      if (!isFlyError(error, "uncertain") || !(await isThere())) throw error;
    });
    try {
      return await existing(context, org, declared);
    } catch (error) {
      throw new HalfMade({ id: `${cluster}/${username}`, outputs: { orgSlug: org } }, (error as Error).message, {
        cause: error,
      });
    }
  },

  async read(context, id, state) {
    const [cluster, username] = partsOf(id, noun, "username");
    const org = state ? String(state.outputs["orgSlug"]) : (await clusterOf(context, cluster)).org;
    const users = await postgresUserList(context.fly, org, cluster);
    const live = users?.find((user) => user.username === username);
    if (live === undefined && state === undefined) {
      throw missing(
        noun,
        username,
        cluster,
        users?.map((user) => user.username),
      );
    }
    if (live === undefined) return undefined;
    const inputs = { ...(state?.inputs ?? { cluster, username }), role: live.role } as Inputs;
    return { ...(await existing(context, org, inputs)), inputs: inputs as never };
  },

  async update(context, _id, declared, { outputs }) {
    const { cluster, username, role } = declared;
    const org = String(outputs["orgSlug"]);
    const live = await userFind(context, org, cluster, username);
    if (live === undefined) {
      const does = `change user "${username}" of Managed Postgres cluster ${cluster}`;
      throw new FlyError("not-found", does, "it is gone. Run `pulumi refresh`, then `pulumi up`");
    }
    if (live.role !== role) await postgresUserUpdate(context.fly, cluster, username, role);
    return await existing(context, org, declared);
  },

  async remove({ fly }, id, { outputs }) {
    const [cluster, username] = partsOf(id, noun, "username");
    await postgresUserDelete(fly, String(outputs["orgSlug"]), cluster, username);
  },
});

const userFind = async ({ fly }: Context, org: string, cluster: string, username: string) =>
  (await postgresUserList(fly, org, cluster))?.find((user) => user.username === username);

/** What the user connects with. */
async function existing({ fly }: Context, orgSlug: string, declared: Inputs): Promise<Existing> {
  const { cluster, username, database = ownDatabase } = declared;
  const addresses = addressesOf(await fly.send(clusterShow(cluster)));
  if (addresses === undefined)
    throw new Error(`Managed Postgres cluster ${cluster} shows no address yet. Run it again`);
  const credentials = await postgresCredentials(fly, cluster, username);
  const connectionString = connectionUrl(addresses.pooler, credentials, database);
  return { id: `${cluster}/${username}`, outputs: { orgSlug, password: credentials.password, connectionString } };
}
