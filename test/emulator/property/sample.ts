import { selfSigned } from "../../support/pem.ts";
import type { Caller } from "../local-fly.ts";

/** What there is, for calls to be about. */
export interface Furniture {
  /** What a path's parameter may stand for; of `id`, by the part before it. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  readonly nonce: string;
  /** A body that Fly would take, of each operation that has one. */
  readonly bodies: Readonly<Record<string, object>>;
}

/** A world in which every path leads to something. */
export async function furnish(caller: Caller, token: string): Promise<Furniture> {
  const app = await caller.app();
  const volumes = [await caller.volume(app), await caller.volume(app)];
  const mounts = [{ volume: volumes[0]?.id, path: "/data" }];
  const config = { image: "nginx", metadata: { role: "web" } };
  const started = await caller.machine(app, { name: "web-1", config: { ...config, mounts } }, "started");
  const stopped = await caller.machine(app, { config, skip_launch: true }, "stopped");
  const leased = await caller.machine(app, { config, lease_ttl: 3600 }, "started");
  const post = async (path: string, body: object) => (await caller.post(path, body)).body;
  await post(`${app}/secrets/KEY`, { value: "v" });
  await post(`${app}/secretkeys/KEY`, { type: "hs256", value: "eA==" });
  await post(`${app}/certificates/acme`, { hostname: "shop.example.com" });
  await post(`${app}/certificates/custom`, own);
  const { ip } = await post(`${app}/ip_assignments`, { type: "v6" });
  const policy = await post(`${app}/network_policies`, networkPolicy);
  const { release } = await post("/api/v1/releases", { app_name: "shop", image: "nginx" });
  await caller.patch(`/api/v1/releases/${release.id}`, { status: "complete" });
  const ready = await readyCluster(caller);
  const { data } = await post("/graphql", { query: '{ organization(slug: "local") { id } }' });
  return {
    names: {
      ...{ app: ["shop"], org: ["local"], key: ["role"], name: ["KEY", "fly-db", "fly-user"], ip: [ip] },
      ...{ hostname: ["shop.example.com", own.hostname], machines: [started.id, stopped.id, leased.id] },
      ...{ volumes: volumes.map(({ id }) => id).reverse(), postgres: [ready.id], network_policies: [policy.id] },
      ...{ releases: [release.id], database: ["fly-db"], extension: ["vector"] },
    },
    nonce: leased.shown.nonce,
    bodies: bodiesOf(data.organization.id, token, ready.created_at),
  };
}

async function readyCluster(caller: Caller): Promise<{ id: string; created_at: string }> {
  const { body } = await caller.post("/v1/postgres", cluster);
  const path = `/v1/postgres/${body.data.id}`;
  for (let looks = 0; looks < 3; looks++) await caller.get(path);
  await caller.post(`${path}/attachments`, { app_name: "shop" });
  return body.data;
}

function pemOf(hostname: string) {
  const { fullchain, privateKey } = selfSigned(hostname);
  return { fullchain, private_key: privateKey };
}

const own = { hostname: "own.example.com", ...pemOf("own.example.com") };
const other = { hostname: "new.example.com", ...pemOf("new.example.com") };

const networkPolicy = {
  name: "in",
  selector: { all: true },
  rules: [{ action: "allow", direction: "ingress", ports: [{ protocol: "tcp", port: 80 }] }],
};

const cluster = {
  ...{ name: "db", org_slug: "local", region: "iad", plan: "basic", disk_size_gb: 10 },
  ...{ pg_major_version: "16", pool_mode: "session", postgis_enabled: true },
};

const config = {
  image: "nginx",
  guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256 },
  env: { MODE: "a" },
  metadata: { role: "web" },
  services: [
    {
      protocol: "tcp",
      internal_port: 8080,
      autostop: "stop",
      autostart: true,
      min_machines_running: 1,
      ports: [{ port: 443, handlers: ["tls", "http"], force_https: true }],
      concurrency: { type: "requests", soft_limit: 20, hard_limit: 25 },
      checks: [{ type: "http", port: 8080, path: "/up", interval: "15s", timeout: 2e9, grace_period: "1m" }],
    },
  ],
  checks: { up: { type: "tcp", port: 8080, interval: "15s" } },
  restart: { policy: "on-failure", max_retries: 3 },
  stop_config: { signal: "SIGTERM", timeout: "30s" },
  init: { cmd: ["run"] },
  files: [{ guest_path: "/etc/x", raw_value: "eA==" }],
  mounts: [{ name: "data", path: "/data", extend_threshold_percent: 80, add_size_gb: 1, size_gb_limit: 9 }],
};

const mutation = `mutation($input: CreateLimitedAccessTokenInput!) {
  createLimitedAccessToken(input: $input) { limitedAccessToken { id tokenHeader expiresAt } } }`;

const bodiesOf = (organizationId: string, token: string, moment: string): Record<string, object> => ({
  Apps_create: { name: "other", org_slug: "local", network: "iso", idempotency_key: "k" },
  Machines_create: { name: "web-2", region: "iad", config, skip_launch: true, lease_ttl: 30, min_secrets_version: 0 },
  Machines_update: { config, region: "iad", skip_launch: false, min_secrets_version: 1 },
  Machines_stop: { signal: "SIGTERM", timeout: "5s" },
  Machines_signal: { signal: 9 },
  Machines_update_metadata: { metadata: { role: "job", gone: null }, machine_version: "" },
  Machines_upsert_metadata_key: { value: "web" },
  Machines_create_lease: { ttl: 30, description: "mine" },
  Volumes_create: {
    ...{ name: "data", region: "iad", size_gb: 1, fstype: "ext4", encrypted: true, snapshot_retention: 5 },
    ...{ require_unique_zone: true, auto_backup_enabled: true, compute: config.guest, compute_image: "nginx" },
  },
  Volumes_update: { snapshot_retention: 7, auto_backup_enabled: false },
  Volumes_extend: { size_gb: 3 },
  Secrets_update: { values: { A: "1", KEY: null } },
  Secret_create: { value: "1" },
  Secretkey_set: { type: "hs256", value: "eA==" },
  Secretkey_generate: { type: "hs256" },
  App_certificates_acme_create: { hostname: "www.example.com" },
  App_certificates_custom_create: other,
  IPAssignments_create: { type: "private_v6", region: "iad", org_slug: "local", network: "", service_name: "" },
  NetworkPolicies_create: networkPolicy,
  Platform_placements: {
    compute: config.guest,
    region: "iad,any",
    count: 2,
    org_slug: "local",
    weights: { spread: 1 },
  },
  Tokens_authenticate: { header: `Bearer ${token}` },
  Tokens_authorize: { header: `Bearer ${token}`, access: { action: "r", org_slug: "local" } },
  Builds_create: { app_name: "shop", builder_type: "remote", machine_id: "", strategies_available: ["image"] },
  Builds_finish: { app_name: "shop", build_id: 1, status: "completed", logs: "" },
  Postgres_create: cluster,
  Postgres_attachments_create: { app_name: "shop" },
  Postgres_backups_create: { type: "full" },
  Postgres_databases_create: { name: "more" },
  Postgres_users_create: { username: "me", role: "reader" },
  Postgres_users_update: { role: "writer" },
  Postgres_extensions_enable: { name: "vector", schema: "public", create_schema: true },
  Postgres_fork: { name: "copy" },
  Postgres_restore: { name: "copy", pitr_time: moment },
  GraphQL: {
    query: mutation,
    operationName: "",
    variables: {
      input: { name: "t", organizationId, profile: "deploy_organization", profileParams: {}, expiry: "1h" },
    },
  },
  Releases_create: { app_name: "shop", image: "nginx", strategy: "ROLLING", status: "running", definition: config },
  Releases_update: { status: "complete" },
});
