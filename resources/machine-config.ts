import type { Input } from "@pulumi/pulumi/output.js";

/** Config of a machine, in the Machines API's own terms, camelCase. Durations are strings such as `"15s"`. */
export interface MachineConfig {
  /**
   * Image reference; pin it by digest. `"running"` keeps what runs, where CI deploys images with `fly deploy --image`: it
   * needs a machine that runs one.
   */
  image: Input<string>;
  /** CPU and memory. @default shared, 1 CPU, 256 MB */
  guest?: Input<Guest> | undefined;
  /** Plain environment. Names must not begin with `FLY_`, which is Fly's own prefix. */
  env?: Input<Record<string, Input<string>>> | undefined;
  /** What the machine runs. @default what the image says */
  init?: Input<Init> | undefined;
  /** Ports that Fly's proxy serves. @default none: reachable on the private network only */
  services?: Input<Input<Service>[]> | undefined;
  /** Checks by name that do not steer traffic. */
  checks?: Input<Record<string, Input<NamedCheck>>> | undefined;
  /** The volume's mount; the volume itself is named by the slot. At most one. */
  mounts?: Input<Input<Mount>[]> | undefined;
  /** What happens when the process ends. @default on-failure */
  restart?: Input<Restart> | undefined;
  /** Whether the machine is destroyed when its process ends. @default false */
  autoDestroy?: Input<boolean> | undefined;
  /** How the process is asked to stop. Fly's default is SIGINT and 5 s; at most 300 s. */
  stopConfig?: Input<StopConfig> | undefined;
  /** Files put into the machine. */
  files?: Input<Input<File>[]> | undefined;
  /** Labels. Keys beginning with `airworthy_` or `fly_` are written by the provider. */
  metadata?: Input<Record<string, Input<string>>> | undefined;
  /** Where Fly scrapes Prometheus metrics. */
  metrics?: Input<Metrics> | undefined;
}

/** CPU and memory of a machine. */
export interface Guest {
  /** Kind of CPU. @default "shared" */
  cpuKind?: Input<"shared" | "performance"> | undefined;
  /** Number of CPUs. @default 1 */
  cpus?: Input<number> | undefined;
  /** Memory in MB. @default 256 a shared CPU, 2048 a performance CPU */
  memoryMb?: Input<number> | undefined;
}

/** What a machine runs. */
export interface Init {
  /** Replaces both entrypoint and command. */
  exec?: Input<Input<string>[]> | undefined;
  /** Replaces the image's entrypoint. */
  entrypoint?: Input<Input<string>[]> | undefined;
  /** Replaces the image's command. */
  cmd?: Input<Input<string>[]> | undefined;
  /** Whether a terminal is attached. @default false */
  tty?: Input<boolean> | undefined;
  /** Swap in MB. @default none */
  swapSizeMb?: Input<number> | undefined;
}

/** A port of the machine that Fly's proxy serves. */
export interface Service {
  /** Transport. @default "tcp" */
  protocol?: Input<"tcp" | "udp"> | undefined;
  /** Port the process listens on. */
  internalPort: Input<number>;
  /** Ports the proxy listens on. */
  ports?: Input<Input<ServicePort>[]> | undefined;
  /** How much one machine takes. Fly's default is 20 soft and no hard limit. */
  concurrency?: Input<Concurrency> | undefined;
  /** What the proxy does with an idle machine. @default "off" */
  autostop?: Input<"off" | "stop" | "suspend"> | undefined;
  /** Whether the proxy starts a stopped machine on demand. @default true */
  autostart?: Input<boolean> | undefined;
  /** Machines in the primary region that autostop leaves running. @default 0 */
  minMachinesRunning?: Input<number> | undefined;
  /** Checks that decide whether a machine gets traffic. */
  checks?: Input<Input<Check>[]> | undefined;
}

/** A port the proxy listens on. */
export interface ServicePort {
  /** One port; or `startPort` and `endPort`. */
  port?: Input<number> | undefined;
  /** First port of a range. */
  startPort?: Input<number> | undefined;
  /** Last port of a range. */
  endPort?: Input<number> | undefined;
  /** What the proxy does with the bytes. */
  handlers?: Input<Input<"http" | "tls" | "pg_tls" | "proxy_proto" | "edge_http">[]> | undefined;
  /** Whether plain HTTP is redirected to HTTPS. Needs the `http` handler. @default false */
  forceHttps?: Input<boolean> | undefined;
}

/** How much one machine takes before the proxy prefers, or insists on, another. */
export interface Concurrency {
  /** What is counted. @default "connections" */
  type?: Input<"connections" | "requests"> | undefined;
  /** Above this the proxy prefers other machines. */
  softLimit?: Input<number> | undefined;
  /** Above this the machine gets nothing more. */
  hardLimit?: Input<number> | undefined;
}

/** A health check. Intervals are 2 s or more, time-outs at most 60 s; Fly clamps without a word, so we refuse. */
export interface Check {
  /** What is asked of the machine. */
  type: Input<"http" | "tcp">;
  /** Port that is asked. @default the service's internal port */
  port?: Input<number> | undefined;
  /** Time between two checks, 2 s to 60 s. */
  interval?: Input<string> | undefined;
  /** Time one check may take, 1 s to 60 s. */
  timeout?: Input<string> | undefined;
  /** Time after start in which failures do not count, at most 60 s for a service's check. */
  gracePeriod?: Input<string> | undefined;
  /** HTTP method. @default "GET" */
  method?: Input<string> | undefined;
  /** HTTP path. @default "/" */
  path?: Input<string> | undefined;
  /** Whether the check speaks TLS. @default "http" */
  protocol?: Input<"http" | "https"> | undefined;
  /** HTTP request headers. */
  headers?: Input<Input<{ name: Input<string>; values: Input<Input<string>[]> }>[]> | undefined;
}

/** A check of the machine itself, which no service gives a port to. */
export interface NamedCheck extends Check {
  /** Port that is asked. */
  port: Input<number>;
}

/** Where a volume appears in the machine. */
export interface Mount {
  /** Absolute path. */
  path: Input<string>;
  /** Percentage full at which Fly grows the volume, 50 to 99. */
  extendThresholdPercent?: Input<number> | undefined;
  /** By how many GB it grows. */
  addSizeGb?: Input<number> | undefined;
  /** Where growing ends, in GB. */
  sizeGbLimit?: Input<number> | undefined;
}

/** What happens when the process ends. */
export interface Restart {
  /** `on-failure` tries `maxRetries` times. */
  policy: Input<"no" | "always" | "on-failure">;
  /** Tries of `on-failure`. @default 10 */
  maxRetries?: Input<number> | undefined;
}

/** How a process is asked to stop. */
export interface StopConfig {
  /** Signal sent first. @default "SIGINT" */
  signal?: Input<"SIGHUP" | "SIGINT" | "SIGQUIT" | "SIGKILL" | "SIGUSR1" | "SIGUSR2" | "SIGTERM"> | undefined;
  /** Time until SIGKILL, at most 300 s. @default "5s" */
  timeout?: Input<string> | undefined;
}

/** A file put into the machine. Give one of `rawValue` and `secretName`. */
export interface File {
  /** Absolute path. */
  guestPath: Input<string>;
  /** Content, base64. */
  rawValue?: Input<string> | undefined;
  /** Secret whose value, itself base64, is the content. */
  secretName?: Input<string> | undefined;
}

/** Where Fly scrapes Prometheus metrics. */
export interface Metrics {
  /** Port. */
  port: Input<number>;
  /** Path. @default "/metrics" */
  path?: Input<string> | undefined;
}
