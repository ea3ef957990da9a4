import { isDeepStrictEqual } from "node:util";
import type { FlyClient } from "../../fly/client.ts";
import { type FlyMachine, machineList, metadataOf, shownConfig } from "../../fly/machine.ts";
import { type Runner, succeeds } from "./runner.ts";

/** A process group as `airworthy releases --json` lists it. */
export interface Group {
  /** `<app>/<group>`. */
  group: string;
  running: number;
  pin?: number;
  releases: { version: number; image: string }[];
}

export const groupsOf = async (runner: Runner, log: string | undefined): Promise<Group[]> =>
  JSON.parse(await succeeds(runner.airworthy(["releases", "--json"]), "listing the releases", log));

/** What the machines of some groups run: for each group the config of each of its machines. */
export type Deployed = ReadonlyMap<string, readonly unknown[]>;

/** Reads what runs, without what tells one machine or release of the same config from another. */
export async function deployedOf(fly: FlyClient, groups: readonly Group[]): Promise<Deployed> {
  const apps = [...new Set(groups.map(({ group }) => appOf(group)))];
  const machines = new Map<string, FlyMachine[]>();
  for (const app of apps) machines.set(app, (await machineList(fly, app)) ?? []);
  return new Map(
    groups.map(({ group }) => [
      group,
      (machines.get(appOf(group)) ?? [])
        .filter((machine) => metadataOf(machine)["fly_process_group"] === group.slice(appOf(group).length + 1))
        .map((machine) => ({ region: machine.region, ...bare(shownConfig(machine)) }))
        .sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)),
    ]),
  );
}

const appOf = (group: string) => group.slice(0, group.indexOf("/"));

function bare(config: Record<string, unknown>): Record<string, unknown> {
  const { metadata: _, ...rest } = config;
  return rest;
}

/** Whether the same runs: as many machines in the same regions with the same configs. */
export const runsTheSame = (one: Deployed, other: Deployed) => isDeepStrictEqual(one, other);

/** Names of the groups whose machines are not as they were. */
export const changedGroups = (before: Deployed, after: Deployed) =>
  [...before].flatMap(([group, configs]) => (isDeepStrictEqual(configs, after.get(group)) ? [] : [group]));

/** How many machines the groups have, of these groups or of all. */
export const machinesIn = (deployed: Deployed, groups: readonly string[] = [...deployed.keys()]) =>
  groups.flatMap((group) => deployed.get(group) ?? []).length;
