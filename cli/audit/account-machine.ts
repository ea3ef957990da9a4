import { type FlyMachine, metadataOf, mountedVolume, shownConfig, type WireConfig } from "../../fly/machine.ts";
import type { Resource } from "../../policies/view.ts";
import type { Make } from "./account.ts";

/** Groups of flyctl's own, whose machines live for one command (fly-go, machine_types.go). */
const passing = /^fly_app_(release_command|console|test_machine_command)$/;

/** The group that a machine is in; `undefined` where it is not there to stay. */
function groupOf(machine: FlyMachine): string | undefined {
  const { fly_process_group: group = "", airworthy_phase: phase } = metadataOf(machine);
  return passing.test(group) || phase !== undefined ? undefined : group;
}

/** The groups of an app, and by themselves the machines that are in none or run on a schedule. */
export function machinesSeen(app: string, machines: readonly FlyMachine[], make: Make): Resource[] {
  const here = machines.filter((machine) => groupOf(machine) !== undefined);
  const isAlone = (machine: FlyMachine) => groupOf(machine) === "" || Boolean(shownConfig(machine)["schedule"]);
  const groups = Map.groupBy(
    here.filter((machine) => !isAlone(machine)),
    (machine) => groupOf(machine) ?? "",
  );
  return [
    ...[...groups].map(([name, its]) => groupSeen(app, name, its, make)),
    ...machinesApart(app, here.filter(isAlone), make),
  ];
}

/** Each machine by itself. */
export const machinesApart = (app: string, machines: readonly FlyMachine[], make: Make): Resource[] =>
  machines
    .filter((machine) => groupOf(machine) !== undefined)
    .map((machine) => {
      const { id, name, region } = machine;
      const place = { name: id, region, volume: mountedVolume(machine) };
      return make("Machine", `${app}-${name ?? id}`, `machine ${id}`, { ...place, raw: shownConfig(machine) });
    });

/**
 * A group by the config of its newest machine, of those the proxy may stop where there are any: a machine that it may
 * not stop is what a program calls a slot that keeps running.
 */
function groupSeen(app: string, name: string, machines: readonly FlyMachine[], make: Make): Resource {
  const newestFirst = machines.toSorted((one, other) => (changedAt(one) < changedAt(other) ? 1 : -1));
  const model = newestFirst.find(mayStop) ?? (newestFirst[0] as FlyMachine);
  const slots = machines
    .toSorted((one, other) => (one.id < other.id ? -1 : 1))
    .map((machine) => ({
      name: machine.name ?? machine.id,
      region: machine.region,
      ...(mountedVolume(machine) !== undefined && { volume: mountedVolume(machine) }),
      ...(mayStop(model) && !mayStop(machine) && { keepRunning: true }),
    }));
  return make("ProcessGroup", `${app}-${name}`, `group ${name} of app ${app}`, {
    name,
    slots,
    raw: shownConfig(model),
  });
}

const changedAt = (machine: FlyMachine) => String(machine["updated_at"] ?? machine.created_at ?? "");

const mayStop = (machine: FlyMachine): boolean =>
  ((shownConfig(machine)["services"] ?? []) as WireConfig[]).some(({ autostop }) => autostop && autostop !== "off");
