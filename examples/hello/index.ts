import { Config } from "@pulumi/pulumi/config.js";
import { ProductionApp } from "airworthy";

const hello = new ProductionApp("hello", {
  image: new Config().require("image"),
  groups: { web: { regions: { iad: 1, lhr: 1 }, http: { port: 8080 } } },
});

export const { url } = hello;
