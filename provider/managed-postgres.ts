import { z } from "zod";
import { FlyError, isFlyError } from "../fly/errors.ts";
import {
  addressesOf,
  clusterCreate,
  clusterDelete,
  clusterFind,
  clusterList,
  clusterShow,
  connectionUrl,
  type FlyCluster,
  ownDatabase,
  ownUser,
} from "../fly/managed-postgres.ts";
import { postgresCredentials } from "../fly/managed-postgres-user.ts";
import {
  lacksPostgres,
  postgresDiskGb,
  postgresPlanNames,
  postgresRegions,
  postgresVersions,
} from "../fly/postgres-plans.ts";
import { integer, refuses, region } from "./input.ts";
import { type Context, defineLifecycle, type Existing, type Found, HalfMade } from "./lifecycle.ts";
import { pause } from "./pause.ts";
import { type Properties, same, unknown } from "./value.ts";

const anew = "make another ManagedPostgres, move the data with pg_dump and pg_restore, then delete this one";
const onlyAnew = (why: string) => refuses(`${why}: keep what it was, or ${anew}`);
const byDashboard = (what: string) =>
  refuses(
    `Fly's API cannot do it: change the ${what} in the dashboard at fly.io, write here what it is then, and run \`pulumi up --refresh\`; or ${anew}`,
  );

const postgresRegion = region.superRefine((code, context) => {
  if (!lacksPostgres(code)) return;
  const message = `Fly offers no Managed Postgres in ${code}; it does in ${postgresRegions.join(", ")}`;
  context.addIssue({ code: "custom", message });
});

export const managedPostgresInputs = z.strictObject({
  name: z
    .string()
    .min(1, "must not be empty")
    .meta({ ...onlyAnew("Fly's API cannot rename a cluster"), description: "Name of the cluster." }),
  orgSlug: z
    .string()
    .optional()
    .meta({ ...onlyAnew("A cluster stays in its organisation"), description: "Slug of the owning organisation." }),
  region: postgresRegion.meta({ ...onlyAnew("A cluster stays in its region"), description: "Region code." }),
  plan: z
    .enum(postgresPlanNames, `must be one of ${postgresPlanNames.join(", ")}`)
    .meta({ ...byDashboard("plan"), description: "Size of the machines." }),
  diskSizeGb: integer(postgresDiskGb.least, postgresDiskGb.most).meta({
    ...byDashboard("size"),
    description: "Disk in GB.",
  }),
  version: z
    .enum(postgresVersions, `must be one of ${postgresVersions.map((version) => `"${version}"`).join(", ")}`)
    .default("17")
    .meta({ ...onlyAnew("Fly's API cannot change the version"), description: "Major version of Postgres." }),
  poolMode: z
    .enum(["transaction", "session"], "must be one of transaction, session")
    .default("transaction")
    .meta({
      ...onlyAnew("Fly's API can neither change nor show the pool mode"),
      description: "What the pooler gives a client a connection for.",
    }),
  postgis: z
    .boolean()
    .default(false)
    .meta({
      ...onlyAnew("Fly's API decides on PostGIS when the cluster is made"),
      description: "Whether PostGIS is there.",
    }),
  adopt: z
    .boolean()
    .default(false)
    .meta({ description: "Whether a cluster of this name that is there already is the one a killed run has made." }),
});

type Inputs = z.output<typeof managedPostgresInputs>;

const address = z.object({ host: z.string(), port: z.int() });

export const managedPostgres = defineLifecycle({
  token: "airworthy:index:ManagedPostgres",
  inputs: managedPostgresInputs,
  outputs: z.object({
    standbys: z.int().meta({ stable: true }),
    endpoints: z.object({ pooler: address, direct: address }).meta({ stable: true }),
    connectionString: z.string().meta({ secret: true, stable: true }),
    directConnectionString: z.string().meta({ secret: true, stable: true }),
  }),

  identity: ({ name, orgSlug }) =>
    typeof name === "string" && name !== unknown && orgSlug !== unknown
      ? `Managed Postgres "${name}"${orgSlug === undefined ? "" : ` of organisation "${orgSlug}"`}`
      : undefined,

  // What is left when check has refused all changes: what an import could not see, and an organisation not named any more.
  settle: (differences) => differences.filter(({ kind }) => kind === "update"),

  async create(context, declared) {
    const org = declared.orgSlug ?? (await context.org());
    const namesakes = await clustersNamed(context, org, declared.name);
    if (namesakes.length === 0) return await ready(context, org, await made(context, org, declared));
    return await ready(context, org, await adopted(context, org, declared, namesakes));
  },

  async read(context, id, known) {
    const live = known === undefined ? await imported(context, id) : await found(context, id, known.outputs["orgSlug"]);
    const org = live.organization?.slug ?? String(known?.outputs["orgSlug"] ?? (await context.org()));
    const inputs = asLive(known?.inputs as Inputs | undefined, live, org) as unknown as Properties;
    const unended = problemOf(live);
    if (unended !== undefined) return { id, inputs, outputs: { ...known?.outputs, ...inputs, orgSlug: org }, unended };
    return { ...(await existing(context, org, live)), inputs };
  },

  async update(context, id, _declared, known) {
    // Nothing of a cluster can be changed: what an earlier run did not see ready is waited for.
    return await ready(context, String(known.outputs["orgSlug"]), id);
  },

  async remove(context, id, { outputs }) {
    const org = String(outputs["orgSlug"]);
    await clusterDelete(context.fly, org, id);
    const left = await poll(context, org, id, (live) => live === undefined);
    if (left !== undefined)
      throw new FlyError("timeout", `delete Managed Postgres cluster ${id}`, `it is still ${left.status}`);
  },
});

const clustersNamed = async ({ fly }: Context, org: string, name: string) =>
  (await clusterList(fly, org)).filter((live) => live.name === name);

/**
 * The cluster that a run which was killed has made, minutes before it could have been in the state: it is as declared and no
 * app was attached to it yet.
 */
async function adopted(context: Context, org: string, declared: Inputs, namesakes: { id: string }[]): Promise<string> {
  const [only, ...others] = namesakes;
  const live = declared.adopt && only && others.length === 0 ? await clusterFind(context.fly, org, only.id) : undefined;
  const isAsDeclared =
    live !== undefined &&
    same(asLive(declared, live, org) as Properties, declared as unknown as Properties) &&
    (live.attached_apps ?? []).length === 0;
  if (!isAsDeclared) throw taken(context, org, declared.name, namesakes, "there is one of that name already");
  context.warn(`cluster ${live.id} of this name was there already, just as declared: it is used, no second one made`);
  return live.id;
}

/** Makes the cluster and answers with its id. A second one costs money and would be empty, so none is made on a guess. */
async function made(context: Context, org: string, declared: Inputs): Promise<string> {
  const body = {
    org_slug: org,
    name: declared.name,
    region: declared.region,
    plan: declared.plan,
    disk_size_gb: declared.diskSizeGb,
    pg_major_version: declared.version,
    pool_mode: declared.poolMode,
    postgis_enabled: declared.postgis,
  };
  try {
    return (await clusterCreate(context.fly, body)).id;
  } catch (error) {
    if (!isFlyError(error, "uncertain")) throw error;
    const [only, ...others] = await clustersNamed(context, org, declared.name);
    if (only === undefined) throw error;
    if (others.length === 0) return only.id;
    throw taken(context, org, declared.name, [only, ...others], "the answer was lost, and one of them may be it");
  }
}

function taken(context: Context, org: string, name: string, clusters: { id: string }[], why: string): FlyError {
  const ids = clusters.map(({ id }) => id).join(", ");
  const id = clusters.length === 1 ? clusters[0]?.id : "<id>";
  return new FlyError(
    "invalid",
    `create Managed Postgres "${name}" of organisation "${org}"`,
    `${why}: ${ids}. Whether it holds data cannot be seen, so it is not taken over. To manage it here run \`pulumi import airworthy:index:ManagedPostgres ${context.name} ${id}\`; otherwise give another name`,
  );
}

/** Waits until the cluster is ready. While it exists, whatever ends the wait says so with its id. */
async function ready(context: Context, org: string, id: string): Promise<Existing> {
  try {
    const live = await poll(context, org, id, (seen) => seen === undefined || isReady(seen) || isBroken(seen));
    const problem = live && problemOf(live);
    if (problem !== undefined) throw new Error(problem);
    if (live !== undefined) return await existing(context, org, live);
  } catch (error) {
    const reason = `Managed Postgres cluster ${id}: ${(error as Error).message}`;
    throw new HalfMade({ id, outputs: { orgSlug: org } }, reason, { cause: error });
  }
  const advice = "it is gone. Run `pulumi refresh`, then `pulumi up`";
  throw new FlyError("not-found", `wait for Managed Postgres cluster ${id}`, advice);
}

const starting = ["creating", "initializing"];
const isReady = (live: FlyCluster) => live.status === "ready" && addressesOf(live) !== undefined;
// The service behind the API says "error" where the API says "failed" (fly-go, flaps_managed_postgres.go).
const isBroken = ({ status }: FlyCluster) => status === "failed" || status === "error";

/** Why a cluster is not there to be used; a status nobody knows yet says nothing. */
function problemOf(live: FlyCluster): string | undefined {
  if (isBroken(live)) {
    return `it is ${live.status}, which only Fly can mend. Look at it in the dashboard at fly.io; if it holds nothing, run \`pulumi state unprotect\` and \`pulumi destroy --target\` on it, then \`pulumi up\``;
  }
  if (addressesOf(live) !== undefined && !starting.includes(live.status)) return undefined;
  return `it is still ${live.status}. Run \`pulumi up\` to go on waiting`;
}

/** Looks until the cluster is as awaited, at most 20 minutes; then answers with what is there. */
async function poll(
  context: Context,
  org: string,
  id: string,
  isAwaited: (live: FlyCluster | undefined) => boolean,
): Promise<FlyCluster | undefined> {
  const end = Date.now() + 20 * 60_000;
  for (let attempt = 0; ; attempt++) {
    const live = await clusterFind(context.fly, org, id);
    if (isAwaited(live) || Date.now() > end) return live;
    context.report(
      `${live?.status}${starting.includes(live?.status ?? "") ? ": a cluster is ready after one to five minutes" : ""}`,
    );
    await pause(context, attempt, 5000, 50);
  }
}

async function imported({ fly }: Context, id: string): Promise<FlyCluster> {
  return await fly.send({ ...clusterShow(id), does: `import Managed Postgres cluster ${id}` });
}

/** The cluster as the state knows it. One that is proven gone is data lost, which no run may paper over (design 3.6). */
async function found({ fly, name }: Context, id: string, org: unknown): Promise<FlyCluster> {
  const live = await clusterFind(fly, String(org), id);
  if (live !== undefined && live.status !== "deleting") return live;
  throw new FlyError(
    "not-found",
    `read Managed Postgres cluster ${id} of organisation "${org}"`,
    `it is gone from Fly, so its data may be lost. Look in the dashboard at fly.io for backups; to go on without it run \`pulumi state delete\` on "${name}", and the next up makes a new and empty one`,
  );
}

async function existing({ fly }: Context, org: string, live: FlyCluster): Promise<Omit<Found, "inputs">> {
  const addresses = addressesOf(live);
  if (addresses === undefined) throw new Error("Fly shows no address of it");
  const credentials = await postgresCredentials(fly, live.id, ownUser);
  return {
    id: live.id,
    outputs: {
      orgSlug: org,
      standbys: live.replicas ?? 0,
      endpoints: { pooler: { ...addresses.pooler }, direct: { ...addresses.direct } },
      connectionString: connectionUrl(addresses.pooler, credentials, ownDatabase),
      directConnectionString: connectionUrl(addresses.direct, credentials, ownDatabase),
    },
  };
}

/** The inputs as the live cluster has them. The pool mode is never shown. */
function asLive(declared: Inputs | undefined, live: FlyCluster, org: string): Partial<Inputs> {
  // "personal" is an alias that reads back as the real slug.
  const isNamed = declared === undefined || (declared.orgSlug !== undefined && declared.orgSlug !== "personal");
  return {
    ...declared,
    ...(isNamed ? { orgSlug: org } : {}),
    name: live.name,
    region: live.region,
    // Fly's document spells plans with a capital, its clients without.
    plan: live.plan.toLowerCase() as Inputs["plan"],
    diskSizeGb: live.disk_size_gb,
    ...(live.pg_major_version ? { version: live.pg_major_version as Inputs["version"] } : {}),
    ...(typeof live.postgis_enabled === "boolean" ? { postgis: live.postgis_enabled } : {}),
  };
}
