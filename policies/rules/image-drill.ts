import { defineCheckedRule } from "../rule.ts";

export const imageDrill = defineCheckedRule({
  id: "FLY-IMG-04",
  slug: "image-drill",
  title: "The image that runs is the one that was tried locally",
  priority: "P3",
  why: "What was tested is not what runs where the image is built again for the deploy.",
  fix: {
    component: "`airworthy drill image --image <image> --app <app>`",
    resource: "`airworthy drill image --image <image> --app <app>`",
    flyctl: "`fly image show`, and compare its digest with that of the image you tried",
  },
  url: "https://fly.io/docs/reference/builders/",
  kind: "evidence",
  rows: ["C6"],
  drill: "image",
});
