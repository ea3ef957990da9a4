import type { Input, Output } from "@pulumi/pulumi/output.js";
import type { CustomResourceOptions } from "@pulumi/pulumi/resource.js";
import { CustomResource } from "@pulumi/pulumi/resource.js";

/** What a {@link ManagedPostgresDatabase} is made from. */
export interface ManagedPostgresDatabaseArgs {
  /** Id of the {@link ManagedPostgres}. A change is refused: it would delete the data. */
  cluster: Input<string>;
  /** Name: at most 63 lowercase letters, digits, dashes and underscores, first a letter, last a letter or digit. A change is refused. */
  name: Input<string>;
}

/**
 * A database in a Managed Postgres cluster.
 *
 * @example
 * ```ts
 * new ManagedPostgresDatabase("orders", { cluster: db.id, name: "orders" }, { protect: true });
 * ```
 */
export class ManagedPostgresDatabase extends CustomResource {
  static readonly __pulumiType = "airworthy:index:ManagedPostgresDatabase";
  /** Id of the cluster. */
  declare readonly cluster: Output<string>;
  /** Name of the database. */
  declare readonly name: Output<string>;

  constructor(name: string, args: ManagedPostgresDatabaseArgs, options?: CustomResourceOptions) {
    super(ManagedPostgresDatabase.__pulumiType, name, { ...args }, options);
  }
}
