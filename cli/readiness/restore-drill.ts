import { volumeList } from "../../fly/volume.ts";
import { restoreDrill as rule } from "../../policies/rules/restore-drill.ts";
import { evidenceCheck } from "./evidence.ts";

/** Was a volume seen to come back from its snapshot? */
export const restoreDrill = evidenceCheck({
  name: "Restore Drill",
  rule,
  command: (app) => `airworthy drill restore --app ${app}`,
  nothing: async (app, subject, signal) => {
    const volumes = await volumeList(subject.fly(signal), app);
    return volumes?.length === 0 ? "no volumes, so nothing to restore" : undefined;
  },
});
