import { Config } from "@pulumi/pulumi/config.js";
import { PostgresCluster, ProductionApp } from "airworthy";

const config = new Config();

const db = new PostgresCluster("db", { kind: "managed", region: "iad", plan: "basic", diskSizeGb: 20 });

const shop = new ProductionApp("shop", {
  appName: config.get("appName"),
  primaryRegion: "iad",
  image: config.require("image"),
  env: { LOG_LEVEL: "info" },
  secrets: { SESSION_KEY: config.requireSecret("sessionKey"), DATABASE_URL: db.connectionString },
  domains: ["shop.example.com"],
  deploy: { strategy: "rolling", releaseCommand: ["bin/migrate"], onFailure: "rollback", keepReleases: 10 },
  groups: {
    web: {
      regions: { iad: 2, lhr: 2, syd: 1 },
      size: "shared-cpu-2x",
      memoryMb: 1024,
      metrics: { port: 9091, path: "/metrics" },
      http: {
        port: 8080,
        concurrency: { type: "requests", soft: 200, hard: 250 },
        check: { path: "/healthz", grace: "15s" },
        autostop: "suspend",
        minRunning: { iad: 1, lhr: 1 },
      },
      shutdown: { signal: "SIGTERM", timeout: "30s" },
    },
    worker: {
      regions: { iad: 2 },
      command: ["bin/worker"],
      checks: { alive: { type: "http", port: 9000, path: "/alive" } },
      shutdown: { timeout: "60s" },
    },
    cache: {
      image: config.require("cacheImage"),
      regions: { iad: 1, lhr: 1 },
      checks: { redis: { type: "tcp", port: 6379 } },
      volume: { path: "/data", sizeGb: 10, snapshotRetentionDays: 14 },
      raw: { dns: { skip_registration: false } },
    },
  },
  // CI's token for this app: whoever leaves the team takes no valid one along.
  deployToken: {
    expiresIn: "90d",
    rotateAfter: "60d",
    rotationTriggers: config.getObject<string[]>("team") ?? [],
  },
});

export const { url, addresses, dnsRecords, machineIds, release, deployToken } = shop;
