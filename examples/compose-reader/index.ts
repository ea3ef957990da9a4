import { Config } from "@pulumi/pulumi/config.js";
import { getStack } from "@pulumi/pulumi/metadata.js";
import { StackReference } from "@pulumi/pulumi/stackReference.js";
import { ProductionApp } from "airworthy";

const config = new Config();

// `organization` is what a backend without organisations calls its only one; with Pulumi Cloud, set `source`.
const compose = new StackReference(config.get("source") ?? `organization/compose/${getStack()}`);

const reports = new ProductionApp("reports", {
  image: config.require("image"),
  env: { API_URL: compose.requireOutput("internalUrl") },
  groups: { nightly: { regions: { iad: 1 }, command: ["bin/nightly"], metrics: { port: 9091 } } },
});

export const { machineIds } = reports;
