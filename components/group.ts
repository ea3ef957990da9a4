import type { Input } from "@pulumi/pulumi/output.js";
import { durationMs, formatDuration } from "../fly/duration.ts";
import type { Deploy, MachineConfig, NamedCheck, Service } from "../resources/index.ts";
import type {
  CheckArgs,
  CheckTimes,
  ConcurrencyArgs,
  DeployArgs,
  GroupArgs,
  HttpArgs,
  ProductionAppArgs,
} from "./arguments.ts";
import { guestOf } from "./guest.ts";
import { autostopOf, minRunningOf } from "./placement.ts";

type AppWide = Pick<ProductionAppArgs, "image" | "env" | "private">;

/** What every machine of a group runs. The arguments have passed {@link mistakesOf}. */
export function machineConfigOf(group: GroupArgs, app: AppWide, primaryRegion: string): MachineConfig {
  const { http, shutdown, volume, metrics } = group;
  const guest = guestOf(group);
  return {
    image: (group.image ?? app.image) as Input<string>,
    ...(guest && { guest }),
    env: { ...app.env, PRIMARY_REGION: primaryRegion },
    ...(group.command && { init: { cmd: group.command } }),
    ...(http && { services: [serviceOf(http, group, app, primaryRegion)] }),
    ...(group.checks && { checks: mapValues(group.checks, namedCheck) }),
    ...(volume && { mounts: [{ path: volume.path }] }),
    restart: restartOf(group),
    stopConfig: { signal: shutdown?.signal ?? "SIGTERM", timeout: shutdown?.timeout ?? (http ? "30s" : "60s") },
    ...(metrics && { metrics: { port: metrics.port, path: metrics.path ?? "/metrics" } }),
  };
}

/** How the groups are rolled out: what production needs is said outright, whatever the resource's own default. */
export const deployOf = (deploy: DeployArgs = {}) =>
  ({
    ...deploy,
    strategy: deploy.strategy ?? "rolling",
    keepReleases: deploy.keepReleases ?? 10,
  }) satisfies Deploy;

/** How one of the groups is rolled out. The release command has to run once, so it is one group's. */
export function groupDeployOf(
  { releaseCommand, ...deploy }: ReturnType<typeof deployOf>,
  { strategy = deploy.strategy }: GroupArgs,
  releases: boolean,
): ReturnType<typeof deployOf> {
  return { ...deploy, strategy, ...(releases && releaseCommand && { releaseCommand }) };
}

function serviceOf(http: HttpArgs, group: GroupArgs, app: AppWide, primaryRegion: string): Service {
  const autostop = autostopOf(group, primaryRegion);
  return {
    protocol: "tcp",
    internalPort: http.port,
    ports: app.private
      ? [{ port: 80, handlers: ["http"] }]
      : [
          { port: 80, handlers: ["http"], forceHttps: true },
          { port: 443, handlers: ["tls", "http"] },
        ],
    concurrency: concurrencyOf(http.concurrency),
    autostop,
    autostart: true,
    // Means nothing to Fly with autostop off.
    ...(autostop !== "off" && { minMachinesRunning: minRunningOf(group, primaryRegion)[primaryRegion] ?? 0 }),
    checks: [
      { type: "http", method: http.check?.method ?? "GET", path: http.check?.path ?? "/", ...timesOf(http.check) },
    ],
  };
}

/** The limits with the one that is missing set in proportion, so that soft stays below hard. */
export function concurrencyOf({ type = "requests", soft, hard }: ConcurrencyArgs = {}) {
  return {
    type,
    softLimit: soft ?? (hard === undefined ? 200 : Math.max(1, Math.floor(hard * 0.8))),
    hardLimit: hard ?? (soft === undefined ? 250 : Math.ceil(soft * 1.25)),
  };
}

/** Times of a check, as Fly takes them. */
export function timesOf({ grace = "15s", interval = "15s", timeout }: CheckTimes = {}) {
  const half = (durationMs(interval) ?? 0) / 2;
  return { interval, timeout: timeout ?? formatDuration(Math.min(5000, half)), gracePeriod: grace };
}

const namedCheck = (check: CheckArgs): NamedCheck => ({
  type: check.type,
  port: check.port,
  ...(check.type === "http" && { method: check.method ?? "GET", path: check.path ?? "/" }),
  ...timesOf(check),
});

function restartOf({ restart, http }: GroupArgs) {
  const policy = restart ?? (http ? "on-failure" : "always");
  // 10 is what Fly takes if nothing is said; said here so that it is seen in the plan.
  return policy === "on-failure" ? { policy, maxRetries: 10 } : { policy };
}

const mapValues = <From, To>(record: Record<string, From>, to: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]));
