import { sourceScan as rule } from "../../policies/rules/source-scan.ts";
import { evidenceCheck } from "./evidence.ts";

/** Was the source scanned for secrets, and had none? */
export const sourceScan = evidenceCheck({
  name: "Source Scan",
  rule,
  command: () => "airworthy scan",
});
