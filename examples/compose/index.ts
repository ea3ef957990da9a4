import { Config } from "@pulumi/pulumi/config.js";
import { interpolate } from "@pulumi/pulumi/output.js";
import { PostgresCluster, ProductionApp } from "airworthy";

const config = new Config();

const db = new PostgresCluster("db", { kind: "managed", region: "iad", plan: "basic", diskSizeGb: 20 });
const secrets = { DATABASE_URL: db.connectionString };

// Takes work from the api over the private network and has no address anybody else could reach.
const jobs = new ProductionApp("jobs", {
  private: true,
  image: config.require("jobsImage"),
  secrets,
  groups: {
    web: { regions: { iad: 1, lhr: 1 }, http: { port: 8080, check: { path: "/healthz" } }, metrics: { port: 9091 } },
  },
});

const api = new ProductionApp("api", {
  image: config.require("apiImage"),
  env: { JOBS_URL: interpolate`${jobs.flycastUrl}/jobs` },
  secrets,
  groups: {
    web: { regions: { iad: 1, lhr: 1 }, http: { port: 8080, check: { path: "/healthz" } }, metrics: { port: 9091 } },
  },
});

// What another stack may read: examples/compose-reader does.
export const { url, internalUrl } = api;
export const jobsUrl = jobs.flycastUrl;
