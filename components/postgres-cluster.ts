import { getProject, getStack } from "@pulumi/pulumi/metadata.js";
import { all, type Output } from "@pulumi/pulumi/output.js";
import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi/resource.js";
import {
  ManagedPostgres,
  ManagedPostgresDatabase,
  ManagedPostgresUser,
  type ManagedPostgresUserArgs,
  type PostgresEndpoint,
} from "../resources/index.ts";
import type { ExemptArgs } from "./arguments.ts";
import { refuse } from "./mistake.ts";
import { withDigits } from "./naming.ts";
import { postgresMistakesOf } from "./postgres-check.ts";

/** What a {@link PostgresCluster} is made from: plain values, since they decide what there is. */
export interface PostgresClusterArgs {
  /** Who runs it. `managed` is Fly's Managed Postgres; `unmanaged` is not there yet and is refused. */
  kind: "managed" | "unmanaged";
  /** Name of the cluster. A change is refused. @default `<project>-<stack>-<name of the component>-<7 hex digits>` */
  name?: string | undefined;
  /** Slug of the owning organisation. A change is refused. @default the provider's `org` */
  orgSlug?: string | undefined;
  /** Region code, one that has Managed Postgres. A change is refused. */
  region: string;
  /** Size of the machines; each plan has a primary, a replica and a pooler. A change is refused. */
  plan: "basic" | "starter" | "launch" | "scale" | "performance";
  /** Disk in GB, 10 to 1000. A change is refused. */
  diskSizeGb: number;
  /** Major version of Postgres. A change is refused. @default "17" */
  version?: "16" | "17" | undefined;
  /** What the pooler gives a client a connection for. A change is refused. @default "transaction" */
  poolMode?: "transaction" | "session" | undefined;
  /** Whether PostGIS is there. A change is refused. @default false */
  postgis?: boolean | undefined;
  /** Databases beside Fly's own `fly-db`. A name is part of a resource's name. @default none */
  databases?: string[] | undefined;
  /** Users beside Fly's own `fly-user`, by name. @default none */
  users?: Record<string, PostgresClusterUserArgs> | undefined;
  /** What of it the policy pack lets wait, and until when; reaches everything the component makes. @default nothing */
  exempt?: ExemptArgs[] | undefined;
}

/** A user of a {@link PostgresCluster}. */
export interface PostgresClusterUserArgs {
  /** What it may do: change the schema too, read and write, or read only. */
  role: "schema_admin" | "writer" | "reader";
  /** Database that its URL leads to. @default "fly-db" */
  database?: string | undefined;
}

/**
 * A Postgres cluster as production wants it: a primary and a standby that takes over, backups, and databases and users
 * of its own. Cluster and databases are protected, and nothing ever replaces them. Mistakes in the arguments stop the
 * program before anything is registered.
 *
 * Children are named after the component (`db`, `db-orders`), so `{ aliases: [{ name: "old" }] }` renames all of them
 * with it; give `name` too, because its default follows the name.
 *
 * @example
 * ```ts
 * const db = new PostgresCluster("db", { kind: "managed", region: "iad", plan: "basic", diskSizeGb: 20 });
 * new Secrets("shop", { app: app.name, values: { DATABASE_URL: db.connectionString } });
 * ```
 */
export class PostgresCluster extends ComponentResource {
  static readonly __pulumiType = "airworthy:index:PostgresCluster";
  /** Id of the cluster. */
  declare readonly clusterId: Output<string>;
  /** URL for apps, through the pooler, as Fly's own user to Fly's own database: a secret. */
  declare readonly connectionString: Output<string>;
  /** The same past the pooler, for migrations: a secret. */
  declare readonly directConnectionString: Output<string>;
  /** The same as `connectionString` to each of `databases`, by name: secrets. */
  declare readonly databaseUrls: Output<Record<string, string>>;
  /** URL of each of `users`, through the pooler, by name: secrets. */
  declare readonly userUrls: Output<Record<string, string>>;
  /** Replicas that stand by to take over. */
  declare readonly standbys: Output<number>;
  /** Where the cluster is reached: `pooler` for apps, `direct` for migrations and administration. */
  declare readonly endpoints: Output<{ pooler: PostgresEndpoint; direct: PostgresEndpoint }>;

  constructor(name: string, args: PostgresClusterArgs, options?: ComponentResourceOptions) {
    refuse("PostgresCluster", name, postgresMistakesOf(args));
    const plan = { ...args, name: args.name ?? defaultName(name) };
    super(PostgresCluster.__pulumiType, name, plan, options);
    const { kind, databases: databaseNames = [], users: userArgs = {}, exempt: _, ...clusterArgs } = plan;
    const own = { ...clusterArgs, ...(args.name === undefined && { adopt: true }) };
    const cluster = new ManagedPostgres(name, own, { parent: this, protect: true });
    const databases = Object.fromEntries(databaseNames.map((key) => [key, this.#database(name, key, cluster)]));
    const users = Object.entries(userArgs).map(([key, { role, database }]) => {
      // By the resource where there is one, so that the user waits for it.
      const target = database === undefined ? undefined : (databases[database]?.name ?? database);
      return [key, this.#user(name, { cluster: cluster.id, username: key, role, database: target }, key)] as const;
    });
    const { connectionString, directConnectionString, standbys, endpoints } = cluster;
    const known = { clusterId: cluster.id, standbys, endpoints };
    const secrets = {
      connectionString,
      directConnectionString,
      databaseUrls: all([connectionString, all(databaseNames.map((key) => databases[key]?.name ?? key))]).apply(
        ([url, names]) => Object.fromEntries(names.map((database) => [database, url.replace(/[^/]*$/, database)])),
      ),
      userUrls: all(Object.fromEntries(users.map(([key, user]) => [key, user.connectionString]))),
    };
    Object.assign(this, known, secrets);
    // Without the secrets: a policy pack is shown outputs in clear.
    this.registerOutputs({ ...plan, ...known });
  }

  #database(name: string, key: string, { id }: ManagedPostgres): ManagedPostgresDatabase {
    return new ManagedPostgresDatabase(`${name}-${key}`, { cluster: id, name: key }, { parent: this, protect: true });
  }

  #user(name: string, args: ManagedPostgresUserArgs, key: string): ManagedPostgresUser {
    return new ManagedPostgresUser(`${name}-${key}`, args, { parent: this });
  }
}

/**
 * The digits make the name one that nobody else gives: a cluster that has it was made by this very component, in a run that
 * was killed before the state knew of it.
 */
const defaultName = (name: string) =>
  withDigits(`${getProject()}-${getStack()}-${name}`, getProject(), getStack(), name);
