// Breaks every rule of the fly-production pack, each in the one line that names it: mend the line and that id is gone.
// `pulumi preview` lists them all and refuses; expected.txt has the ids. Four rules are met by what is not in the program,
// and mended in airworthy.toml.
import {
  App,
  Certificate,
  DeployToken,
  IpAddress,
  ManagedPostgres,
  ManagedPostgresAttachment,
  ProcessGroup,
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

const hidden = new App("violations-hidden", { name: "airworthy-violations-hidden", private: true });
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
    plan: "basic",
    diskSizeGb: 10,
    region: "lhr", // FLY-PGS-05
  },
  { protect: false }, // FLY-PGS-04
);
new ManagedPostgresAttachment("violations-db", { cluster: db.id, app: app.name });

new Secrets("violations-secrets", {
  app: app.name,
  values: { SESSION_KEY: { generate: { length: 32 } } }, // FLY-OBS-03: neither SENTRY_DSN here nor metrics in a group
});

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
  },
  { protect: true },
);

const service: Service = {
  internalPort: 8080,
  ports: [{ port: 443, handlers: ["tls", "http"] }],
  concurrency: { type: "requests", softLimit: 200, hardLimit: 250 },
  checks: [{ type: "http", path: "/healthz", interval: "15s", timeout: "5s", gracePeriod: "15s" }],
};
/** The same in Fly's own spelling, with what has no argument. */
const selfSigned = {
  protocol: "tcp",
  internal_port: 8080,
  ports: [{ port: 443, handlers: ["tls", "http"], tls_options: { default_self_signed: true } }],
  concurrency: { type: "requests", soft_limit: 200, hard_limit: 250 },
  checks: [{ type: "http", path: "/healthz", interval: "15s", timeout: "5s", grace_period: "15s" }],
};
const stopConfig = { signal: "SIGTERM", timeout: "30s" } as const;

new ProcessGroup("web", {
  app: app.name,
  name: "web",
  slots: [
    { name: "a", region: "iad" },
    { name: "b", region: "iad" }, // FLY-AVL-02
  ],
  config: {
    image: "registry.fly.io/airworthy-violations:latest", // FLY-IMG-01
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
    keepReleases: 1, // FLY-DEP-04
  },
});

new ProcessGroup("api", {
  app: app.name,
  name: "api",
  slots: [{ name: "a", region: "iad" }], // FLY-AVL-01
  config: { image: pinned, services: [service], stopConfig },
  raw: { services: [selfSigned] }, // FLY-NET-03
});

new ProcessGroup("postgres", {
  app: app.name,
  name: "postgres",
  slots: [
    { name: "a", region: "iad" },
    { name: "b", region: "iad" },
    { name: "c", region: "lhr" }, // FLY-PGS-02
  ],
  config: {
    image: `flyio/postgres-flex@${digest}`, // FLY-PGS-01
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
    services: [
      {
        ...service,
        ports: [
          { port: 80, handlers: ["http"], forceHttps: true }, // FLY-NET-06
        ],
      },
    ],
    stopConfig,
    metrics: { port: 9091 },
  },
});

new ProcessGroup("store", {
  app: app.name,
  name: "store",
  slots: [{ name: "a", region: "iad", volume: east.id }], // FLY-VOL-04: the other volume is left unused
  config: {
    image: "registry.fly.io/airworthy-violations:1.4", // FLY-IMG-02
    mounts: [{ path: "/data" }],
    stopConfig,
  },
});

new ProcessGroup("worker", {
  app: app.name,
  name: "worker",
  slots: [
    { name: "a", region: "iad" },
    { name: "b", region: "xyz" }, // FLY-AVL-03
  ],
  config: { image: pinned, stopConfig },
});

export const unused = west.id;
