import { type FlyMachine, isReachable } from "../../fly/machine.ts";
import { machinesRunning as rule } from "../../policies/rules/machines-running.ts";
import { counted, eachApp, groupOf, isLasting, listed, machinesOf, servicesOf, together } from "./app.ts";
import { type Check, fail, pass, skip, type Verdict } from "./check.ts";

/** Has each group machines that serve, in each of its regions, and one that serves people in two of them? */
export const machinesRunning: Check = {
  name: "Machines Running",
  rule,
  judge: eachApp(async (app, fly) => {
    const machines = (await machinesOf(fly, app)).filter(isLasting);
    if (machines.length === 0) return skip(`${app} has no machines`);
    const groups = Map.groupBy(machines, groupOf);
    return together([...groups].map(([group, members]) => judged(`${app}/${group}`, members)));
  }),
};

function judged(name: string, machines: readonly FlyMachine[]): Verdict {
  const available = machines.filter(isAvailable);
  if (available.length === 0) return fail(`${name}: none of ${counted(machines.length, "machine")} runs`);
  const regions = new Set(machines.map(({ region }) => region));
  const served = new Set(available.map(({ region }) => region));
  const dark = [...regions].filter((region) => !served.has(region));
  if (dark.length > 0) {
    const away = machines.filter(({ region }) => dark.includes(region));
    return fail(`${name}: nothing runs in ${listed(dark)} (${away.map(described).join(", ")})`);
  }
  const serves = machines.some((machine) => servicesOf(machine).length > 0);
  if (serves && served.size < 2) return fail(`${name}: all of it is in ${listed(served)}`);
  const missing = machines.length - available.length;
  const rest = missing === 0 ? "" : `, ${missing} of them not`;
  return pass(`${name}: ${counted(machines.length, "machine")} in ${listed(regions)}${rest}`);
}

const described = ({ id, state }: FlyMachine) => `${id} is ${state}`;

/**
 * Whether it takes traffic, or would as soon as some came: what Fly's proxy stopped for want of traffic, it starts again.
 * What a person stopped stays so for a reason that nobody here knows.
 */
function isAvailable(machine: FlyMachine): boolean {
  if (machine.cordoned || !isReachable(machine)) return false;
  if (machine.state === "started") return true;
  if (machine.state !== "stopped" && machine.state !== "suspended") return false;
  const wakes = servicesOf(machine).some(({ autostart, autostop }) => autostart !== false && isOn(autostop));
  return wakes && stoppedBy(machine) !== "user";
}

const isOn = (autostop: unknown) => autostop === true || autostop === "stop" || autostop === "suspend";

/**
 * Who had it stopped last: `user`, or the proxy. Events come newest first, and Fly's host (`flyd`) notes each one's end
 * besides.
 */
function stoppedBy({ events }: FlyMachine): unknown {
  const asked = events?.find(({ type, ["source"]: source }) => isStop(type) && source !== "flyd");
  return asked?.["source"];
}

const isStop = (type: unknown) => type === "stop" || type === "suspend";
