import { defineRule } from "../rule.ts";
import { volumesOf } from "../view.ts";

export const volumeEncrypted = defineRule({
  id: "FLY-VOL-01",
  slug: "volume-encrypted",
  title: "Volumes are encrypted",
  priority: "P1",
  why: "Encryption at rest is the default, costs nothing and cannot be added to a volume that exists.",
  fix: {
    component: "take `encrypted: false` out: ProductionApp's volumes are encrypted",
    resource: "take `encrypted: false` out before the volume is made",
    flyctl: "`fly volumes create` without `--no-encryption`",
  },
  url: "https://fly.io/docs/volumes/overview/",
  rows: ["B7"],
  level: "resource",
  subjects: volumesOf,
  *check({ read }) {
    const { path } = read.at("encrypted");
    if (read.at("encrypted").flag() === false) yield { path, found: "is false", wanted: "true" };
  },
});
