import type { Attestations, Priority, Resource, View } from "../../policies/index.ts";

type Props = Record<string, unknown>;

/** What one rule is tried on. A meta-test sees to it that every rule has all of it. */
export interface Fixture {
  readonly passes: Readonly<Record<string, View>>;
  readonly fails: Readonly<Record<string, Failure>>;
  /** Thresholds that it is written for, where a rule asks for nothing by default. */
  readonly settings?: Readonly<Record<string, number>>;
  /** For each threshold of the rule: the last value that passes and the first that does not. */
  readonly boundaries?: Readonly<Record<string, { readonly within: View; readonly beyond: View }>>;
  /** Where something the rule needs is not known: it names that, or is silent where it looks for written values only. */
  readonly unknown: Unknown | readonly Unknown[];
  /** Where the rule has nothing to say. */
  readonly notApplicable: View;
}

export interface Unknown {
  readonly given: View;
  readonly path: string | undefined;
}

export interface Failure {
  readonly given: View;
  /** Where the finding points. */
  readonly path: string;
  /** Where it is lower than the rule's. */
  readonly priority?: Priority;
  /** What it has serves other apps too, so that damage to it may reach them. */
  readonly shared?: true;
  /** Of a rule with a remedy: what nobody but a person can put right. */
  readonly unmended?: true;
}

/** What is attested in every fixture, of every rule that takes it. */
export const attestations: Attestations = (_, app) =>
  ({ vouched: { on: "2026-11-01", ended: false }, lapsed: { on: "2026-01-01", ended: true } })[app];

export const resource = (type: string, name: string, props: Props, more: Partial<Resource> = {}): Resource => ({
  type: `airworthy:index:${type}`,
  name,
  urn: `urn:pulumi:dev::tests::airworthy:index:${type}::${name}`,
  protect: false,
  props,
  ...more,
});

export const app = (props: Props = {}, more: Partial<Resource> = {}) =>
  resource("App", "shop", { name: "shop", ...props }, more);
export const volume = (props: Props = {}, more: Partial<Resource> = {}) =>
  resource("Volume", "data", { ...soundVolume, ...props }, { protect: true, ...more });
export const address = (type: unknown, name = "shop-v6") => resource("IpAddress", name, { app: "shop", type });
export const secrets = (values: Props, more: Partial<Resource> = {}) =>
  resource("Secrets", "shop-secrets", { app: "shop", values }, more);
export const certificate = (props: Props = {}) =>
  resource("Certificate", "shop-domain", { app: "shop", hostname: "shop.example.com", ...props });
export const deployToken = (props: Props = {}) => resource("DeployToken", "shop-ci", { app: "shop", ...props });
export const cluster = (props: Props = {}, more: Partial<Resource> = {}) =>
  resource("ManagedPostgres", "db", { name: "db", region: "iad", ...props }, { protect: true, ...more });

const soundVolume = {
  app: "shop",
  name: "data",
  region: "iad",
  sizeGb: 10,
  encrypted: true,
  snapshotRetention: 14,
  autoBackupEnabled: true,
  requireUniqueZone: true,
};

export const digest = `sha256:${"8c1d5e0f7a2b4936".repeat(4)}`;

export const check = { type: "http", path: "/healthz", interval: "15s", timeout: "5s", gracePeriod: "15s" };
export const service = {
  internalPort: 8080,
  ports: [
    { port: 80, handlers: ["http"], forceHttps: true },
    { port: 443, handlers: ["tls", "http"] },
  ],
  concurrency: { type: "requests", softLimit: 200, hardLimit: 250 },
  autostop: "stop",
  autostart: true,
  minMachinesRunning: 1,
  checks: [check],
};

/** A config that no rule objects to. */
const soundConfig = {
  image: `registry.fly.io/shop@${digest}`,
  guest: { memoryMb: 512 },
  env: { LOG_LEVEL: "info", PRIMARY_REGION: "iad" },
  services: [service],
  stopConfig: { signal: "SIGTERM", timeout: "30s" },
  metrics: { port: 9091 },
};

export const slots = (...regions: unknown[]): Props[] =>
  regions.map((region, index) => ({ name: `s-${index}`, region }));

/** A serving group with nothing wrong, changed as told. */
export const group = (config: Props = {}, props: Props = {}, more: Partial<Resource> = {}) =>
  resource(
    "ProcessGroup",
    "shop-web",
    {
      app: "shop",
      name: "web",
      slots: slots("iad", "lhr"),
      config: { ...soundConfig, ...config },
      deploy: { keepReleases: 10 },
      minSecretsVersion: 1,
      ...props,
    },
    more,
  );

/** The group with its one service changed. */
export const serving = (props: Props, more: Props = {}) => group({ services: [{ ...service, ...props }] }, more);

/** A component that says that only one machine of group `web` may write. */
export const singleWriter: Partial<Resource> = {
  parent: resource("ProductionApp", "shop", { groups: { web: { replicas: "single-writer" } } }),
};

/** A machine by itself with nothing wrong, changed as told. */
export const machine = (config: Props = {}, props: Props = {}, more: Partial<Resource> = {}) =>
  resource(
    "Machine",
    "shop-solo",
    { app: "shop", name: "solo", region: "iad", config: { ...soundConfig, services: [], ...config }, ...props },
    more,
  );
