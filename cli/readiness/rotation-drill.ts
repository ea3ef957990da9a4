import { rotationDrill as rule } from "../../policies/rules/rotation-drill.ts";
import { evidenceCheck } from "./evidence.ts";

/** Was a deploy token rotated, and seen to be dead afterwards? */
export const rotationDrill = evidenceCheck({
  name: "Rotation Drill",
  rule,
  command: (app) => `airworthy drill rotation --app ${app}`,
});
