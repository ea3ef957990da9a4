import { imageDrill as rule } from "../../policies/rules/image-drill.ts";
import { evidenceCheck } from "./evidence.ts";

/** Was the image that runs seen to be the one that was tried locally? */
export const imageDrill = evidenceCheck({
  name: "Image Drill",
  rule,
  command: (app) => `airworthy drill image --image <image> --app ${app}`,
});
