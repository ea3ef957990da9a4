import { z } from "zod";
import { checkGuest, cpuKinds } from "../../fly/sizes.ts";
import { appName, duration, integer, region, replaces } from "../input.ts";

const port = integer(1, 65535);
const text = z.string();
const strings = z.array(z.string());

const guest = z
  .strictObject({
    cpuKind: z.enum(["shared", "performance"]).optional(),
    cpus: z.int().optional(),
    memoryMb: z.int().optional(),
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
  port: port.optional(),
  interval: duration(2, 60, clamped).optional(),
  timeout: duration(1, 60, clamped).optional(),
  gracePeriod: duration(0, 60, clamped).optional(),
  method: text.optional(),
  path: z.string().startsWith("/", "must begin with /").optional(),
  protocol: z.enum(["http", "https"]).optional(),
  headers: z.array(z.strictObject({ name: text, values: strings })).optional(),
};

const service = z.strictObject({
  protocol: z.enum(["tcp", "udp"]).optional(),
  internalPort: port,
  ports: z
    .array(
      z.strictObject({
        port: port.optional(),
        startPort: port.optional(),
        endPort: port.optional(),
        handlers: z.array(z.enum(["http", "tls", "pg_tls", "proxy_proto", "edge_http"])).optional(),
        forceHttps: z.boolean().optional(),
      }),
    )
    .optional(),
  concurrency: z
    .strictObject({
      type: z.enum(["connections", "requests"]).optional(),
      softLimit: integer(1, 1_000_000).optional(),
      hardLimit: integer(1, 1_000_000).optional(),
    })
    .optional(),
  autostop: z.enum(["off", "stop", "suspend"]).optional(),
  autostart: z.boolean().optional(),
  minMachinesRunning: integer(0, 10_000).optional(),
  checks: z.array(z.strictObject(checkFields)).optional(),
});

const absolute = z.string().startsWith("/", "must be an absolute path");

/** Names of the environment; those of Fly's own are refused because Fly sets them itself. */
const environment = z.record(
  z.string().refine((name) => !name.startsWith("FLY_"), "names that begin with FLY_ are Fly's own"),
  text,
);

/** What a machine runs, as programs spell it. */
export const machineConfig = z.strictObject({
  image: z.string().min(1, 'must be an image reference, such as "registry.fly.io/shop@sha256:…", or "running"'),
  guest: guest.optional(),
  env: environment.optional(),
  init: z
    .strictObject({
      exec: strings.optional(),
      entrypoint: strings.optional(),
      cmd: strings.optional(),
      tty: z.boolean().optional(),
      swapSizeMb: integer(0, 1_000_000).optional(),
    })
    .optional(),
  services: z.array(service).optional(),
  checks: z.record(text, z.strictObject({ ...checkFields, port })).optional(),
  mounts: z
    .array(
      z.strictObject({
        path: absolute,
        extendThresholdPercent: integer(50, 99).optional(),
        addSizeGb: integer(1, 500).optional(),
        sizeGbLimit: integer(1, 500).optional(),
      }),
    )
    .max(1, "a machine has at most one mount")
    .optional(),
  restart: z
    .strictObject({ policy: z.enum(["no", "always", "on-failure"]), maxRetries: integer(0, 1000).optional() })
    .optional(),
  autoDestroy: z.boolean().optional(),
  stopConfig: z
    .strictObject({
      signal: z.enum(["SIGHUP", "SIGINT", "SIGQUIT", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGTERM"]).optional(),
      timeout: duration(0, 300, "Fly's limit is 300s").optional(),
    })
    .optional(),
  files: z
    .array(z.strictObject({ guestPath: absolute, rawValue: text.optional(), secretName: text.optional() }))
    .optional(),
  metadata: z.record(text, text).optional(),
  metrics: z.strictObject({ port, path: absolute.optional() }).optional(),
});

export type MachineConfig = z.output<typeof machineConfig>;

/** Longest wait for one machine to be started and healthy. */
export const waitTimeout = duration(1, 3600).default("5m");

/** Machine config in Fly's own spelling. */
export const raw = z
  .record(z.string(), z.unknown())
  .optional()
  .meta({ description: "Machine config in Fly's spelling, merged last." });

export const minSecretsVersion = z.int().optional().meta({ description: "Least version of the app's secrets." });

/** What a machine by itself is declared by. */
export const machineInputs = z.strictObject({
  app: appName.meta({ ...replaces, description: "App the machine belongs to." }),
  name: z
    .string()
    .regex(/^[a-z0-9-]{1,63}$/, "must be at most 63 lowercase letters, digits and dashes")
    .meta({ ...replaces, description: "Name, unique in the app." }),
  region: region.meta({ ...replaces, description: "Region code." }),
  config: machineConfig.meta({ description: "What the machine runs." }),
  schedule: z
    .enum(["hourly", "daily", "weekly", "monthly"])
    .optional()
    .meta({ description: "How often Fly starts it by itself." }),
  volume: z
    .string()
    .optional()
    .meta({ ...replaces, description: "Id of the volume it mounts." }),
  minSecretsVersion,
  waitTimeout: waitTimeout.meta({ description: "Longest wait for it to be healthy." }),
  raw,
});

export type MachineInputs = z.output<typeof machineInputs>;

/** What a machine has beyond its inputs. `observed` is its config as Fly echoed it after the last write. */
export const machineOutputs = z.object({
  machineId: z.string().meta({ stable: true }),
  instanceId: z.string(),
  privateIp: z.string(),
  formerVolumes: z.array(z.string()),
  observed: z.record(z.string(), z.unknown()).meta({ secret: true }),
});
