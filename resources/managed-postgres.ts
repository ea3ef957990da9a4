import type { Input, Output } from "@pulumi/pulumi/output.js";
import type { CustomResourceOptions } from "@pulumi/pulumi/resource.js";
import { CustomResource } from "@pulumi/pulumi/resource.js";

/** What a {@link ManagedPostgres} is made from. Fly has no way to change a cluster: every change is refused, with the way to go named. */
export interface ManagedPostgresArgs {
  /** Name of the cluster. A change is refused. */
  name: Input<string>;
  /** Slug of the owning organisation. A change is refused. @default the provider's `org` */
  orgSlug?: Input<string> | undefined;
  /** Region code, one that has Managed Postgres. A change is refused. */
  region: Input<string>;
  /** Size of the machines; each plan has a primary, a replica and a pooler. A change is refused. */
  plan: Input<"basic" | "starter" | "launch" | "scale" | "performance">;
  /** Disk in GB, 10 to 1000. A change is refused. */
  diskSizeGb: Input<number>;
  /** Major version of Postgres. A change is refused. @default "17" */
  version?: Input<"16" | "17"> | undefined;
  /** What the pooler gives a client a connection for. A change is refused. @default "transaction" */
  poolMode?: Input<"transaction" | "session"> | undefined;
  /** Whether PostGIS is there. A change is refused. @default false */
  postgis?: Input<boolean> | undefined;
  /**
   * Whether a cluster of this name that is there already, just as declared and attached to no app, is the one that a killed
   * `up` has made, and so is used instead of refused. Only for a name that nobody else can have given. @default false
   */
  adopt?: Input<boolean> | undefined;
}

/** Where a cluster is reached. */
export interface PostgresEndpoint {
  /** Host name on the private network. */
  host: string;
  /** Port. */
  port: number;
}

/**
 * A Managed Postgres cluster: a primary, a replica, a pooler and backups, on every plan. Making it waits until it is ready,
 * one to five minutes. Nothing ever replaces it, and it should be protected.
 *
 * @example
 * ```ts
 * const db = new ManagedPostgres("db", { name: "shop", region: "iad", plan: "basic", diskSizeGb: 20 }, { protect: true });
 * ```
 */
export class ManagedPostgres extends CustomResource {
  static readonly __pulumiType = "airworthy:index:ManagedPostgres";
  /** Name of the cluster. */
  declare readonly name: Output<string>;
  /** Slug of the owning organisation. */
  declare readonly orgSlug: Output<string>;
  /** Region code. */
  declare readonly region: Output<string>;
  /** Replicas that stand by to take over. */
  declare readonly standbys: Output<number>;
  /** Where the cluster is reached: `pooler` for apps, `direct` for migrations and administration. */
  declare readonly endpoints: Output<{ pooler: PostgresEndpoint; direct: PostgresEndpoint }>;
  /** URL for apps, through the pooler, with the password of the cluster's own user: a secret. */
  declare readonly connectionString: Output<string>;
  /** The same past the pooler, for migrations: a secret. */
  declare readonly directConnectionString: Output<string>;

  constructor(name: string, args: ManagedPostgresArgs, options?: CustomResourceOptions) {
    super(
      ManagedPostgres.__pulumiType,
      name,
      {
        orgSlug: undefined,
        standbys: undefined,
        endpoints: undefined,
        connectionString: undefined,
        directConnectionString: undefined,
        ...args,
      },
      options,
    );
  }
}
