import { imageOf, isKept } from "../image.ts";
import { defineRule } from "../rule.ts";
import { workloadsOf } from "../workload.ts";

export const imageDigest = defineRule({
  id: "FLY-IMG-02",
  slug: "image-digest",
  title: "Images are pinned by digest",
  priority: "P2",
  why: "A tag can be pushed again: the digest alone says which image was tested, and is the same on every machine.",
  fix: {
    component: "name `image` with its digest: `registry.fly.io/app@sha256:…`",
    resource: "name `config.image` with its digest: `registry.fly.io/app@sha256:…`",
    flyctl: "`fly deploy --image registry.fly.io/app@sha256:…`",
  },
  url: "https://fly.io/docs/blueprints/using-the-fly-docker-registry/",
  rows: ["C6"],
  level: "resource",
  subjects: workloadsOf,
  *check({ config }) {
    const reading = config.at("image");
    const image = imageOf(reading.text());
    // Without a tag, or with `latest`, it is FLY-IMG-01 that speaks.
    if (image.pinned || image.moves || isKept(reading.text())) return;
    yield { path: reading.path, found: "has a tag and no digest", wanted: "`@sha256:` and 64 hex digits" };
  },
});
