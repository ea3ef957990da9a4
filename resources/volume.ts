import type { Input, Output } from "@pulumi/pulumi/output.js";
import type { CustomResourceOptions } from "@pulumi/pulumi/resource.js";
import { CustomResource } from "@pulumi/pulumi/resource.js";

/** What a {@link Volume} is made from. */
export interface VolumeArgs {
  /** App that owns the volume. Changing it replaces the volume. */
  app: Input<string>;
  /** Name: at most 30 lowercase letters, digits and underscores. Changing it replaces the volume. */
  name: Input<string>;
  /** Region code. A volume cannot move: changing it replaces the volume. */
  region: Input<string>;
  /**
   * Least size in GB, 1 to 500. A floor: where Fly has grown the volume by itself, that is no difference. Growing is
   * done in place; less than was declared before is refused, because Fly cannot shrink a volume.
   */
  sizeGb: Input<number>;
  /** Encrypted at rest. Changing it replaces the volume. @default true */
  encrypted?: Input<boolean> | undefined;
  /** Days that snapshots are kept, 1 to 60. Fly's own default is 5. @default 14 */
  snapshotRetention?: Input<number> | undefined;
  /** Whether Fly takes a snapshot every day. @default true */
  autoBackupEnabled?: Input<boolean> | undefined;
  /** Whether volumes of one name must lie on different hardware. Used when the volume is made. @default true */
  requireUniqueZone?: Input<boolean> | undefined;
  /**
   * Snapshot that the volume starts from, of any volume of the app that is not larger than `sizeGb`. Making it waits
   * until its data is there. Used when the volume is made; a later change is refused.
   */
  snapshotId?: Input<string> | undefined;
  /**
   * Volume of the same app, not larger than `sizeGb`, that this one starts as a copy of. Making it waits until its data
   * is there. Used when the volume is made; a later change is refused.
   */
  sourceVolumeId?: Input<string> | undefined;
  /**
   * What a delete or a replace does with the data: `snapshot` takes one and waits for it, then deletes; `retain` leaves
   * the volume at Fly; `destroy` deletes at once. @default "snapshot"
   */
  onDelete?: Input<"snapshot" | "retain" | "destroy"> | undefined;
  /** Permits a second volume of the same name in the same app and region. @default false */
  allowDuplicateName?: Input<boolean> | undefined;
}

/**
 * A volume: storage on one host, for one machine at a time. It is not replicated; two machines want two volumes.
 *
 * @example
 * ```ts
 * const data = new Volume("data", { app: app.name, name: "data", region: "iad", sizeGb: 10 }, { protect: true });
 * ```
 */
export class Volume extends CustomResource {
  static readonly __pulumiType = "airworthy:index:Volume";
  /** App that owns the volume. */
  declare readonly app: Output<string>;
  /** The volume's name, which need not be unique. */
  declare readonly name: Output<string>;
  /** Region code. */
  declare readonly region: Output<string>;
  /** Declared size in GB. */
  declare readonly sizeGb: Output<number>;
  /** Size in GB at Fly, which is more than `sizeGb` where Fly grew the volume. */
  declare readonly actualSizeGb: Output<number>;
  /** Whether the volume is encrypted. */
  declare readonly encrypted: Output<boolean>;
  /** Days that snapshots are kept. */
  declare readonly snapshotRetention: Output<number>;
  /** Whether Fly takes a snapshot every day. */
  declare readonly autoBackupEnabled: Output<boolean>;
  /** The hardware zone it lies in. */
  declare readonly zone: Output<string>;

  constructor(name: string, args: VolumeArgs, options?: CustomResourceOptions) {
    super(
      Volume.__pulumiType,
      name,
      {
        actualSizeGb: undefined,
        encrypted: undefined,
        snapshotRetention: undefined,
        autoBackupEnabled: undefined,
        zone: undefined,
        ...args,
      },
      options,
    );
  }
}
