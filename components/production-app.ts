import { RunError } from "@pulumi/pulumi/errors.js";
import { info } from "@pulumi/pulumi/log/index.js";
import { getProject, getStack } from "@pulumi/pulumi/metadata.js";
import { all, type Input, type Output, output } from "@pulumi/pulumi/output.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
} from "@pulumi/pulumi/resource.js";
import { isDryRun } from "@pulumi/pulumi/runtime/settings.js";
import { App, IpAddress, ProcessGroup, Secrets, type Slot, Volume } from "../resources/index.ts";
import { mistakesOf } from "./argument-check.ts";
import type { GroupArgs, ProductionAppArgs } from "./arguments.ts";
import { deployOf, machineConfigOf } from "./group.ts";
import { defaultAppName, volumeName } from "./naming.ts";
import { keptRunning, placesOf, primaryRegionOf, summaryOf } from "./placement.ts";

/**
 * A Fly app as production wants it: the app, its addresses and secrets, and for each process group its machines and
 * volumes. Every argument has a default that passes the P1 and P2 rules of the `fly-production` pack, or is required.
 * Mistakes in the arguments stop the program before anything is registered.
 *
 * Children are named after the component (`shop`, `shop-web`, `shop-cache-iad-0`, `shop-v6`), so
 * `{ aliases: [{ name: "old" }] }` renames all of them with it; give `appName` too, because its default follows the name.
 * An app with volumes is protected, and so are they.
 *
 * @example
 * ```ts
 * const shop = new ProductionApp("shop", {
 *   image: "registry.fly.io/shop@sha256:…",
 *   groups: { web: { regions: { iad: 2, lhr: 1 }, http: { port: 8080, check: { path: "/healthz" } } } },
 * });
 * export const { url } = shop;
 * ```
 */
export class ProductionApp extends ComponentResource {
  static readonly __pulumiType = "airworthy:index:ProductionApp";
  /** Name of the Fly app. */
  declare readonly appName: Output<string>;
  /** `https://<app>.fly.dev`; undefined where no group has `http`, since the app has no address then. */
  declare readonly url: Output<string | undefined>;
  /** The app's name under fly.dev. */
  declare readonly hostname: Output<string>;
  /** The app's public addresses, IPv6 first. */
  declare readonly addresses: Output<string[]>;
  /** Ids of the machines by group, in the order of the slots. */
  declare readonly machineIds: Output<Record<string, string[]>>;
  /** The release that runs, by group. */
  declare readonly release: Output<Record<string, { version: number; image: string }>>;

  constructor(name: string, args: ProductionAppArgs, options?: ComponentResourceOptions) {
    refuseMistakes(name, args);
    const plan = planOf(name, args);
    super(ProductionApp.__pulumiType, name, plan, options);
    const app = this.#app(name, plan);
    const secrets = this.#secrets(name, args, app);
    const groups = mapValues(args.groups, (group, key) => this.#group(name, key, group, plan, app, secrets));
    const serves = Object.values(args.groups).some(({ http }) => http !== undefined);
    const addresses = serves ? this.#addresses(name, app) : [];
    const outputs = {
      appName: app.name,
      url: serves ? app.hostname.apply((host) => `https://${host}`) : output(undefined),
      hostname: app.hostname,
      addresses: all(addresses.map(({ ip }) => ip)),
      machineIds: all(mapValues(groups, ({ machineIds }) => machineIds)),
      release: all(mapValues(groups, ({ release }) => release)),
    };
    Object.assign(this, outputs);
    this.registerOutputs({ ...plan, ...outputs });
  }

  #app(name: string, { appName, groups }: Plan): App {
    const stateful = Object.values(groups).some(({ volume }) => volume !== undefined);
    return new App(name, { name: appName }, { parent: this, ...(stateful && { protect: true }) });
  }

  #secrets(name: string, { secrets = {} }: ProductionAppArgs, app: App): Secrets | undefined {
    if (Object.keys(secrets).length === 0) return undefined;
    return new Secrets(`${name}-secrets`, { app: app.name, values: secrets }, { parent: this });
  }

  /** Both are free. No group waits for them, nor they for a group: a rollout is gated by checks, not by traffic. */
  #addresses(name: string, app: App): IpAddress[] {
    return [
      new IpAddress(`${name}-v6`, { app: app.name, type: "v6" }, { parent: this }),
      new IpAddress(`${name}-v4`, { app: app.name, type: "shared_v4" }, { parent: this }),
    ];
  }

  #group(
    name: string,
    key: string,
    group: GroupArgs,
    plan: Plan,
    app: App,
    secrets: Secrets | undefined,
  ): ProcessGroup {
    const { primaryRegion, deploy } = plan;
    const kept = keptRunning(group, primaryRegion);
    const slots = placesOf(group.regions).map((place): Slot => {
      const volume = group.volume && this.#volume(name, key, place, group.volume, app);
      return { ...place, ...(volume && { volume }), ...(kept.has(place.name) && { keepRunning: true }) };
    });
    if (isDryRun()) void info(`${key}: ${summaryOf(group.regions, deploy.strategy)}`, this);
    return new ProcessGroup(
      `${name}-${key}`,
      {
        app: app.name,
        name: key,
        slots,
        config: machineConfigOf(group, plan, primaryRegion),
        deploy,
        ...(secrets && { minSecretsVersion: secrets.version }),
        ...(group.raw && { raw: group.raw }),
      },
      { parent: this },
    );
  }

  #volume(
    name: string,
    key: string,
    place: { name: string; region: string },
    args: NonNullable<GroupArgs["volume"]>,
    app: App,
  ): Input<string> {
    const existing = args.existing?.[place.name];
    if (existing !== undefined) return existing;
    const options: CustomResourceOptions = { parent: this, protect: true };
    const volume = {
      app: app.name,
      name: volumeName(key, place.name),
      region: place.region,
      sizeGb: args.sizeGb,
      encrypted: true,
      snapshotRetention: args.snapshotRetentionDays ?? 14,
      autoBackupEnabled: true,
      requireUniqueZone: true,
    };
    return new Volume(`${name}-${key}-${place.name}`, volume, options).id;
  }
}

type Plan = ReturnType<typeof planOf>;

/** The arguments with what follows from the program filled in, and of the secrets their names only: rules see this. */
const planOf = (name: string, { secrets = {}, ...args }: ProductionAppArgs) => ({
  ...args,
  appName: args.appName ?? defaultAppName(getProject(), getStack(), name),
  primaryRegion: primaryRegionOf(args),
  deploy: deployOf(args.deploy),
  secretNames: Object.keys(secrets),
});

function refuseMistakes(name: string, args: ProductionAppArgs): void {
  const mistakes = mistakesOf(args);
  if (mistakes.length === 0) return;
  const list = mistakes.length === 1 ? ` ${mistakes[0]}` : mistakes.map((mistake) => `\n  ${mistake}`).join("");
  // Printed without a stack trace, which would lead into this package and not to the argument.
  throw new RunError(`ProductionApp ${JSON.stringify(name)}:${list}`);
}

const mapValues = <From, To>(record: Record<string, From>, to: (value: From, key: string) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value, key)]));
