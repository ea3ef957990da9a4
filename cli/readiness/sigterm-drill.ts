import { sigtermDrill as rule } from "../../policies/rules/sigterm-drill.ts";
import { evidenceCheck } from "./evidence.ts";

/** Was the process seen to stop in time, with no request lost? */
export const sigtermDrill = evidenceCheck({
  name: "SIGTERM Drill",
  rule,
  command: (app) => `airworthy drill sigterm --port <port> --app ${app} -- <command>`,
});
