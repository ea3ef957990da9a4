import { type Input, Output, secret } from "@pulumi/pulumi/output.js";
import type { CustomResourceOptions } from "@pulumi/pulumi/resource.js";
import { CustomResource } from "@pulumi/pulumi/resource.js";

/** A value the provider makes up when the secret is first set, and nobody else ever sees. */
export interface GeneratedSecret {
  /** How the value is made: letters and digits. */
  generate: Input<{
    /** Number of characters, 16 to 256. Changing it makes a new value. */
    length: Input<number>;
  }>;
}

/** What {@link Secrets} is made from. */
export interface SecretsArgs {
  /** App whose machines get the secrets as environment variables. Changing it replaces the resource. */
  app: Input<string>;
  /** Values by name. Every value is kept as a Pulumi secret, marked so or not. */
  values: Input<Record<string, Input<string | GeneratedSecret>>>;
}

/**
 * Secrets of an app. The resource owns only the names it declares: several may exist for one app, and names set by
 * hand stay. Setting a secret changes no running machine: give `version` to a {@link ProcessGroup} as
 * `minSecretsVersion` and the machines are updated when it rises.
 *
 * @example
 * ```ts
 * const secrets = new Secrets("shop", { app: app.name, values: { SESSION_KEY: config.requireSecret("sessionKey") } });
 * ```
 */
export class Secrets extends CustomResource {
  static readonly __pulumiType = "airworthy:index:Secrets";
  /** App the secrets belong to. */
  declare readonly app: Output<string>;
  /** The declared values, secret. */
  declare readonly values: Output<Record<string, string | { generate: { length: number } }>>;
  /** Fly's digest of each declared secret; it changes when the value does. */
  declare readonly digests: Output<Record<string, string>>;
  /** Fly's counter of secret changes in this app, as of the last change made here. */
  declare readonly version: Output<number>;

  constructor(name: string, args: SecretsArgs, options?: CustomResourceOptions) {
    // Marked leaf by leaf where that is possible, so that one unknown value does not make the whole map unknown.
    const values =
      Output.isInstance(args.values) || args.values instanceof Promise ? secret(args.values) : sealed(args.values);
    super(Secrets.__pulumiType, name, { digests: undefined, version: undefined, app: args.app, values }, options);
  }
}

const sealed = (values: Record<string, Input<string | GeneratedSecret>>) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, secret(value)]));
