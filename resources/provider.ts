import { Config } from "@pulumi/pulumi/config.js";
import type { Input } from "@pulumi/pulumi/output.js";
import { secret } from "@pulumi/pulumi/output.js";
import type { ResourceOptions } from "@pulumi/pulumi/resource.js";
import { ProviderResource } from "@pulumi/pulumi/resource.js";

/** Where a {@link Provider} finds Fly and how it speaks to it. */
export interface ProviderArgs {
  /** A Fly token. Kept as a secret. @default `FLY_API_TOKEN`, then `FLY_ACCESS_TOKEN`, of the environment */
  token?: Input<string> | undefined;
  /** Slug of the organisation that new apps belong to. @default the one organisation the token is for */
  org?: Input<string> | undefined;
  /** Base address of the Machines API. @default `FLY_FLAPS_BASE_URL`, then `https://api.machines.dev` */
  flapsUrl?: Input<string> | undefined;
  /** Base address of the GraphQL and web API. @default `FLY_API_BASE_URL`, then `https://api.fly.io` */
  apiUrl?: Input<string> | undefined;
  /** Use the local Fly, started on demand, and no account. `FLY_API_TOKEN` is ignored then. @default false */
  local?: Input<boolean> | undefined;
}

/**
 * An explicit connection to Fly, for programs that use two accounts or keep their token elsewhere than in the
 * stack's configuration. Without one, resources use the stack's `airworthy:` configuration.
 *
 * @example
 * ```ts
 * const staging = new Provider("staging", { token: config.requireSecret("stagingToken") });
 * new App("shop", { name: "shop-staging" }, { provider: staging });
 * ```
 */
export class Provider extends ProviderResource {
  constructor(name: string, args: ProviderArgs = {}, options?: ResourceOptions) {
    // Where groups are held is a matter of the stack, whichever connection they use.
    const pins = new Config("airworthy").get("pins");
    const token = args.token === undefined ? {} : { token: secret(args.token) };
    super("airworthy", name, { ...args, ...token, ...(pins === undefined ? {} : { pins }) }, options);
  }
}
