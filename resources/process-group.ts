import type { Input, Output } from "@pulumi/pulumi/output.js";
import type { CustomResourceOptions } from "@pulumi/pulumi/resource.js";
import { CustomResource } from "@pulumi/pulumi/resource.js";
import type { MachineConfig } from "./machine-config.ts";

/** One machine of a group: a name that stays, and where it runs. */
export interface Slot {
  /** Name within the group, such as `iad-0`. */
  name: Input<string>;
  /** Region code. A machine cannot move: changing it replaces the slot's machine. */
  region: Input<string>;
  /** Id of the {@link Volume} the machine mounts at the config's `mounts[0].path`. */
  volume?: Input<string> | undefined;
  /** Never stopped by the proxy: autostop is off for this slot's services. @default false */
  keepRunning?: Input<boolean> | undefined;
  /**
   * Regions in which the machine is made, in this order, where its own has no room. Not for a slot with a volume, which
   * is where its volume is; one that was made elsewhere stays there until it is made anew. @default none
   */
  fallbackRegions?: Input<Input<string>[]> | undefined;
}

/** How a change reaches the machines of a group. */
export interface Deploy {
  /**
   * `rolling` updates one machine first and then `maxUnavailable` at a time. `canary` tries one machine more, which serves
   * until the others are updated one by one. `bluegreen` makes all machines anew and lets the old ones go when all new ones
   * are healthy: it needs checks. `immediate` updates all at once and waits for no check. The middle two are not for
   * machines with volumes. @default "rolling"
   */
  strategy?: Input<"rolling" | "canary" | "bluegreen" | "immediate"> | undefined;
  /** For `rolling`: machines that may be down at once, a number from 1, or a share such as `"33%"`. @default "33%" */
  maxUnavailable?: Input<number | string> | undefined;
  /** Longest wait for one machine to be started and healthy. @default "5m" */
  waitTimeout?: Input<string> | undefined;
  /**
   * What happens when a machine does not come up: `rollback` takes those already moved back to the release before,
   * `pause` leaves everything as it is for a look. Both fail the update with the reason. @default "rollback"
   */
  onFailure?: Input<"rollback" | "pause"> | undefined;
  /**
   * Command run in a machine of its own, with the new image and environment and without volume or services, before a new
   * release changes anything, such as a database migration. Ended with anything but 0, or not within `waitTimeout`, it
   * fails the update. @default none
   */
  releaseCommand?: Input<Input<string>[]> | undefined;
  /**
   * What to do about a slot with a volume whose host Fly cannot reach any more. `replace-from-snapshot` makes a volume from
   * the last snapshot and a machine with it: what was written since is lost. The old volume stays. `fail` says which
   * commands would do the same. @default "fail"
   */
  hostFailure?: Input<"fail" | "replace-from-snapshot"> | undefined;
  /** Releases whose image and config the stack's state keeps, to go back to, 1 to 50. @default 10 */
  keepReleases?: Input<number> | undefined;
}

/** What a {@link ProcessGroup} is made from. */
export interface ProcessGroupArgs {
  /** App the machines belong to. Changing it replaces the group. */
  app: Input<string>;
  /** Name of the group, `FLY_PROCESS_GROUP` in the machines. Changing it replaces the group. */
  name: Input<string>;
  /** The machines, one an entry. */
  slots: Input<Input<Slot>[]>;
  /** What every machine runs. */
  config: Input<MachineConfig>;
  /** How a change is rolled out. */
  deploy?: Input<Deploy> | undefined;
  /** Least version of the app's secrets that machines must start with: `secrets.version`. */
  minSecretsVersion?: Input<number> | undefined;
  /** Machine config in Fly's own spelling, merged over `config` last and never converted. */
  raw?: Input<Record<string, unknown>> | undefined;
}

/** What is known of one machine of a group. */
export interface GroupMachine {
  /** Fly's id of the machine. */
  id: string;
  /** Region it runs in. */
  region: string;
  /** Version of its config, which Fly calls instance id. */
  instanceId: string;
  /** Address on the private network. */
  privateIp: string;
  /** Volume it has mounted, if any. */
  volume?: string;
}

/**
 * Machines with one role and one config, rolled out together: the unit of deployment. Each machine is a slot with a
 * region and, where it keeps data, a volume. A change goes to one machine first, which must pass its checks before the
 * others follow. Imported as `<app>/<group>`, also where `fly deploy` made it.
 *
 * @example
 * ```ts
 * new ProcessGroup("web", {
 *   app: app.name,
 *   name: "web",
 *   slots: [{ name: "iad-0", region: "iad" }, { name: "lhr-0", region: "lhr" }],
 *   config: { image: "registry.fly.io/shop@sha256:…", guest: { cpus: 2, memoryMb: 512 } },
 * });
 * ```
 */
export class ProcessGroup extends CustomResource {
  static readonly __pulumiType = "airworthy:index:ProcessGroup";
  /** App the machines belong to. */
  declare readonly app: Output<string>;
  /** Name of the group. */
  declare readonly name: Output<string>;
  /** Ids of the machines in the order of the slots. */
  declare readonly machineIds: Output<string[]>;
  /** The machines by slot. */
  declare readonly machines: Output<Record<string, GroupMachine>>;
  /** The release that runs: it counts up by one with every rollout. */
  declare readonly release: Output<{ version: number; image: string }>;

  constructor(name: string, args: ProcessGroupArgs, options?: CustomResourceOptions) {
    super(
      ProcessGroup.__pulumiType,
      name,
      { machineIds: undefined, machines: undefined, release: undefined, ...args },
      options,
    );
  }
}
