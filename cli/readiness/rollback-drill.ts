import { rollbackDrill as rule } from "../../policies/rules/rollback-drill.ts";
import { evidenceCheck } from "./evidence.ts";

/** Was the way back to an earlier release seen to work? */
export const rollbackDrill = evidenceCheck({
  name: "Rollback Drill",
  rule,
  command: () => "airworthy drill rollback",
});
