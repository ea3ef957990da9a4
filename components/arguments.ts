import type { Input } from "@pulumi/pulumi/output.js";
import type { App, GeneratedSecret, StopConfig } from "../resources/index.ts";
import type { TransformArgs } from "./transform.ts";

/**
 * What a {@link ProductionApp} is made from. What decides how many resources there are is a plain value; what is only
 * passed on may be an output of another resource. Durations are strings such as `"15s"`, `"1m30s"`.
 */
export interface ProductionAppArgs {
  /**
   * Name of the Fly app, unique among all apps of all Fly users: at most 63 lowercase letters, digits and dashes, first
   * a letter. Changing it replaces the app. @default `<project>-<stack>-<7 hex digits>`, see `defaultAppName`
   */
  appName?: string | undefined;
  /**
   * An app made elsewhere in the program, which this one joins instead of making its own; `appName` and `orgSlug` are
   * that app's then. Needed where an image is built and pushed to Fly's registry first, which takes no image of an app
   * that is not there. Protect it if a group has a volume. @default a new app
   */
  app?: App | undefined;
  /** Slug of the organisation that owns the app. Changing it replaces the app. @default the provider's `org` */
  orgSlug?: Input<string> | undefined;
  /**
   * Whether nobody outside the private network may reach the app. It gets no public address but a Flycast one, and
   * `http` is served on port 80 without a redirect, because Flycast speaks HTTP only (Fly docs, networking/flycast).
   * The process has to listen on `0.0.0.0`. @default false
   */
  private?: boolean | undefined;
  /**
   * Host names besides `<app>.fly.dev`, such as `shop.example.com` or `*.example.com`, each with a certificate that Fly
   * renews. The records to make where the zone is kept are the output `dnsRecords`. Needs a group with `http`. @default none
   */
  domains?: string[] | undefined;
  /**
   * Region in which Fly's own minimum of running machines counts, and `PRIMARY_REGION` in every machine.
   * @default the first region of the first group with `http`, else of the first group
   */
  primaryRegion?: string | undefined;
  /**
   * Image of every group that names none of its own; pin it by digest. `"running"` keeps what each machine runs, for
   * apps whose images something else deploys, such as `fly deploy` in CI: `up` changes everything but the image then, and
   * the first machines have to be there already. Required unless all groups name one.
   */
  image?: Input<string> | undefined;
  /** Plain environment of every machine. Names beginning with `FLY_` are Fly's own. */
  env?: Record<string, Input<string>> | undefined;
  /** Secrets of the app, in the environment of every machine. A changed value rolls the groups. */
  secrets?: Record<string, Input<string | GeneratedSecret>> | undefined;
  /** How a change reaches the machines. */
  deploy?: DeployArgs | undefined;
  /** A token with which CI may manage this app and nothing else, the output `deployToken`. `{}` takes all defaults. @default none */
  deployToken?: AppDeployTokenArgs | undefined;
  /** Changes what the resources of the app are made from: for what has no argument here. @default nothing is changed */
  transform?: TransformArgs | undefined;
  /** What of it the policy pack lets wait, and until when; reaches everything the component makes. @default nothing */
  exempt?: ExemptArgs[] | undefined;
  /** Process groups by name, at least one. A name is part of resource names: changing it makes a new group. */
  groups: Record<string, GroupArgs>;
}

/**
 * A finding of the policy pack that may wait. It counts for nothing until the day after `until`; then the pack says that the
 * exemption has ended. `AIRWORTHY_AUDIT=1` shows what is exempted.
 */
export interface ExemptArgs {
  /** Id of the rule, such as `"FLY-OBS-01"`. */
  rule: string;
  /** Names of resources in the program, with `*` for any text. @default everything the component makes */
  resource?: string | undefined;
  /** Why it may wait: 15 characters and four words or more. */
  reason: string;
  /** Who sees to it. */
  owner: string;
  /** Last day on which it holds, by UTC, at most 180 days ahead: `"2027-02-01"`. */
  until: string;
}

/** A token for the app, rotated by `pulumi up`. */
export interface AppDeployTokenArgs {
  /** How long it is valid, 1 hour to 7305 days, such as `"90d"`. Changing it rotates the token. @default "90d" */
  expiresIn?: string | undefined;
  /** Age at which the next `pulumi up` rotates it, below `expiresIn`. @default two thirds of `expiresIn` */
  rotateAfter?: string | undefined;
  /** Anything whose change rotates the token: the team's members, a date. */
  rotationTriggers?: Input<Input<string>[]> | undefined;
}

/** How a change reaches the machines of the groups. */
export interface DeployArgs {
  /**
   * `rolling` updates one machine first and then `maxUnavailable` at a time. `canary` tries one machine more, which serves
   * until the others are updated one by one. `bluegreen` makes all machines anew and lets the old ones go when all new ones
   * are healthy. `immediate` updates all at once and waits for no check. The middle two are not for groups with a `volume`,
   * and `bluegreen` is for groups with checks, which those with `http` have: give the others a `strategy` of their own.
   * @default "rolling"
   */
  strategy?: "rolling" | "canary" | "bluegreen" | "immediate" | undefined;
  /** For `rolling`: machines of a group that may be down at once, a number from 1, or a share such as `"33%"`. @default "33%" */
  maxUnavailable?: number | string | undefined;
  /** Longest wait for one machine to be started and healthy. @default "5m" */
  waitTimeout?: string | undefined;
  /**
   * What happens when a machine does not come up: `rollback` takes the group's machines already moved back to the release
   * before, `pause` leaves everything as it is for a look. Both fail the update with the reason. @default "rollback"
   */
  onFailure?: "rollback" | "pause" | undefined;
  /**
   * Command run once in a machine of its own before a new release changes anything, such as a database migration: with the
   * image, environment and secrets of the first group with `http`, else of the first group. The other groups wait for that
   * one. Ended with anything but 0, or not within `waitTimeout`, it fails the update. @default none
   */
  releaseCommand?: Input<string>[] | undefined;
  /**
   * What to do about a machine with a volume whose host Fly cannot reach any more. `replace-from-snapshot` makes a volume
   * from the last snapshot and a machine with it: what was written since is lost. The old volume stays. `fail` says which
   * commands would do the same. @default "fail"
   */
  hostFailure?: "fail" | "replace-from-snapshot" | undefined;
  /** Releases kept for a rollback, 1 to 50. @default 10 */
  keepReleases?: number | undefined;
}

/** One process group: machines with one role. */
export interface GroupArgs {
  /** Number of machines by region code, such as `{ iad: 2, lhr: 1 }`. */
  regions: Record<string, number>;
  /**
   * Regions in which a machine is made, in this order, where its own has no room, by its own: `{ iad: ["ewr", "ord"] }`. It
   * stays there until it is made anew. Not for a group with a `volume`. @default none: the error says which region is full
   */
  fallbackRegions?: Record<string, string[]> | undefined;
  /** How a change reaches the machines of this group. @default that of `deploy` */
  strategy?: DeployArgs["strategy"];
  /** Image of this group, or `"running"` to keep what its machines run. @default the app's */
  image?: Input<string> | undefined;
  /**
   * `"single-writer"`: the group must not be doubled, because only one machine may write (SQLite, one cache). It has
   * exactly one machine then, and the rules that ask for more say once what is lost. @default the machines are alike
   */
  replicas?: "single-writer" | undefined;
  /** Replaces the image's command. */
  command?: Input<string>[] | undefined;
  /** One of Fly's named sizes. @default "shared-cpu-1x" */
  size?: string | undefined;
  /**
   * Memory in MB. @default what the size comes with, but at least 512: the 256 MB of Fly's smallest size are where most
   * reports of machines out of memory come from
   */
  memoryMb?: number | undefined;
  /** Where Fly scrapes Prometheus metrics. @default nowhere */
  metrics?: MetricsArgs | undefined;
  /** Serves HTTP to the world on ports 80 and 443; plain HTTP is redirected. Of a `private` app, see there. @default not served */
  http?: HttpArgs | undefined;
  /** Checks by name that do not steer traffic. */
  checks?: Record<string, CheckArgs> | undefined;
  /** How the process is asked to stop. */
  shutdown?: ShutdownArgs | undefined;
  /** A volume for each machine. @default none: what a machine writes is lost with every update */
  volume?: GroupVolumeArgs | undefined;
  /**
   * What happens when the process ends. @default with `http`, "on-failure", as with Fly's own deploys: after 10 tries the
   * machine stays stopped and the next request starts it. Without, "always": nobody would start it again.
   */
  restart?: "no" | "always" | "on-failure" | undefined;
  /** Machine config in Fly's own spelling, merged last and never converted: for what has no argument here. */
  raw?: Record<string, unknown> | undefined;
}

/** Where Fly scrapes Prometheus metrics. */
export interface MetricsArgs {
  /** Port, 1 to 65535. */
  port: number;
  /** Path. @default "/metrics" */
  path?: string | undefined;
}

/** How a group serves HTTP through Fly's proxy. */
export interface HttpArgs {
  /** Port the process listens on, on all addresses: 1 to 65535. */
  port: number;
  /** How much one machine takes. */
  concurrency?: ConcurrencyArgs | undefined;
  /** Check that decides whether a machine gets traffic and whether a rollout goes on. */
  check?: HttpCheckArgs | undefined;
  /**
   * What the proxy does with an idle machine; it starts a stopped one on demand. "suspend" is for at most 2048 MB of
   * memory (Fly's limit). @default "stop", or "off" where the group has no machine in the primary region: Fly keeps a
   * minimum running in no other
   */
  autostop?: "off" | "stop" | "suspend" | undefined;
  /**
   * Machines that are never all idle away: a number for the primary region, or numbers by region. Fly's own minimum
   * counts in the primary region only; elsewhere that many machines are never stopped. @default 1
   */
  minRunning?: number | Record<string, number> | undefined;
}

/** How much one machine takes before the proxy prefers, or insists on, another. */
export interface ConcurrencyArgs {
  /** What is counted. @default "requests" */
  type?: "requests" | "connections" | undefined;
  /** Above this the proxy prefers other machines. @default four fifths of `hard`, or 200 */
  soft?: number | undefined;
  /** Above this the machine gets nothing more. @default five quarters of `soft`, or 250 */
  hard?: number | undefined;
}

/** Times of a check. Fly clamps what is out of range without a word, so it is refused here. */
export interface CheckTimes {
  /** Time after start in which failures do not count, 1 s to 60 s. @default "15s" */
  grace?: string | undefined;
  /** Time between two checks, 2 s to 60 s. @default "15s" */
  interval?: string | undefined;
  /** Time one check may take, 1 s to 60 s and below `interval`. @default "5s", or half of a short `interval` */
  timeout?: string | undefined;
}

/** The check of an HTTP service: anything but a status of 200 to 299 fails it, a redirect too. */
export interface HttpCheckArgs extends CheckTimes {
  /** Path. @default "/" */
  path?: string | undefined;
  /** HTTP method. @default "GET" */
  method?: string | undefined;
}

/** A check that does not steer traffic; a rollout waits for it all the same. */
export interface CheckArgs extends HttpCheckArgs {
  /** What is asked. `path` and `method` are for "http". */
  type: "http" | "tcp";
  /** Port, 1 to 65535. In a group with `http`: its port or that of `metrics`. */
  port: number;
}

/** How the process is asked to stop. */
export interface ShutdownArgs {
  /** Signal sent first. @default "SIGTERM"; Fly's own default, SIGINT, is one many servers ignore */
  signal?: Extract<StopConfig["signal"], string> | undefined;
  /** Time until SIGKILL, at most 300 s. @default "30s" with `http`, "60s" without; Fly's own default is 5 s */
  timeout?: string | undefined;
}

/**
 * A volume for each machine of a group. They are protected, and so is the app: deleting an app deletes its volumes and
 * their snapshots. For fewer machines lift the protection of the volumes that go, as the preview says (`pulumi state
 * unprotect`): then `pulumi up` drains the machine and takes a snapshot before it deletes the volume.
 */
export interface GroupVolumeArgs {
  /** Absolute path at which it is mounted. */
  path: string;
  /** Least size in GB, 1 to 500. It can grow, never shrink. */
  sizeGb: number;
  /** Days that the daily snapshots are kept, 1 to 60. @default 14; Fly's own default is 5 */
  snapshotRetentionDays?: number | undefined;
  /**
   * Ids of volumes that exist already, such as one restored from a snapshot, by slot: `{ "iad-0": restored.id }`. Slots
   * are named `<region>-<n>`, counted from 0. @default a new volume for every slot
   */
  existing?: Record<string, Input<string>> | undefined;
}
