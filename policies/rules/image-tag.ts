import { imageOf } from "../image.ts";
import { defineRule } from "../rule.ts";
import { workloadsOf } from "../workload.ts";

export const imageTag = defineRule({
  id: "FLY-IMG-01",
  slug: "image-tag",
  title: "Images are not `latest`",
  priority: "P1",
  why: "`latest` is whatever was pushed last: two machines of one group can run different code, and no rollback is possible.",
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
    if (!image.moves) return;
    yield {
      path: reading.path,
      found: image.tag === undefined ? "has no tag" : "has the tag latest",
      wanted: "a digest",
    };
  },
});
