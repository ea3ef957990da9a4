import type { Input, Output } from "@pulumi/pulumi/output.js";
import type { CustomResourceOptions } from "@pulumi/pulumi/resource.js";
import { CustomResource } from "@pulumi/pulumi/resource.js";

/** What a {@link VolumeSnapshot} is made from. Changing anything takes another snapshot. */
export interface VolumeSnapshotArgs {
  /** App that owns the volume. Changing it replaces the snapshot. */
  app: Input<string>;
  /** Id of the volume. Changing it replaces the snapshot. */
  volume: Input<string>;
  /** Anything whose change takes another snapshot, such as the release that is about to migrate the data. */
  triggers?: Input<Input<string>[]> | undefined;
}

/**
 * A snapshot taken now, beside the daily ones; making it waits until it is stored. A volume that no machine ever used has
 * nothing to store, which is an error: let the snapshot depend on the machines. Fly deletes snapshots only when the
 * volume's retention is over: removing the resource leaves the snapshot, and one that has aged out is taken again. A
 * volume that starts from it keeps what it has, so tell Pulumi to ignore that the id will be another one.
 *
 * @example
 * ```ts
 * const before = new VolumeSnapshot("before-migration", { app: app.name, volume: data.id, triggers: [release] });
 * new Volume("copy", { app: app.name, name: "copy", region: "iad", sizeGb: 10, snapshotId: before.snapshotId }, {
 *   ignoreChanges: ["snapshotId"],
 * });
 * ```
 */
export class VolumeSnapshot extends CustomResource {
  static readonly __pulumiType = "airworthy:index:VolumeSnapshot";
  /** App that owns the volume. */
  declare readonly app: Output<string>;
  /** Id of the volume. */
  declare readonly volume: Output<string>;
  /** Fly's id of the snapshot. */
  declare readonly snapshotId: Output<string>;
  /** When it was taken, RFC 3339. */
  declare readonly createdAt: Output<string>;

  constructor(name: string, args: VolumeSnapshotArgs, options?: CustomResourceOptions) {
    super(VolumeSnapshot.__pulumiType, name, { snapshotId: undefined, createdAt: undefined, ...args }, options);
  }
}
