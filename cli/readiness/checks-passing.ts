import { type FlyMachine, reportsOf } from "../../fly/machine.ts";
import { checksPassing as rule } from "../../policies/rules/checks-passing.ts";
import { counted, eachApp, groupOf, isLasting, machinesOf } from "./app.ts";
import { type Check, fail, pass, skip, warn } from "./check.ts";

/** Do all checks of the machines that run pass? Of one that is stopped nothing is asked. */
export const checksPassing: Check = {
  name: "Checks Passing",
  rule,
  judge: eachApp(async (app, fly) => {
    const machines = (await machinesOf(fly, app)).filter((machine) => isLasting(machine) && isRunning(machine));
    if (machines.length === 0) return skip(`no machine of ${app} runs`);
    const reports = machines.flatMap((machine) => reportsOf(machine).map((report) => ({ machine, ...report })));
    const failing = reports.filter(({ status }) => status === "critical");
    // A check's output is what the app answered, which may be anything.
    const named = (list: typeof reports) =>
      list.map(({ machine, name }) => `${name} of ${groupOf(machine)} ${machine.id} in ${machine.region}`).join(", ");
    if (failing.length > 0) return fail(`${app}: ${named(failing)}. \`fly checks list --app ${app}\` says why`);
    const warning = reports.filter(({ status }) => status !== "passing");
    if (warning.length > 0) return warn(`${app}: not passing yet: ${named(warning)}`);
    if (reports.length === 0) return warn(`${app}: ${counted(machines.length, "machine")}, and no check on any`);
    return pass(`${app}: ${counted(reports.length, "check")} of ${counted(machines.length, "machine")} pass`);
  }),
};

const isRunning = ({ state }: FlyMachine) => state === "started";
