// Breaks every rule of the fly-production pack, each in the one line that names it: mend the line and that id is gone.
// `pulumi preview` lists them all and refuses; expected.txt has the ids.
import { App, IpAddress, ProcessGroup, Secrets, type Service, Volume } from "airworthy";

const digest = "sha256:8c1d5e0f7a2b4936c8d1e0f7a2b4936c8d1e0f7a2b4936c8d1e0f7a2b4936c8d";
const pinned = `registry.fly.io/airworthy-violations@${digest}`;

const app = new App(
  "violations",
  { name: "airworthy-violations" },
  { protect: false }, // FLY-VOL-03
);

new IpAddress("violations-v6", { app: app.name, type: "v6" });

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
          { port: 443, handlers: ["tls", "http"] },
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
