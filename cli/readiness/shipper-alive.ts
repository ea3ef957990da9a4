import type { FlyClient } from "../../fly/client.ts";
import { isFlyError } from "../../fly/errors.ts";
import { reportsOf } from "../../fly/machine.ts";
import { type OrgMachine, orgMachines } from "../../fly/organisation.ts";
import { shipperAlive as rule } from "../../policies/rules/shipper-alive.ts";
import { counted, listed, machinesOf, organisationOf } from "./app.ts";
import { type Check, fail, pass, type Subject, skip, warn } from "./check.ts";
import { metric, seriesOf } from "./metrics.ts";

/** Fly's own shipper by its image (Fly docs, monitoring/exporting-logs), or what people build of it. */
const isShipper = ({ image }: OrgMachine) => /(^|[/_-])(fly-)?log-shipper([:@_-]|$)/.test(image);

/** Does something that ships logs run, and has it shipped just now? */
export const shipperAlive: Check = {
  name: "Log Shipper",
  rule,
  judge: async (subject, signal) => {
    const fly = subject.fly(signal);
    const org = await organisationOf(subject, fly);
    const all = await machinesShown(fly, org);
    if (all === undefined) return skip(`this token may not list the machines of organisation ${org}`);
    const machines = all.filter(isShipper);
    if (machines.length === 0) {
      return warn(
        `nothing in organisation ${org} runs fly-log-shipper: logs are gone after days, unless the app ships them`,
      );
    }
    const apps = [...new Set(machines.map(({ app }) => app))];
    const states = await Promise.all(apps.map((app) => healthy(fly, app)));
    const alive = states.flatMap(({ app, well }) => (well > 0 ? [app] : []));
    if (alive.length === 0) return fail(`${listed(apps)}: no machine runs with its checks passing`);
    return recent(subject, fly, alive, signal);
  },
};

/** An app's own token is for nothing beside that app. */
async function machinesShown(fly: FlyClient, org: string): Promise<OrgMachine[] | undefined> {
  try {
    return await orgMachines(fly, org);
  } catch (error) {
    if (isFlyError(error, "not-found", "forbidden")) return undefined;
    throw error;
  }
}

async function healthy(fly: FlyClient, app: string) {
  const running = (await machinesOf(fly, app)).filter(({ state }) => state === "started");
  const well = running.filter((machine) => reportsOf(machine).every(({ status }) => status === "passing")).length;
  return { app, well };
}

/** Vector counts what it sent; Fly keeps that where the shipper's app has its metrics collected. */
async function recent(subject: Subject, fly: FlyClient, apps: readonly string[], signal: AbortSignal) {
  const name = `${listed(apps)} runs`;
  const query = (app: string) => `sum(increase(vector_component_sent_events_total{${seriesOf(app)}}[15m]))`;
  const counts = await Promise.all(apps.map((app) => metric(subject, fly, app, query(app), signal)));
  const seen = counts.flatMap((count) => (typeof count === "string" ? [] : count.map(({ value }) => value)));
  if (seen.length === 0) return pass(`${name}; how recently it shipped is not to be seen`);
  const sent = Math.round(seen.reduce((sum, value) => sum + value, 0));
  if (sent === 0) return fail(`${name}, and has shipped nothing for 15 minutes`);
  return pass(`${name}, and has shipped ${counted(sent, "event")} in 15 minutes`);
}
