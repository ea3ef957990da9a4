import { z } from "zod";
import { checkGuest, cpuKinds } from "../../fly/sizes.ts";
import { appName, duration, integer, optional, region, replaces } from "../input.ts";

const port = integer(1, 65535);
const text = z.string();
const strings = z.array(z.string());

const guest = z
  .strictObject({
    cpuKind: optional(z.enum(["shared", "performance"])),
    cpus: optional(z.int()),
    memoryMb: optional(z.int()),
  })
  .superRefine((given, context) => {
    const { cpuKind = "shared", cpus = 1 } = given;
    const message = checkGuest({ cpuKind, cpus, memoryMb: given.memoryMb ?? cpuKinds[cpuKind].least * cpus });
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

// Fly clamps what is out of range without a word, so it is refused here (fly/api.md §9.3).
const clamped = "Fly would clamp it without a word";

const checkFields = {
  type: z.enum(["http", "tcp"]),
  port: optional(port),
  interval: optional(duration(2, 60, clamped)),
  timeout: optional(duration(1, 60, clamped)),
  gracePeriod: optional(duration(0, 60, clamped)),
  method: optional(text),
  path: optional(z.string().startsWith("/", "must begin with /")),
  protocol: optional(z.enum(["http", "https"])),
  headers: optional(z.array(z.strictObject({ name: text, values: strings }))),
};

const service = z.strictObject({
  protocol: optional(z.enum(["tcp", "udp"])),
  internalPort: port,
  ports: optional(
    z.array(
      z.strictObject({
        port: optional(port),
        startPort: optional(port),
        endPort: optional(port),
        handlers: optional(z.array(z.enum(["http", "tls", "pg_tls", "proxy_proto", "edge_http"]))),
        forceHttps: optional(z.boolean()),
      }),
    ),
  ),
  concurrency: optional(
    z.strictObject({
      type: optional(z.enum(["connections", "requests"])),
      softLimit: optional(integer(1, 1_000_000)),
      hardLimit: optional(integer(1, 1_000_000)),
    }),
  ),
  autostop: optional(z.enum(["off", "stop", "suspend"])),
  autostart: optional(z.boolean()),
  minMachinesRunning: optional(integer(0, 10_000)),
  checks: optional(z.array(z.strictObject(checkFields))),
});

const absolute = z.string().startsWith("/", "must be an absolute path");

/** Names of the environment; those of Fly's own are refused because Fly sets them itself. */
const environment = z.record(
  z.string().refine((name) => !name.startsWith("FLY_"), "names that begin with FLY_ are Fly's own"),
  text,
);

const config = z.strictObject({
  image: z.string().min(1, 'must be an image reference, such as "registry.fly.io/shop@sha256:…"'),
  guest: optional(guest),
  env: optional(environment),
  init: optional(
    z.strictObject({
      exec: optional(strings),
      entrypoint: optional(strings),
      cmd: optional(strings),
      tty: optional(z.boolean()),
      swapSizeMb: optional(integer(0, 1_000_000)),
    }),
  ),
  services: optional(z.array(service)),
  checks: optional(z.record(text, z.strictObject({ ...checkFields, port }))),
  mounts: optional(
    z
      .array(
        z.strictObject({
          path: absolute,
          extendThresholdPercent: optional(integer(50, 99)),
          addSizeGb: optional(integer(1, 500)),
          sizeGbLimit: optional(integer(1, 500)),
        }),
      )
      .max(1, "a machine has at most one mount"),
  ),
  restart: optional(
    z.strictObject({ policy: z.enum(["no", "always", "on-failure"]), maxRetries: optional(integer(0, 1000)) }),
  ),
  autoDestroy: optional(z.boolean()),
  stopConfig: optional(
    z.strictObject({
      signal: optional(z.enum(["SIGHUP", "SIGINT", "SIGQUIT", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGTERM"])),
      timeout: optional(duration(0, 300, "Fly's limit is 300s")),
    }),
  ),
  files: optional(
    z.array(z.strictObject({ guestPath: absolute, rawValue: optional(text), secretName: optional(text) })),
  ),
  metadata: optional(z.record(text, text)),
  metrics: optional(z.strictObject({ port, path: optional(absolute) })),
});

const slot = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]{1,40}$/, "must be at most 40 lowercase letters, digits and dashes"),
  region,
  volume: optional(text),
  keepRunning: optional(z.boolean()),
});

const share = z.union(
  [z.int().min(1), z.string().regex(/^([1-9][0-9]?|100)%$/)],
  'must be a whole number from 1, or a share such as "33%"',
);

const deploy = z.strictObject({
  strategy: z.enum(["rolling"], 'must be "rolling"').default("rolling"),
  maxUnavailable: share.default("33%"),
  waitTimeout: duration(1, 3600).default("5m"),
  keepReleases: integer(1, 50).default(10),
});

/** What a group is declared by. */
export const groupInputs = z.strictObject({
  app: appName.meta({ ...replaces, description: "App the machines belong to." }),
  name: z
    .string()
    .regex(/^[a-z0-9_-]{1,40}$/, "must be at most 40 lowercase letters, digits, dashes and underscores")
    .meta({ ...replaces, description: "Name of the process group." }),
  slots: z.array(slot).min(1, "must have at least one machine").meta({ description: "The machines." }),
  config: config.meta({ description: "What every machine runs." }),
  deploy: deploy.prefault({}).meta({ description: "How a change is rolled out." }),
  minSecretsVersion: optional(z.int()).meta({ description: "Least version of the app's secrets." }),
  raw: optional(z.record(z.string(), z.unknown())).meta({
    description: "Machine config in Fly's spelling, merged last.",
  }),
});

export type GroupInputs = z.output<typeof groupInputs>;
export type SlotInputs = GroupInputs["slots"][number];

/** What a group has beyond its inputs. `observed` is each machine's config as Fly echoed it after the last write. */
export const groupOutputs = z.object({
  machineIds: z.array(z.string()),
  machines: z.record(z.string(), z.unknown()),
  release: z.object({ version: z.int(), image: z.string() }),
  observed: z.record(z.string(), z.unknown()).meta({ secret: true }),
});
