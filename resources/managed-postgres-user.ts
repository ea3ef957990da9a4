import type { Input, Output } from "@pulumi/pulumi/output.js";
import type { CustomResourceOptions } from "@pulumi/pulumi/resource.js";
import { CustomResource } from "@pulumi/pulumi/resource.js";

/** What a {@link ManagedPostgresUser} is made from. */
export interface ManagedPostgresUserArgs {
  /** Id of the {@link ManagedPostgres}. Changing it replaces the user. */
  cluster: Input<string>;
  /** Name: at most 63 lowercase letters, digits, dashes and underscores, first a letter, last a letter or digit. Changing it replaces the user. */
  username: Input<string>;
  /** What it may do: change the schema too, read and write, or read only. Changed in place. */
  role: Input<"schema_admin" | "writer" | "reader">;
  /** Database that `connectionString` leads to. Changed in place. @default Fly's own, `fly-db` */
  database?: Input<string> | undefined;
}

/**
 * A user of a Managed Postgres cluster; Fly makes up the password.
 *
 * @example
 * ```ts
 * const reports = new ManagedPostgresUser("reports", { cluster: db.id, username: "reports", role: "reader" });
 * export const url = reports.connectionString;
 * ```
 */
export class ManagedPostgresUser extends CustomResource {
  static readonly __pulumiType = "airworthy:index:ManagedPostgresUser";
  /** Id of the cluster. */
  declare readonly cluster: Output<string>;
  /** Name of the user. */
  declare readonly username: Output<string>;
  /** What it may do. */
  declare readonly role: Output<string>;
  /** Its password, secret. */
  declare readonly password: Output<string>;
  /** URL for apps, through the pooler: a secret. */
  declare readonly connectionString: Output<string>;

  constructor(name: string, args: ManagedPostgresUserArgs, options?: CustomResourceOptions) {
    super(
      ManagedPostgresUser.__pulumiType,
      name,
      { password: undefined, connectionString: undefined, ...args },
      options,
    );
  }
}
