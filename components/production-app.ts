import { info } from "@pulumi/pulumi/log/index.js";
import { getProject, getStack } from "@pulumi/pulumi/metadata.js";
import { all, type Input, type Output, output, secret } from "@pulumi/pulumi/output.js";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResourceOptions,
} from "@pulumi/pulumi/resource.js";
import { isDryRun } from "@pulumi/pulumi/runtime/settings.js";
import {
  App,
  type AppArgs,
  Certificate,
  DeployToken,
  type DnsRecord,
  IpAddress,
  ProcessGroup,
  Secrets,
  type Slot,
  Volume,
  type VolumeArgs,
} from "../resources/index.ts";
import { mistakesOf } from "./argument-check.ts";
import type { GroupArgs, GroupVolumeArgs, ProductionAppArgs } from "./arguments.ts";
import { deployOf, groupDeployOf, machineConfigOf } from "./group.ts";
import { refuse } from "./mistake.ts";
import { defaultAppName, volumeName } from "./naming.ts";
import { keptRunning, type Place, placesOf, primaryRegionOf, summaryOf } from "./placement.ts";
import { type ArgsOf, type Construction, type GroupChildArgs, type TransformArgs, transformed } from "./transform.ts";

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
  /** `https://<app>.fly.dev`; undefined where no group has `http`, since the app has no address then, or it is `private`. */
  declare readonly url: Output<string | undefined>;
  /** `http://<app>.flycast`, through Fly's proxy, from other apps of the organisation; undefined unless `private` with a group that has `http`. */
  declare readonly flycastUrl: Output<string | undefined>;
  /**
   * `http://<group>.process.<app>.internal:<port>` of the first group with `http`: its running machines themselves, from
   * other apps of the organisation, past the proxy, which therefore starts none that it stopped. Undefined without such a group.
   */
  declare readonly internalUrl: Output<string | undefined>;
  /** The app's name under fly.dev. */
  declare readonly hostname: Output<string>;
  /** The app's addresses, IPv6 first: public ones, or of a `private` app the Flycast one. */
  declare readonly addresses: Output<string[]>;
  /** The DNS records of all `domains`, to make where their zones are kept. */
  declare readonly dnsRecords: Output<DnsRecord[]>;
  /** The token of `deployToken`, secret; undefined without. */
  declare readonly deployToken: Output<string | undefined>;
  /** Ids of the machines by group, in the order of the slots. */
  declare readonly machineIds: Output<Record<string, string[]>>;
  /** The release that runs, by group. */
  declare readonly release: Output<Record<string, { version: number; image: string }>>;

  constructor(name: string, args: ProductionAppArgs, options?: ComponentResourceOptions) {
    refuse("ProductionApp", name, mistakesOf(args));
    const plan = planOf(name, args);
    super(ProductionApp.__pulumiType, name, plan, options);
    const make: Make = (kind, childName, childArgs, childOptions = {}) =>
      transformed(args.transform, kind, [childName, childArgs, { ...childOptions, parent: this }]);
    const app = args.app ?? appOf(name, plan, make);
    const site: Site = { name, plan, app, make };
    const secrets = secretsOf(site, args.secrets);
    const groups = this.#groups(site, args.groups, secrets);
    const addresses = servingGroup(plan) ? addressesOf(site) : [];
    const certificates = certificatesOf(site, addresses);
    const outputs = {
      ...urlsOf(site),
      appName: app.name,
      hostname: app.hostname,
      addresses: all(addresses.map(({ ip }) => ip)),
      dnsRecords: all(certificates.map(({ dnsRecords }) => dnsRecords)).apply((records) => records.flat()),
      machineIds: all(mapValues(groups, ({ machineIds }) => machineIds)),
      release: all(mapValues(groups, ({ release }) => release)),
    };
    Object.assign(this, outputs, { deployToken: deployTokenOf(site) });
    // Without the token: the pack is shown these, secrets in clear.
    this.registerOutputs({ ...plan, ...outputs });
  }

  /** The groups. Where there is a release command one of them runs it, and the others follow (decision 0007). */
  #groups(site: Site, groups: ProductionAppArgs["groups"], secrets: Secrets | undefined): Record<string, ProcessGroup> {
    const { deploy } = site.plan;
    const first = servingGroup(site.plan)?.group ?? Object.keys(groups)[0] ?? "";
    const [leader] = Object.entries(groups).flatMap(([key, group]) =>
      deploy.releaseCommand && key === first ? [this.#group(site, key, group, secrets)] : [],
    );
    return mapValues(groups, (group, key) =>
      leader && key === first ? leader : this.#group(site, key, group, secrets, leader),
    );
  }

  #group(site: Site, key: string, group: GroupArgs, secrets?: Secrets, leader?: ProcessGroup): ProcessGroup {
    const { primaryRegion } = site.plan;
    const deploy = groupDeployOf(site.plan.deploy, group, leader === undefined);
    if (isDryRun()) void info(`${key}: ${summaryOf(group.regions, deploy.strategy)}`, this);
    const args: GroupChildArgs = {
      app: site.app.name,
      name: key,
      slots: slotsOf(site, key, group),
      config: machineConfigOf(group, site.plan, primaryRegion),
      deploy,
      ...(secrets && { minSecretsVersion: secrets.version }),
      ...(group.raw && { raw: group.raw }),
    };
    const options = leader && { dependsOn: [leader] };
    return new ProcessGroup(...site.make("processGroup", `${site.name}-${key}`, args, options));
  }
}

/** What every child is made with. */
interface Site {
  name: string;
  plan: Plan;
  app: App;
  make: Make;
}

/** Makes of the arguments of a child what it is constructed with. */
type Make = <Kind extends keyof TransformArgs>(
  kind: Kind,
  name: string,
  args: ArgsOf<Kind>,
  options?: CustomResourceOptions,
) => Construction<ArgsOf<Kind>>;

function appOf(name: string, { appName, orgSlug, private: isPrivate, groups }: Plan, make: Make): App {
  const stateful = Object.values(groups).some(({ volume }) => volume !== undefined);
  const args: AppArgs = { name: appName, ...(orgSlug && { orgSlug }), ...(isPrivate && { private: true }) };
  return new App(...make("app", name, args, stateful ? { protect: true } : {}));
}

function secretsOf({ name, app, make }: Site, values: ProductionAppArgs["secrets"] = {}): Secrets | undefined {
  if (Object.keys(values).length === 0) return undefined;
  return new Secrets(...make("secrets", `${name}-secrets`, { app: app.name, values }));
}

/** All are free. No group waits for them, nor they for a group: a rollout is gated by checks, not by traffic. */
function addressesOf({ name, plan, app, make }: Site): IpAddress[] {
  const types = plan.private ? ({ flycast: "private_v6" } as const) : ({ v6: "v6", v4: "shared_v4" } as const);
  return Object.entries(types).map(
    ([suffix, type]) => new IpAddress(...make("ipAddress", `${name}-${suffix}`, { app: app.name, type })),
  );
}

/** After the addresses, because the records Fly wants hold those that the app has. */
function certificatesOf({ name, plan, app, make }: Site, dependsOn: IpAddress[]): Certificate[] {
  return (plan.domains ?? []).map((hostname) => {
    const args = { app: app.name, hostname };
    return new Certificate(...make("certificate", `${name}-${hostname}`, args, { dependsOn }));
  });
}

function deployTokenOf({ name, plan, app, make }: Site): Output<string | undefined> {
  if (plan.deployToken === undefined) return output(undefined);
  const args = { app: app.name, ...plan.deployToken, expiresIn: plan.deployToken.expiresIn ?? "90d" };
  return secret(new DeployToken(...make("deployToken", `${name}-deploy-token`, args)).token);
}

function slotsOf(site: Site, key: string, group: GroupArgs): Slot[] {
  const kept = keptRunning(group, site.plan.primaryRegion);
  return placesOf(group.regions).map((place) => {
    const volume = group.volume && volumeOf(site, key, place, group.volume);
    const fallbackRegions = group.fallbackRegions?.[place.region];
    return {
      ...place,
      ...(volume && { volume }),
      ...(kept.has(place.name) && { keepRunning: true }),
      ...(fallbackRegions && { fallbackRegions }),
    };
  });
}

function volumeOf({ name, app, make }: Site, key: string, place: Place, volume: GroupVolumeArgs): Input<string> {
  const existing = volume.existing?.[place.name];
  if (existing !== undefined) return existing;
  const args: VolumeArgs = {
    app: app.name,
    name: volumeName(key, place.name),
    region: place.region,
    sizeGb: volume.sizeGb,
    encrypted: true,
    snapshotRetention: volume.snapshotRetentionDays ?? 14,
    autoBackupEnabled: true,
    requireUniqueZone: true,
  };
  return new Volume(...make("volume", `${name}-${key}-${place.name}`, args, { protect: true })).id;
}

type Plan = ReturnType<typeof planOf>;

/**
 * The arguments with what follows from the program filled in, and of the secrets their names only: rules see this, and
 * it is kept in the state, where a function or another resource has no place.
 */
const planOf = (name: string, { secrets = {}, app, transform: _, ...args }: ProductionAppArgs) => ({
  ...args,
  appName: app?.name ?? args.appName ?? defaultAppName(getProject(), getStack(), name),
  primaryRegion: primaryRegionOf(args),
  deploy: deployOf(args.deploy),
  secretNames: Object.keys(secrets),
});

/** The group that answers under the app's names, and its port. */
function servingGroup({ groups }: Plan): { group: string; port: number } | undefined {
  for (const [group, { http }] of Object.entries(groups)) if (http !== undefined) return { group, port: http.port };
  return undefined;
}

function urlsOf({ plan, app }: Site) {
  const serving = servingGroup(plan);
  const none = output(undefined);
  if (serving === undefined) return { url: none, flycastUrl: none, internalUrl: none };
  const { group, port } = serving;
  return {
    url: plan.private ? none : app.hostname.apply((host) => `https://${host}`),
    flycastUrl: plan.private ? app.name.apply((host) => `http://${host}.flycast`) : none,
    // Not <app>.internal, which is all machines of the app, those of a worker too (Fly docs, networking/private-networking).
    internalUrl: app.name.apply((host) => `http://${group}.process.${host}.internal:${port}`),
  };
}

const mapValues = <From, To>(record: Record<string, From>, to: (value: From, key: string) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value, key)]));
