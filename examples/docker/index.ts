// Builds the image in app/ with Docker, pushes it to Fly's registry and deploys it by its digest.
// What of this was run, and what was not, is in the README beside it.
import { Image } from "@pulumi/docker-build";
import { Config } from "@pulumi/pulumi/config.js";
import { interpolate } from "@pulumi/pulumi/output.js";
import { App, DeployToken, ProductionApp } from "airworthy";

const config = new Config();

// First of all the app: Fly's registry has a repository for each app that is there, and for no other.
const app = new App("site", { name: config.require("appName") });
const token = new DeployToken("push", { app: app.name });
const repository = interpolate`registry.fly.io/${app.name}`;

const image = new Image("site", {
  context: { location: "app" },
  platforms: ["linux/amd64"],
  push: true,
  tags: [interpolate`${repository}:latest`],
  // Docker wants the bare token, without the scheme it has as a header.
  registries: [
    {
      address: "registry.fly.io",
      username: "x",
      password: token.token.apply((value) => value.replace(/^FlyV1 /, "")),
    },
  ],
});

const site = new ProductionApp("site", {
  app,
  image: interpolate`${repository}@${image.digest}`,
  groups: { web: { regions: { iad: 1, lhr: 1 }, http: { port: 8080 } } },
});

export const { url, release } = site;
