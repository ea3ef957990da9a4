import type { Input, Output } from "@pulumi/pulumi/output.js";
import type { CustomResourceOptions } from "@pulumi/pulumi/resource.js";
import { CustomResource } from "@pulumi/pulumi/resource.js";

/** What a {@link DeployToken} is made from. Fly cannot change a token, so every change makes a new one and then revokes the old. */
export interface DeployTokenArgs {
  /** App the token may manage, and nothing else. Required with `scope` app. Changing it rotates the token. */
  app?: Input<string> | undefined;
  /**
   * `app`: may manage one app. `organization`: may manage all apps of the organisation, which the rules object to unless
   * `reason` says why. Changing it rotates the token. @default "app"
   */
  scope?: Input<"app" | "organization"> | undefined;
  /** Why a token for a whole organisation is needed, 15 characters or more. Changed in place. */
  reason?: Input<string> | undefined;
  /** Name, by which Fly lists it. Changing it rotates the token. @default `<project>/<stack> <resource name>` */
  name?: Input<string> | undefined;
  /** How long it is valid, such as `"90d"` or `"12h"`: 1 hour or more. Changing it rotates the token. @default "90d" */
  expiresIn?: Input<string> | undefined;
  /** Age at which the next `pulumi up` rotates it, below `expiresIn`. Changed in place. @default two thirds of `expiresIn` */
  rotateAfter?: Input<string> | undefined;
  /** Anything whose change rotates the token: the team's members, a date. */
  rotationTriggers?: Input<Input<string>[]> | undefined;
}

/**
 * A Fly token for one app, which expires. Rotation is a replacement: the new token is made first, then whatever takes
 * `token` as an input is updated, then the old one is revoked and seen to be dead. Fly's own default is 20 years
 * (Fly docs, security/tokens).
 *
 * @example
 * ```ts
 * const token = new DeployToken("ci", { app: app.name, expiresIn: "90d", rotationTriggers: ["ana", "ben"] });
 * export const deployToken = token.token;
 * ```
 */
export class DeployToken extends CustomResource {
  static readonly __pulumiType = "airworthy:index:DeployToken";
  /** The token, secret, as `FLY_API_TOKEN` takes it. Fly shows it once: an imported token has none. */
  declare readonly token: Output<string>;
  /** Fly's id of the token. */
  declare readonly tokenId: Output<string>;
  /** When it was made, RFC 3339. */
  declare readonly createdAt: Output<string>;
  /** When it ends to be valid, RFC 3339. */
  declare readonly expiresAt: Output<string>;

  constructor(name: string, args: DeployTokenArgs, options?: CustomResourceOptions) {
    super(
      DeployToken.__pulumiType,
      name,
      { token: undefined, tokenId: undefined, createdAt: undefined, expiresAt: undefined, ...args },
      options,
    );
  }
}
