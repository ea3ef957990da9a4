import type {
  AppDeployTokenArgs,
  CheckArgs,
  ConcurrencyArgs,
  DeployArgs,
  GroupArgs,
  GroupVolumeArgs,
  HttpArgs,
  HttpCheckArgs,
  MetricsArgs,
  ProductionAppArgs,
  ShutdownArgs,
} from "./arguments.ts";
import type { TransformArgs } from "./transform.ts";

type Keys<Args> = Record<keyof Args, true>;

// What the compiler knows of the arguments' names, for the run time, where types are gone.
const httpCheck = {
  grace: true,
  interval: true,
  timeout: true,
  path: true,
  method: true,
} satisfies Keys<HttpCheckArgs>;

/** Names of the arguments, by the interface that has them. */
export const known = {
  app: {
    appName: true,
    app: true,
    orgSlug: true,
    private: true,
    domains: true,
    primaryRegion: true,
    image: true,
    env: true,
    secrets: true,
    deploy: true,
    deployToken: true,
    transform: true,
    exempt: true,
    groups: true,
  } satisfies Keys<ProductionAppArgs>,
  deploy: {
    strategy: true,
    maxUnavailable: true,
    waitTimeout: true,
    onFailure: true,
    releaseCommand: true,
    hostFailure: true,
    keepReleases: true,
  } satisfies Keys<DeployArgs>,
  deployToken: { expiresIn: true, rotateAfter: true, rotationTriggers: true } satisfies Keys<AppDeployTokenArgs>,
  transform: {
    app: true,
    secrets: true,
    ipAddress: true,
    certificate: true,
    deployToken: true,
    volume: true,
    processGroup: true,
  } satisfies Keys<TransformArgs>,
  group: {
    regions: true,
    fallbackRegions: true,
    strategy: true,
    image: true,
    replicas: true,
    command: true,
    size: true,
    memoryMb: true,
    metrics: true,
    http: true,
    checks: true,
    shutdown: true,
    volume: true,
    restart: true,
    raw: true,
  } satisfies Keys<GroupArgs>,
  metrics: { port: true, path: true } satisfies Keys<MetricsArgs>,
  http: { port: true, concurrency: true, check: true, autostop: true, minRunning: true } satisfies Keys<HttpArgs>,
  concurrency: { type: true, soft: true, hard: true } satisfies Keys<ConcurrencyArgs>,
  httpCheck,
  check: { type: true, port: true, ...httpCheck } satisfies Keys<CheckArgs>,
  shutdown: { signal: true, timeout: true } satisfies Keys<ShutdownArgs>,
  volume: { path: true, sizeGb: true, snapshotRetentionDays: true, existing: true } satisfies Keys<GroupVolumeArgs>,
} as const;
