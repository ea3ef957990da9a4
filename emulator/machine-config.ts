import { z } from "zod";
import { checkGuest, cpuKinds, sizes } from "../fly/sizes.ts";
import { goDuration, milliseconds } from "./duration.ts";
import { refuse } from "./errors.ts";
import type { Config } from "./record.ts";

/** Requests spell durations as Go or as nanoseconds; answers as Go does (fly-go, Duration). */
function duration(leastMs: number, mostMs: number) {
  return z.union([z.string(), z.number()]).transform((value, context) => {
    const ms = milliseconds(value);
    if (ms === undefined) {
      context.addIssue({ code: "custom", message: "is not a duration" });
      return z.NEVER;
    }
    if (ms < leastMs || ms > mostMs) {
      context.addIssue({
        code: "custom",
        message: `must be between ${goDuration(leastMs)} and ${goDuration(mostMs)}, not ${goDuration(ms)}`,
      });
      return z.NEVER;
    }
    return goDuration(ms);
  });
}

const strings = z.array(z.string());
const port = z.int().min(1).max(65_535);

const check = z.looseObject({
  type: z.enum(["http", "tcp"]).optional(),
  port: port.optional(),
  interval: duration(2_000, 3.6e6).optional(),
  timeout: duration(1, 60_000).optional(),
  grace_period: duration(0, 3.6e6).optional(),
  method: z.string().optional(),
  path: z.string().optional(),
  headers: z.array(z.looseObject({ name: z.string(), values: strings })).optional(),
});

// The proxy clamps what a service's check asks for (superfly/docs, health-checks).
const clamped = (leastMs: number) =>
  z.union([z.string(), z.number()]).transform((value, context) => {
    const ms = milliseconds(value);
    if (ms !== undefined) return goDuration(ms === 0 && leastMs === 0 ? 0 : Math.min(60_000, Math.max(1_000, ms)));
    context.addIssue({ code: "custom", message: "is not a duration" });
    return z.NEVER;
  });

const serviceCheck = check.extend({
  interval: clamped(1_000).optional(),
  timeout: clamped(1_000).optional(),
  grace_period: clamped(0).optional(),
});

// Answers give booleans for off and stop, the string for suspend only (fly-go, MachineAutostop).
const autostop = z
  .union([z.boolean(), z.enum(["off", "stop", "suspend"])])
  .transform((value) => (value === "suspend" ? value : value === true || value === "stop"));

const service = z.looseObject({
  protocol: z.enum(["tcp", "udp"]).optional(),
  internal_port: port,
  ports: z
    .array(z.looseObject({ port: port.optional(), handlers: strings.optional(), force_https: z.boolean().optional() }))
    .optional(),
  concurrency: z
    .looseObject({
      type: z.enum(["connections", "requests"]).optional(),
      soft_limit: z.int().min(0).optional(),
      hard_limit: z.int().min(0).optional(),
    })
    .optional(),
  autostart: z.boolean().optional(),
  autostop: autostop.optional(),
  min_machines_running: z.int().min(0).optional(),
  checks: z.array(serviceCheck).optional(),
});

const signals = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGTERM"] as const;

const guest = z.looseObject({
  cpu_kind: z.string().optional(),
  cpus: z.int().optional(),
  memory_mb: z.int().optional(),
  gpu_kind: z.string().optional(),
});

// Fields Fly does not know are ignored and not echoed; the known ones are those of its OpenAPI document.
const config = z.object({
  image: z.string().min(1),
  guest: guest.optional(),
  size: z.string().optional(),
  env: z.record(z.string(), z.string()).optional(),
  init: z
    .looseObject({ cmd: strings.optional(), entrypoint: strings.optional(), exec: strings.optional() })
    .default({}),
  services: z.array(service).optional(),
  checks: z.record(z.string(), check).optional(),
  mounts: z
    .array(z.looseObject({ volume: z.string().optional(), name: z.string().optional(), path: z.string().min(1) }))
    .max(1, "a machine mounts at most one volume")
    .optional(),
  restart: z
    .looseObject({
      policy: z.enum(["no", "always", "on-failure"]).default("on-failure"),
      max_retries: z.int().min(0).optional(),
    })
    .default({ policy: "on-failure", max_retries: 10 }),
  auto_destroy: z.boolean().optional(),
  stop_config: z
    .looseObject({ signal: z.enum(signals).optional(), timeout: duration(0, 300_000).optional() })
    .optional(),
  schedule: z.enum(["hourly", "daily", "weekly", "monthly"]).optional(),
  files: z.array(z.looseObject({ guest_path: z.string().startsWith("/") })).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  metrics: z.looseObject({ port, path: z.string() }).optional(),
  processes: z.array(z.looseObject({})).optional(),
  containers: z.array(z.looseObject({})).optional(),
  dns: z.looseObject({}).default({}),
  statics: z.array(z.looseObject({ guest_path: z.string(), url_prefix: z.string() })).optional(),
  standbys: strings.optional(),
  rootfs: z.looseObject({}).optional(),
  cache_drive: z.looseObject({}).optional(),
  spot: z.looseObject({}).optional(),
  disable_machine_autostart: z.boolean().optional(),
});

/** The config as Fly keeps and echoes it: image in full, guest, restart, dns and init filled in. */
export function normalConfig(sent: unknown): Config {
  const parsed = config.safeParse(withoutNulls(sent));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    refuse("invalid", { what: `config.${issue?.path.map(String).join(".")}: ${issue?.message}` });
  }
  const { size, guest: sized, ...rest } = parsed.data;
  return { ...rest, image: fullImage(rest.image), guest: normalGuest(size, sized) } as Config;
}

function normalGuest(size: string | undefined, sent: z.infer<typeof guest> | undefined): Config["guest"] {
  if (sent?.gpu_kind !== undefined) refuse("invalid", { what: "GPU machines are no longer available" });
  const preset = size === undefined ? undefined : Object.hasOwn(sizes, size) ? sizes[size] : null;
  if (preset === null) refuse("invalid", { what: `unknown size ${JSON.stringify(size)}` });
  const cpu_kind = sent?.cpu_kind ?? preset?.cpuKind ?? "shared";
  const cpus = sent?.cpus ?? preset?.cpus ?? 1;
  const least = Object.hasOwn(cpuKinds, cpu_kind) ? cpuKinds[cpu_kind as keyof typeof cpuKinds].least * cpus : 0;
  const memory_mb = sent?.memory_mb ?? preset?.memoryMb ?? least;
  const wrong = checkGuest({ cpuKind: cpu_kind, cpus, memoryMb: memory_mb });
  if (wrong !== undefined) refuse("invalid", { what: `config.guest: ${wrong}` });
  return { ...sent, cpu_kind, cpus, memory_mb };
}

/** An image's name in full, as Fly echoes it: `nginx` is `registry-1.docker.io/library/nginx:latest`. */
export function fullImage(image: string): string {
  const [first = "", ...others] = image.split("/");
  const isHub = first === "docker.io" || !/[.:]|^localhost$/.test(first) || others.length === 0;
  const path = first === "docker.io" || !isHub ? others.join("/") : image;
  const host = isHub ? "registry-1.docker.io" : first;
  const repository = isHub && !path.includes("/") ? `library/${path}` : path;
  const tagged = /[:@]/.test(repository) ? repository : `${repository}:latest`;
  return `${host}/${tagged}`;
}

/** Go reads null as nothing. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== "object") return value ?? undefined;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null)
      .map(([key, inner]) => [key, withoutNulls(inner)]),
  );
}
