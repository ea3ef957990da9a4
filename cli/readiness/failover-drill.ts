import { machineList } from "../../fly/machine.ts";
import { failoverDrill as rule } from "../../policies/rules/failover-drill.ts";
import { isPostgres } from "../drill/postgres-node.ts";
import { evidenceCheck } from "./evidence.ts";

/** Was another Postgres machine seen to become primary when the primary was stopped? */
export const failoverDrill = evidenceCheck({
  name: "Failover Drill",
  rule,
  command: (app) => `airworthy drill failover --cluster ${app}`,
  nothing: async (app, subject, signal) => {
    const machines = (await machineList(subject.fly(signal), app)) ?? [];
    if (machines.some(isPostgres)) return undefined;
    return "no Postgres among the apps' machines; managed Postgres fails over at Fly, which offers no call to try it";
  },
});
