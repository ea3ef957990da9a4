import type { Input, Output } from "@pulumi/pulumi/output.js";
import type { CustomResourceOptions } from "@pulumi/pulumi/resource.js";
import { CustomResource } from "@pulumi/pulumi/resource.js";

/** What a {@link ManagedPostgresAttachment} is made from. */
export interface ManagedPostgresAttachmentArgs {
  /** Id of the {@link ManagedPostgres}. Changing it replaces the attachment. */
  cluster: Input<string>;
  /** App that uses the cluster. Changing it replaces the attachment. */
  app: Input<string>;
}

/**
 * Notes at Fly that an app uses a Managed Postgres cluster, so that the dashboard shows it. It sets no secret: give the
 * app the cluster's `connectionString` by {@link Secrets}.
 *
 * @example
 * ```ts
 * new ManagedPostgresAttachment("shop", { cluster: db.id, app: app.name });
 * ```
 */
export class ManagedPostgresAttachment extends CustomResource {
  static readonly __pulumiType = "airworthy:index:ManagedPostgresAttachment";
  /** Id of the cluster. */
  declare readonly cluster: Output<string>;
  /** App that uses it. */
  declare readonly app: Output<string>;

  constructor(name: string, args: ManagedPostgresAttachmentArgs, options?: CustomResourceOptions) {
    super(ManagedPostgresAttachment.__pulumiType, name, { ...args }, options);
  }
}
