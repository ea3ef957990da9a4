import type { Input, Output } from "@pulumi/pulumi/output.js";
import type { CustomResourceOptions } from "@pulumi/pulumi/resource.js";
import { CustomResource } from "@pulumi/pulumi/resource.js";

/** What an {@link App} is made from. Fly has no way to change an app, so every change replaces it. */
export interface AppArgs {
  /**
   * Name, unique among all apps of all Fly users: at most 63 lowercase letters, digits and dashes, first a letter.
   * Changing it replaces the app.
   */
  name: Input<string>;
  /** Slug of the owning organisation. Changing it replaces the app. @default the provider's `org` */
  orgSlug?: Input<string> | undefined;
  /** Name of an isolated private network. Changing it replaces the app. @default the organisation's own network */
  network?: Input<string> | undefined;
  /** Says that nobody outside the private network may reach this app; rules judge by it, Fly is not told. @default false */
  private?: Input<boolean> | undefined;
}

/**
 * A Fly app: the name, the network and the owner that machines, volumes, secrets and addresses belong to.
 * Deleting it deletes all of them, volume snapshots included, so an app with volumes should be protected.
 *
 * @example
 * ```ts
 * const app = new App("shop", { name: "acme-shop" }, { protect: true });
 * ```
 */
export class App extends CustomResource {
  static readonly __pulumiType = "airworthy:index:App";
  /** The app's name, which is also its id. */
  declare readonly name: Output<string>;
  /** Slug of the owning organisation, as Fly spells it. */
  declare readonly orgSlug: Output<string>;
  /** Isolated network, where one was asked for. */
  declare readonly network: Output<string | undefined>;
  /** Whether the app was declared unreachable from outside. */
  declare readonly private: Output<boolean | undefined>;
  /** The app's name under fly.dev. It resolves only once the app has an address. */
  declare readonly hostname: Output<string>;

  constructor(name: string, args: AppArgs, options?: CustomResourceOptions) {
    super(App.__pulumiType, name, { orgSlug: undefined, hostname: undefined, ...args }, options);
  }
}
