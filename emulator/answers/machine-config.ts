import { z } from "zod";

const strings = z.array(z.string());
const map = z.record(z.string(), z.string());
/** As Go prints one. */
const duration = z.string().regex(/^(0s|(\d+(\.\d+)?(h|ms|µs|ns|m|s))+)$/);
const headers = z.array(z.object({ name: z.string(), values: strings }));

const guest = z.object({
  cpu_kind: z.enum(["shared", "performance"]),
  cpus: z.int(),
  memory_mb: z.int(),
  kernel_args: strings.optional(),
  host_dedication_id: z.string().optional(),
});

const check = z.object({
  type: z.string().optional(),
  port: z.int().optional(),
  interval: duration.optional(),
  timeout: duration.optional(),
  grace_period: duration.optional(),
  method: z.string().optional(),
  path: z.string().optional(),
  headers: headers.optional(),
});

const port = z.object({
  port: z.int().optional(),
  start_port: z.int().optional(),
  end_port: z.int().optional(),
  handlers: strings.optional(),
  force_https: z.boolean().optional(),
});

const service = z.object({
  protocol: z.string().optional(),
  internal_port: z.int(),
  ports: z.array(port).optional(),
  concurrency: z
    .object({ type: z.string().optional(), soft_limit: z.int().optional(), hard_limit: z.int().optional() })
    .optional(),
  autostart: z.boolean().optional(),
  // The document has an enum, the wire booleans and the one word that they cannot say (fly-go, MachineAutostop).
  autostop: z.union([z.boolean(), z.literal("suspend")]).optional(),
  min_machines_running: z.int().optional(),
  checks: z.array(check).optional(),
});

/** A machine's config as it is echoed, with what Fly fills in. */
export const config = z.object({
  image: z.string().min(1),
  guest,
  init: z.object({ cmd: strings.optional(), entrypoint: strings.optional(), exec: strings.optional() }),
  restart: z.object({ policy: z.enum(["no", "always", "on-failure"]), max_retries: z.int().optional() }),
  dns: z.object({}),
  env: map.optional(),
  services: z.array(service).optional(),
  checks: z.record(z.string(), check).optional(),
  mounts: z
    .array(z.object({ volume: z.string().min(1), name: z.string().optional(), path: z.string() }))
    .max(1)
    .optional(),
  auto_destroy: z.boolean().optional(),
  stop_config: z.object({ signal: z.string().optional(), timeout: duration.optional() }).optional(),
  schedule: z.string().optional(),
  files: z.array(z.object({ guest_path: z.string() })).optional(),
  metadata: map.optional(),
  metrics: z.object({ port: z.int(), path: z.string() }).optional(),
  processes: z.array(z.object({})).optional(),
  containers: z.array(z.object({})).optional(),
  statics: z.array(z.object({ guest_path: z.string(), url_prefix: z.string() })).optional(),
  standbys: strings.optional(),
});

/** What is known of a config whose host does not answer. */
export const incompleteConfig = config.partial();

/** What an organisation's list has of one. */
export const overview = z.object({ image: z.string(), guest, metadata: map });
