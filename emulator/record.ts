import type { Check, Mount, Service } from "./config-record.ts";
import type { Ending } from "./ending.ts";
import type { Load } from "./load.ts";
import type { MachineJourney, Step } from "./transitions.ts";

/** Something that becomes something else by itself. Moments are milliseconds since 1970. */
export interface Mover {
  state: string;
  /** When the first of `ahead` comes. */
  due?: number | undefined;
  /** The states still to come. */
  ahead: readonly Step[];
  /** When the record is forgotten. */
  goneAt?: number | undefined;
}

export interface App extends Mover {
  id: string;
  numericId: number;
  name: string;
  org: string;
  network: string;
  createdAt: number;
  idempotencyKey?: string | undefined;
  /** Rises with each change of a secret. */
  secretsVersion: number;
  role?: string | undefined;
  /** Had a machine once. */
  deployed: boolean;
  /** What somebody scripted to arrive at Fly's proxy for it. */
  traffic?: Stream[] | undefined;
  /** When the proxy last looked for machines it could stop. */
  lookedAt?: number | undefined;
}

/** Requests (or connections) that are open at once, from people near a region. */
export interface Stream {
  region: string;
  /** @default any service */
  port?: number | undefined;
  requests: number;
  /** When it ends by itself. */
  until?: number | undefined;
}

export interface MachineEvent {
  id: string;
  type: string;
  status: string;
  source: "user" | "flyd" | "proxy";
  timestamp: number;
  request?: unknown;
}

export interface Lease {
  nonce: string;
  owner: string;
  description: string;
  version: string;
  /** In attended time: see Clock. */
  expires: number;
}

export interface CheckResult {
  status: string;
  output: string;
  at: number;
  /** Results that are scripted to follow, in the order of time. */
  then?: CheckResult[] | undefined;
}

/** A config in Fly's spelling, as it is echoed. Never changed in place: answers hold on to it. */
export interface Config {
  image: string;
  guest: { cpu_kind: string; cpus: number; memory_mb: number };
  restart: { policy: string; max_retries?: number | undefined };
  services?: Service[] | undefined;
  checks?: Record<string, Check> | undefined;
  mounts?: Mount[] | undefined;
  metadata?: Record<string, string> | undefined;
  auto_destroy?: boolean | undefined;
  schedule?: string | undefined;
  [field: string]: unknown;
}

export interface Machine extends Mover {
  id: string;
  app: string;
  name: string;
  region: string;
  privateIp: string;
  createdAt: number;
  updatedAt: number;
  instanceId: string;
  config: Config;
  /** Newest first; the first is in force. */
  versions: { version: string; config: Config }[];
  /** Newest first. */
  events: MachineEvent[];
  journey: MachineJourney;
  cordoned: boolean;
  lease?: Lease | undefined;
  startedAt?: number | undefined;
  stoppedAt?: number | undefined;
  /** Restarts after an exit since somebody last started it. */
  restarts: number;
  /** When the first of these was. */
  restartsSince?: number | undefined;
  /** Where it lives. States from before hosts were kept do not say: see `hostOf`. */
  host?: string | undefined;
  hostStatus: string;
  /** Results somebody scripted, by check name. */
  scripted: Record<string, CheckResult>;
  /** The app's count of secret changes when this machine was last launched. */
  secretsVersion: number;
  /** How its process will end by itself, where that is known. */
  ending?: Ending | undefined;
  /** How much of its size somebody scripted it to use. */
  load?: Load | undefined;
}

export interface Volume extends Mover {
  id: string;
  app: string;
  name: string;
  region: string;
  host: string;
  zone: string;
  sizeGb: number;
  encrypted: boolean;
  fstype: string;
  snapshotRetention: number;
  autoBackup: boolean;
  attachedTo: string | null;
  /** Nothing can be snapshotted of a volume that no machine ever mounted. */
  initialized: boolean;
  createdAt: number;
  /** Missing in states of before it was noted. */
  updatedAt?: number | undefined;
  hostStatus: string;
  /** What somebody scripted to be on it. */
  bytesUsed?: number | undefined;
  /** Since when the day until its next automatic snapshot is counted. @default createdAt */
  backupFrom?: number | undefined;
  /** A machine that is gone still has it until then. */
  claimedUntil?: number | undefined;
}

/** A host of which somebody scripted something. Any other has room and works. */
export interface Host {
  /** How many machines it has room for in all, those that are there included. */
  room?: number | undefined;
  failed?: boolean | undefined;
}

export interface Snapshot extends Mover {
  id: string;
  app: string;
  volume: string;
  volumeGb: number;
  digest: string;
  createdAt: number;
  retentionDays: number;
}

export interface Secret {
  app: string;
  name: string;
  digest: string;
  createdAt: number;
  updatedAt: number;
}

/** A key for cryptography. Of what it is made of nothing is kept. */
export interface SecretKey {
  app: string;
  name: string;
  type: string;
  createdAt: number;
  updatedAt: number;
}

/** What traffic goes straight to and from machines. The local Fly keeps it and has no traffic to hold back. */
export interface NetworkPolicy {
  app: string;
  id: string;
  name: string;
  selector: Record<string, unknown>;
  rules: Record<string, unknown>[];
  createdAt: number;
}

/** A line in an app's book of rollouts. No machine depends on it. */
export interface Release {
  id: string;
  app: string;
  version: number;
  status: string;
  strategy: string;
  image: string;
  /** The fly.toml it was made with, as JSON, where somebody said so. */
  definition?: Record<string, unknown> | undefined;
  createdAt: number;
}

export interface IpAddress {
  app: string;
  ip: string;
  type: string;
  region: string;
  network: { name: string; org_slug: string } | null;
  serviceName: string;
  createdAt: number;
}

/** A host name of an app. Its state is that of Fly's own certificate: `none` where nobody asked for one. */
export interface Certificate extends Mover {
  app: string;
  hostname: string;
  createdAt: number;
  updatedAt: number;
  /** When Fly issued its own. */
  issuedAt?: number | undefined;
  /** Since when its name no longer leads to the app, so that it is not renewed. */
  astrayAt?: number | undefined;
  /** What somebody uploaded: what the certificate says of itself, and nothing of its key. */
  custom?: { issuer: string; expiresAt: number; createdAt: number } | undefined;
}

/** A Managed Postgres cluster with all that is in it. Of passwords nothing is kept: they are derived. */
export interface PostgresCluster extends Mover {
  id: string;
  org: string;
  name: string;
  region: string;
  plan: string;
  diskSizeGb: number;
  version: string;
  /** Kept though Fly never shows it. */
  poolMode: string;
  postgis: boolean;
  createdAt: number;
  deletedAt?: number | undefined;
  databases: string[];
  users: { name: string; role: string; rotations: number }[];
  /** By the app's id: another of the same name later is not attached. */
  attached: string[];
  /** When, by the app's id. Missing in states of before it was noted. */
  attachedAt?: Record<string, number> | undefined;
  backups: { id: string; type: string; startedAt: number; finishedAt: number }[];
  /** Those that somebody enabled. Missing in states of before there were any. */
  extensions?: { database: string; name: string; schema: string }[] | undefined;
}

/** A token that somebody made. Never its value. */
export interface LimitedToken {
  id: string;
  name: string;
  org: string;
  /** Empty where it is for the whole organisation. */
  app: string;
  readOnly: boolean;
  /** In attended time, as the others: see Clock. */
  createdAt: number;
  expiresAt: number;
  revokedAt?: number | undefined;
  digest: string;
}

/** What is scripted about the platform itself. */
export interface Platform {
  /** Machines a region has room for, where somebody said so. */
  capacity: Record<string, number>;
  /** By their names. */
  hosts?: Record<string, Host> | undefined;
  unpullable: string[];
  failing: string[];
  /** Images whose checks fail every second time. */
  flapping?: string[] | undefined;
  /** Images whose process ends by itself, and how. */
  exiting?: Record<string, Ending> | undefined;
  /** Commands that end by themselves, the one scripted last first. */
  commands?: (Ending & { command: string })[] | undefined;
  /** Names of Postgres clusters that never become ready. */
  failingClusters?: string[] | undefined;
  /** What DNS says of a host name, where somebody said so. */
  dns?: Record<string, { app?: string | undefined; validated: boolean; ownership: boolean }> | undefined;
  /** Host names that an app of somebody else claims. */
  foreignHostnames?: string[] | undefined;
  /** Machines an organisation may have, where somebody said so. */
  machineLimit?: number | undefined;
  /** Switches that somebody set, with their positions. */
  switches?: Record<string, string> | undefined;
  indicator: string;
  incidents: unknown[];
  /** Numbers given out so far, for addresses and hosts. */
  counter: number;
}
