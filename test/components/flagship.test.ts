import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { type Registered, run } from "./program.ts";

// The program imports the built package; here it gets the same source unbuilt.
vi.mock("airworthy", () => import("../../components/index.ts"));

const sessionKey = "correct horse battery staple";

/** The stack's committed configuration: plain strings only, so no parser is needed. */
const text = readFileSync(new URL("../../Pulumi.dev.yaml", import.meta.url), "utf8");
const lines = text.matchAll(/^ {2}([\w:-]+): "?([^"\n]+)"?$/gm);
const config = Object.fromEntries([...lines].map(([, key, value]) => [key ?? "", value ?? ""]));

describe("the flagship stack", () => {
  let registered: Registered[];
  const inputsOf = (type: string, name: string) =>
    registered.find((each) => each.type === `airworthy:index:${type}` && each.name === name)?.inputs;
  const app = "airworthy-shop-dev-d8c0ae6";
  const image = config["airworthy-shop:image"];

  beforeAll(async () => {
    registered = await run(() => import("../../index.ts"), {
      config: { ...config, "airworthy-shop:sessionKey": sessionKey },
      secretKeys: ["airworthy-shop:sessionKey"],
    });
  });

  it("names its children after the component, which is the parent of all", () => {
    expect(registered.filter(({ parent }) => parent === "").map(({ type, name }) => `${type} ${name}`)).toEqual([
      "airworthy:index:PostgresCluster db",
      "airworthy:index:ProductionApp shop",
    ]);
    const children = registered.filter(({ parent }) => parent === "shop");
    expect(children.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`).sort()).toEqual([
      "App shop",
      "Certificate shop-shop.example.com",
      "DeployToken shop-deploy-token",
      "IpAddress shop-v4",
      "IpAddress shop-v6",
      "ProcessGroup shop-cache",
      "ProcessGroup shop-web",
      "ProcessGroup shop-worker",
      "Secrets shop-secrets",
      "Volume shop-cache-iad-0",
      "Volume shop-cache-lhr-0",
    ]);
  });

  it("protects what holds data, the app included, and nothing else", () => {
    const names = registered
      .filter(({ protect }) => protect)
      .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
    expect(names.sort()).toEqual([
      "App shop",
      "ManagedPostgres db",
      "Volume shop-cache-iad-0",
      "Volume shop-cache-lhr-0",
    ]);
  });

  it("gives the web group its five slots, of which one in London is never stopped", () => {
    expect(inputsOf("ProcessGroup", "shop-web")).toEqual({
      app,
      name: "web",
      slots: [
        { name: "iad-0", region: "iad" },
        { name: "iad-1", region: "iad" },
        { name: "lhr-0", region: "lhr", keepRunning: true },
        { name: "lhr-1", region: "lhr" },
        { name: "syd-0", region: "syd" },
      ],
      config: {
        image,
        guest: { cpuKind: "shared", cpus: 2, memoryMb: 1024 },
        env: { LOG_LEVEL: "info", PRIMARY_REGION: "iad" },
        services: [
          {
            protocol: "tcp",
            internalPort: 8080,
            ports: [
              { port: 80, handlers: ["http"], forceHttps: true },
              { port: 443, handlers: ["tls", "http"] },
            ],
            concurrency: { type: "requests", softLimit: 200, hardLimit: 250 },
            autostop: "suspend",
            autostart: true,
            minMachinesRunning: 1,
            checks: [
              { type: "http", method: "GET", path: "/healthz", interval: "15s", timeout: "5s", gracePeriod: "15s" },
            ],
          },
        ],
        restart: { policy: "on-failure", maxRetries: 10 },
        stopConfig: { signal: "SIGTERM", timeout: "30s" },
        metrics: { port: 9091, path: "/metrics" },
      },
      deploy: { strategy: "rolling", releaseCommand: ["bin/migrate"], onFailure: "rollback", keepReleases: 10 },
      minSecretsVersion: 7,
    });
  });

  it("migrates once, with the web group, and lets the others wait for it", () => {
    for (const name of ["shop-worker", "shop-cache"]) {
      expect(inputsOf("ProcessGroup", name)?.["deploy"]).toEqual({
        strategy: "rolling",
        onFailure: "rollback",
        keepReleases: 10,
      });
    }
  });

  it("gives the worker its command, its check and a minute to stop, and no port to the world", () => {
    const config = inputsOf("ProcessGroup", "shop-worker")?.["config"];
    expect(config).toMatchObject({
      image,
      init: { cmd: ["bin/worker"] },
      checks: { alive: { type: "http", port: 9000, path: "/alive", method: "GET", interval: "15s", timeout: "5s" } },
      restart: { policy: "always" },
      stopConfig: { signal: "SIGTERM", timeout: "60s" },
    });
    expect(config).not.toHaveProperty("services");
  });

  it("gives each cache slot a volume of its own, named by the slot", () => {
    expect(inputsOf("Volume", "shop-cache-iad-0")).toEqual({
      app,
      name: "cache_iad_0",
      region: "iad",
      sizeGb: 10,
      snapshotRetention: 14,
      encrypted: true,
      autoBackupEnabled: true,
      requireUniqueZone: true,
    });
    expect(inputsOf("ProcessGroup", "shop-cache")).toMatchObject({
      slots: [
        { name: "iad-0", region: "iad", volume: "shop-cache-iad-0-id" },
        { name: "lhr-0", region: "lhr", volume: "shop-cache-lhr-0-id" },
      ],
      config: {
        image: config["airworthy-shop:cacheImage"],
        mounts: [{ path: "/data" }],
        checks: { redis: { type: "tcp", port: 6379 } },
      },
      raw: { dns: { skip_registration: false } },
    });
  });

  it("makes every group wait for the secrets and none for an address", () => {
    const groups = registered.filter(({ type }) => type.endsWith(":ProcessGroup"));
    for (const { dependsOn } of groups) {
      expect(dependsOn).toContain("shop-secrets");
      expect(dependsOn).not.toContain("shop-v6");
    }
    expect(groups).toHaveLength(3);
  });

  it("sends the session key to Secrets only, and marked", () => {
    const holders = registered.filter(({ inputs }) => JSON.stringify(inputs).includes(sessionKey));
    expect(holders.map(({ name, secrets }) => ({ name, secrets }))).toEqual([
      { name: "shop-secrets", secrets: ["values.DATABASE_URL", "values.SESSION_KEY"] },
    ]);
  });

  it("gives the app the database's address as a secret, and to nothing else", () => {
    const holders = registered.filter(({ inputs }) => JSON.stringify(inputs).includes("fly-user@pooler"));
    expect(holders.map(({ name }) => name)).toEqual(["shop-secrets"]);
    expect(holders[0]?.secrets).toContain("values.DATABASE_URL");
  });

  it("rotates CI's token when the team changes, long before it expires", () => {
    const token = { app, expiresIn: "90d", rotateAfter: "60d", rotationTriggers: [] };
    expect(inputsOf("DeployToken", "shop-deploy-token")).toEqual(token);
  });

  it("shows rules the arguments, with the names of the secrets", () => {
    expect(inputsOf("ProductionApp", "shop")).toMatchObject({
      appName: app,
      primaryRegion: "iad",
      deploy: { releaseCommand: ["bin/migrate"], onFailure: "rollback" },
      groups: { web: { regions: { iad: 2, lhr: 2, syd: 1 } } },
      domains: ["shop.example.com"],
      secretNames: ["SESSION_KEY", "DATABASE_URL"],
    });
  });

  it("shows them the same in the end, with what came of it, and no secret", () => {
    const shop = registered.find(({ name, type }) => name === "shop" && type.endsWith(":ProductionApp"));
    expect(shop?.outputs).toMatchObject({
      ...shop?.inputs,
      url: `https://${app}.fly.dev`,
      dnsRecords: [{ type: "A", name: "shop.example.com" }],
    });
    expect(JSON.stringify(shop?.outputs)).not.toMatch(/fm2_of_the_app|fly-user@pooler|correct horse/);
  });

  it("pins its images by digest", () => {
    const images = Object.entries(config).filter(([key]) => key.toLowerCase().endsWith("image"));
    expect(images).toHaveLength(2);
    for (const [, value] of images) expect(value).toMatch(/@sha256:[0-9a-f]{64}$/);
  });
});
