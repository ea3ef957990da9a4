import type { Input, Output } from "@pulumi/pulumi/output.js";
import type { CustomResourceOptions } from "@pulumi/pulumi/resource.js";
import { CustomResource } from "@pulumi/pulumi/resource.js";

import type { MachineConfig } from "./machine-config.ts";

/** What a {@link Machine} is made from. */
export interface MachineArgs {
  /** App the machine belongs to. Changing it replaces the machine. */
  app: Input<string>;
  /** Name, unique in the app: lowercase letters, digits and dashes. Changing it replaces the machine. */
  name: Input<string>;
  /** Region code. A machine cannot move: changing it replaces the machine. */
  region: Input<string>;
  /** What it runs. Changed in place. */
  config: Input<MachineConfig>;
  /**
   * Starts the machine by itself about once an hour, day, week or month, counted from when it was made (Fly docs, machine
   * config). It is not kept running, so nothing waits for it to be. Changed in place. @default it runs all the time
   */
  schedule?: Input<"hourly" | "daily" | "weekly" | "monthly"> | undefined;
  /** Id of the {@link Volume} it mounts at the config's `mounts[0].path`. Changing it replaces the machine. */
  volume?: Input<string> | undefined;
  /** Least version of the app's secrets that it must start with: `secrets.version`. Changed in place. */
  minSecretsVersion?: Input<number> | undefined;
  /** Longest wait for it to be started and healthy. Changed in place. @default "5m" */
  waitTimeout?: Input<string> | undefined;
  /** Machine config in Fly's own spelling, merged over `config` last and never converted. Changed in place. */
  raw?: Input<Record<string, unknown>> | undefined;
}

/**
 * One machine by itself: a singleton, or a job on a schedule. Machines that serve together are a {@link ProcessGroup}.
 * `fly deploy` leaves it alone, because it does not carry the label by which flyctl knows an app's own machines. Where it
 * is replaced the old one goes first, since Fly has no two machines of one name. Imported as `<app>/<machine id>`.
 *
 * @example
 * ```ts
 * new Machine("report", {
 *   app: app.name,
 *   name: "report",
 *   region: "iad",
 *   schedule: "daily",
 *   config: { image: "registry.fly.io/shop@sha256:…", init: { cmd: ["bin/report"] } },
 * });
 * ```
 */
export class Machine extends CustomResource {
  static readonly __pulumiType = "airworthy:index:Machine";
  /** App the machine belongs to. */
  declare readonly app: Output<string>;
  /** Name of the machine. */
  declare readonly name: Output<string>;
  /** Region it runs in. */
  declare readonly region: Output<string>;
  /** Fly's id of the machine. */
  declare readonly machineId: Output<string>;
  /** Version of its config. */
  declare readonly instanceId: Output<string>;
  /** Address on the private network. */
  declare readonly privateIp: Output<string>;

  constructor(name: string, args: MachineArgs, options?: CustomResourceOptions) {
    super(
      Machine.__pulumiType,
      name,
      { machineId: undefined, instanceId: undefined, privateIp: undefined, ...args },
      options,
    );
  }
}
