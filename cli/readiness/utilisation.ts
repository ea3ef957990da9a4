import { utilisation as rule } from "../../policies/rules/utilisation.ts";
import { eachApp, isLasting, machinesOf } from "./app.ts";
import { type Check, skip } from "./check.ts";
import { fillVerdict, metric, type Sample, seriesOf } from "./metrics.ts";

/** How much of their size do the machines use? */
export const utilisation: Check = {
  name: "Utilisation",
  rule,
  judge: (subject, signal) =>
    eachApp(async (app, fly) => {
      const machines = (await machinesOf(fly, app)).filter(isLasting).filter(({ state }) => state === "started");
      if (machines.length === 0) return skip(`no machine of ${app} runs`);
      const [cpu, memory] = await Promise.all([
        metric(subject, fly, app, cpuQuery(app), signal),
        metric(subject, fly, app, memoryQuery(app), signal),
      ]);
      if (typeof cpu === "string") return skip(cpu);
      if (typeof memory === "string") return skip(memory);
      if (memory.length === 0) throw new Error(`${app}: machines run, and there is no measurement of any`);
      const regions = new Map(machines.map(({ id, region }) => [id, region]));
      const fills = (what: string, samples: readonly Sample[]) =>
        samples.flatMap(({ labels: { instance = "" }, value }) => {
          const region = regions.get(instance);
          return region === undefined ? [] : [{ name: `${what} of ${instance} in ${region}`, share: value }];
        });
      const { status, detail } = fillVerdict([...fills("memory", memory), ...fills("CPU", cpu)]);
      return { status, detail: `${app}: ${detail}` };
    })(subject, signal),
};

/**
 * Time that the CPUs worked over the time they had, for a quarter of an hour. Both come from the same counter, so that
 * neither its unit (centiseconds) nor a short history makes a difference.
 */
const cpuQuery = (app: string) => {
  const busy = `sum by (instance) (rate(fly_instance_cpu{${seriesOf(app)},mode!="idle"}[15m]))`;
  return `${busy} / sum by (instance) (rate(fly_instance_cpu{${seriesOf(app)}}[15m]))`;
};

/** What the kernel could not hand out, over what there is. */
const memoryQuery = (app: string) => {
  const of = (what: string) => `max by (instance) (fly_instance_memory_${what}{${seriesOf(app)}})`;
  return `1 - ${of("mem_available")} / ${of("mem_total")}`;
};
