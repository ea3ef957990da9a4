// Breaks every rule of the fly-production pack, each in the one line that names it: mend the line and that id is gone.
// `pulumi preview` lists them all and refuses; expected.txt has the ids. Five rules are met by what is not in the program,
// and mended in airworthy.toml.
import {
  App,
  Certificate,
  DeployToken,
  IpAddress,
  ManagedPostgres,
  ManagedPostgresAttachment,
  ProcessGroup,
  ProductionApp,
  Secrets,
  type Service,
  Volume,
} from "airworthy";

const digest = "sha256:8c1d5e0f7a2b4936c8d1e0f7a2b4936c8d1e0f7a2b4936c8d1e0f7a2b4936c8d";
const pinned = `registry.fly.io/airworthy-violations@${digest}`;

const app = new App(
  "violations",
  { name: "airworthy-violations" },
  { protect: false }, // FLY-VOL-03
);

new IpAddress("violations-v6", { app: app.name, type: "v6" });
new IpAddress("violations-v4", { app: app.name, type: "shared_v4" });

const back = new App("violations-back", { name: "airworthy-violations-back", private: true });
new IpAddress("violations-back-flycast", { app: back.name, type: "private_v6" });

const hidden = new App("violations-hidden", {
  name: "airworthy-violations-hidden",
  private: true,
  orgSlug: "personal", // FLY-ORG-01
});
new IpAddress("violations-hidden-address", {
  app: hidden.name,
  type: "v6", // FLY-NET-05
});

new Certificate("violations-domain", { app: back.name, hostname: "violations.example.com" }); // FLY-NET-08

new DeployToken("violations-all", {
  scope: "organization", // FLY-SEC-04
});
new DeployToken("violations-long", {
  app: app.name,
  expiresIn: "365d", // FLY-SEC-05
});

const db = new ManagedPostgres(
  "violations-db",
  {
    name: "airworthy-violations",
    plan: "starter", // FLY-CST-02
    diskSizeGb: 10,
    region: "lhr", // FLY-PGS-05
  },
  { protect: false }, // FLY-PGS-04
);
new ManagedPostgresAttachment("violations-db", { cluster: db.id, app: app.name });

const secrets = new Secrets("violations-secrets", {
  app: app.name,
  values: {
    SESSION_KEY: { generate: { length: 32 } }, // FLY-OBS-03: neither SENTRY_DSN here nor metrics in a group
    AZURE_CLIENT_SECRET: { generate: { length: 32 } }, // FLY-SEC-07
  },
});
const rolled = { app: app.name, minSecretsVersion: secrets.version };
const volume = { app: app.name, name: "data", sizeGb: 10 };
const east = new Volume(
  "data-iad",
  {
    ...volume,
    region: "iad",
    encrypted: false, // FLY-VOL-01
  },
  { protect: true },
);
const west = new Volume(
  "data-lhr",
  {
    ...volume,
    region: "lhr",
    snapshotRetention: 7, // FLY-VOL-02
    requireUniqueZone: false, // FLY-VOL-04
  },
  { protect: true },
);
const ledger = new Volume(
  "data-postgres",
  { ...volume, name: "pg_data", region: "syd" }, // FLY-VOL-05
  { protect: true },
);
new Volume("data-spare", { ...volume, name: "spare", region: "iad" }, { protect: true }); // FLY-CST-03

const service: Service = {
  internalPort: 8080,
  ports: [{ port: 443, handlers: ["tls", "http"] }],
  concurrency: { type: "requests", softLimit: 200, hardLimit: 250 },
  autostop: "stop",
  autostart: true,
  minMachinesRunning: 1,
  checks: [{ type: "http", path: "/healthz", interval: "15s", timeout: "5s", gracePeriod: "15s" }],
};
/** The same in Fly's own spelling, with what has no argument. */
const selfSigned = {
  protocol: "tcp",
  internal_port: 8080,
  ports: [{ port: 443, handlers: ["tls", "http"], tls_options: { default_self_signed: true } }],
  concurrency: { type: "requests", soft_limit: 200, hard_limit: 250 },
  autostop: "stop",
  autostart: true,
  min_machines_running: 1,
  checks: [{ type: "http", path: "/healthz", interval: "15s", timeout: "5s", grace_period: "15s" }],
};
const stopConfig = { signal: "SIGTERM", timeout: "30s" } as const;
const guest = { memoryMb: 512 };
const checks = { alive: { type: "tcp", port: 9000 } } as const;

new ProcessGroup("web", {
  ...rolled,
  name: "web",
  slots: [
    { name: "a", region: "iad" },
    { name: "b", region: "iad" }, // FLY-AVL-02
  ],
  config: {
    image: "registry.fly.io/airworthy-violations:latest", // FLY-IMG-01
    guest: { memoryMb: 256 }, // FLY-SIZ-02
    env: {
      SESSION_SECRET: "Invented-4711-For-This-Example", // FLY-SEC-01
    },
    init: {
      cmd: ["bin/web", "--db-password=Invented-4711"], // FLY-SEC-02
    },
    metadata: {
      deployedWith: "FlyV1 fm2_invented_for_this_example", // FLY-SEC-03
    },
    services: [
      {
        internalPort: 8080,
        ports: [
          { port: 80, handlers: ["http"] }, // FLY-NET-01
          { port: 443, handlers: ["http"] }, // FLY-NET-02
          { port: 8443 }, // FLY-NET-07
          { port: 6379, handlers: ["tls"] }, // FLY-NET-04
          { port: 5432, handlers: ["pg_tls"] }, // FLY-PGS-03
        ],
        concurrency: {
          type: "connections", // FLY-CON-02
          softLimit: 300, // FLY-CON-01
          hardLimit: 250,
        },
        autostop: "stop",
        autostart: false, // FLY-AVL-04
        minMachinesRunning: 0, // FLY-AVL-05
        checks: [
          {
            type: "http",
            path: "/healthz",
            interval: "15s",
            timeout: "5s",
            gracePeriod: "0s", // FLY-HLT-03
          },
        ],
      },
      {
        ...service,
        internalPort: 9090,
        checks: [], // FLY-HLT-01
      },
    ],
    stopConfig: {
      signal: "SIGKILL", // FLY-SHD-01
      timeout: "5s", // FLY-SHD-02
    },
  },
  deploy: {
    strategy: "immediate", // FLY-DEP-01
    keepReleases: 1, // FLY-DEP-04
  },
});

new ProcessGroup("api", {
  ...rolled,
  name: "api",
  slots: [{ name: "a", region: "iad" }], // FLY-AVL-01
  config: {
    image: pinned,
    guest,
    init: { cmd: ["sh", "-c", "bin/migrate && bin/api"] }, // FLY-SHD-03
    services: [service],
    restart: { policy: "no" }, // FLY-AVL-08
    stopConfig,
  },
  raw: { services: [selfSigned] }, // FLY-NET-03
});

new ProcessGroup("postgres", {
  ...rolled,
  name: "postgres",
  slots: [
    { name: "a", region: "iad", volume: ledger.id },
    { name: "b", region: "iad", volume: "vol_of_node_b" },
    { name: "c", region: "lhr", volume: "vol_of_node_c" }, // FLY-PGS-02
  ],
  config: {
    image: `flyio/postgres-flex@${digest}`, // FLY-PGS-01
    mounts: [{ path: "/data", extendThresholdPercent: 80, addSizeGb: 1, sizeGbLimit: 50 }],
    checks,
    stopConfig,
  },
});

new ProcessGroup("back", {
  app: back.name,
  name: "back",
  slots: [
    { name: "a", region: "iad" },
    { name: "b", region: "lhr" },
  ],
  config: {
    image: pinned,
    guest,
    init: { swapSizeMb: 512 }, // FLY-AVL-07
    services: [
      {
        ...service,
        ports: [
          { port: 80, handlers: ["http"], forceHttps: true }, // FLY-NET-06
        ],
        autostop: "suspend",
        checks: [{ type: "tcp", interval: "15s", timeout: "5s", gracePeriod: "15s" }], // FLY-HLT-02
      },
    ],
    stopConfig,
    metrics: { port: 9091 },
  },
  deploy: {
    maxUnavailable: 2, // FLY-DEP-03
  },
});

new ProcessGroup("store", {
  ...rolled,
  name: "store",
  slots: [
    { name: "a", region: "iad", volume: east.id },
    { name: "b", region: "lhr", volume: west.id },
  ],
  config: {
    image: "registry.fly.io/airworthy-violations:1.4", // FLY-IMG-02
    mounts: [{ path: "/data", extendThresholdPercent: 80, addSizeGb: 1 }], // FLY-VOL-06
    checks,
    stopConfig,
  },
  raw: { metadata: { fly_process_group: "worker" } }, // FLY-ORG-03
});

new ProcessGroup("worker", {
  ...rolled,
  minSecretsVersion: undefined, // FLY-SEC-06
  name: "worker",
  slots: [
    { name: "a", region: "iad" },
    { name: "b", region: "xyz" }, // FLY-AVL-03
  ],
  config: {
    image: pinned.replace("8c1d", "0000"), // FLY-IMG-03
    services: [{ internalPort: 9000, autostop: "stop" }], // FLY-AVL-06
    checks: {}, // FLY-HLT-04
    stopConfig,
  },
  raw: { guest: { memory_mb: 700 } }, // FLY-SIZ-01
});

new ProductionApp("violations-solo", {
  appName: "airworthy-violations-solo",
  image: pinned,
  deploy: {
    strategy: "bluegreen", // FLY-DEP-02
  },
  // A second machine, past the component: of every single writer with one it is FLY-AVL-01 that speaks.
  transform: {
    processGroup: ({ args }) => ({ args: { slots: [...args.slots, { name: "lhr-0", region: "lhr" }] } }),
  },
  groups: {
    solo: {
      regions: { iad: 1 },
      replicas: "single-writer",
      image: `docker.io/library/mysql@${digest}`, // FLY-VOL-08
      checks: { alive: { type: "tcp", port: 9000 } },
      metrics: { port: 9091 },
    },
  },
});
