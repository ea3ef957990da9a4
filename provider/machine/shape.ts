import { z } from "zod";
import { machineConfig } from "./schema.ts";
import { snake } from "./wire.ts";

/** What a place in a machine's config, in Fly's spelling, may hold: any value, a list, or fields; `*` is any name. */
export type Shape = true | readonly [Shape] | { readonly [field: string]: Shape };

/** What our schema has, in Fly's spelling. */
export const declarable: Shape = shapeOf(machineConfig);

function shapeOf(schema: z.ZodType): Shape {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return shapeOf(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodArray) return [shapeOf(schema.element as z.ZodType)];
  if (schema instanceof z.ZodRecord) return { "*": shapeOf(schema.valueType as z.ZodType) };
  if (!(schema instanceof z.ZodObject)) return true;
  return Object.fromEntries(
    Object.entries(schema.shape).map(([name, field]) => [snake(name), shapeOf(field as z.ZodType)]),
  );
}

const all = (...names: string[]): Record<string, Shape> => Object.fromEntries(names.map((name) => [name, true]));

const tls = all("tls_server_name", "tls_skip_verify");

/** What Fly documents beyond our schema (Fly's OpenAPI document of autumn 2026 and fly-go), which `raw` takes. */
export const beyond: Shape = {
  ...all("schedule", "standbys", "disable_machine_autostart"),
  guest: all(
    ...["max_memory_mb", "gpu_kind", "gpus", "kernel_args", "host_dedication_id", "persist_rootfs"],
    "required_host_features",
  ),
  init: all("kernel_args"),
  services: [
    {
      ...all("force_instance_key", "force_instance_description"),
      ports: [
        {
          tls_options: all("alpn", "versions", "default_self_signed"),
          http_options: {
            ...all("compress", "h2_backend", "idle_timeout", "headers_read_timeout"),
            response: all("headers", "pristine"),
            replay_cache: [all("path_prefix", "ttl_seconds", "type", "name", "allow_bypass")],
          },
          proxy_proto_options: all("version", "fly_src"),
        },
      ],
      checks: [tls],
    },
  ],
  checks: { "*": { ...tls, kind: true } },
  restart: all("gpu_bid_price"),
  files: [all("image_config", "mode")],
  metrics: all("https"),
  processes: [all("entrypoint", "cmd", "exec", "env", "env_from", "secrets", "user", "ignore_app_secrets")],
  containers: [
    {
      ...all("name", "image", "cmd", "entrypoint", "exec", "env", "env_from", "files", "secrets", "user", "stop"),
      ...all("restart", "depends_on", "healthchecks", "mounts"),
    },
  ],
  dns: {
    ...all("skip_registration", "nameservers", "searches", "hostname", "hostname_fqdn"),
    options: [all("name", "value")],
    dns_forward_rules: [all("basename", "addr")],
  },
  statics: [all("guest_path", "url_prefix", "tigris_bucket", "index_document")],
  rootfs: all("persist", "size_gb", "fs_size_gb"),
  cache_drive: all("size_mb"),
  spot: all("max_price_fraction"),
};
