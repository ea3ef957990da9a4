import type { Input, Output } from "@pulumi/pulumi/output.js";
import type { CustomResourceOptions } from "@pulumi/pulumi/resource.js";
import { CustomResource } from "@pulumi/pulumi/resource.js";

/** What an {@link IpAddress} is made from. An address cannot be changed: every change replaces it. */
export interface IpAddressArgs {
  /** App that answers at the address. */
  app: Input<string>;
  /** `v6` and `shared_v4` are free, `v4` costs 2 USD a month, `private_v6` is a Flycast address (Fly's pricing page, 2026). */
  type: Input<"v4" | "v6" | "shared_v4" | "private_v6">;
  /** Region that announces the address. @default all of them (anycast) */
  region?: Input<string> | undefined;
  /** For `private_v6`: the network that may reach it. @default the organisation's own, whatever network the app is in */
  network?: Input<string> | undefined;
}

/**
 * An address of an app. Machines made through the Machines API get none by themselves, and without one
 * `<app>.fly.dev` does not even resolve.
 *
 * @example
 * ```ts
 * new IpAddress("shop-v6", { app: app.name, type: "v6" });
 * new IpAddress("shop-v4", { app: app.name, type: "shared_v4" });
 * ```
 */
export class IpAddress extends CustomResource {
  static readonly __pulumiType = "airworthy:index:IpAddress";
  /** App that answers at the address. */
  declare readonly app: Output<string>;
  /** Kind of address. */
  declare readonly type: Output<string>;
  /** Region that announces it, where one was asked for. */
  declare readonly region: Output<string | undefined>;
  /** Network that may reach a `private_v6` address. */
  declare readonly network: Output<string | undefined>;
  /** The address itself. */
  declare readonly ip: Output<string>;

  constructor(name: string, args: IpAddressArgs, options?: CustomResourceOptions) {
    super(IpAddress.__pulumiType, name, { ip: undefined, ...args }, options);
  }
}
