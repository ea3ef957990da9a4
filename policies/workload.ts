import { Reading, readable } from "./reading.ts";
import { appsOf, type Item, itemsOf, perView, type Subject, type View, volumesOf } from "./view.ts";

/** Machines with one role and one config: a ProcessGroup's, or the one of a Machine. */
export interface Workload extends Item {
  readonly app: Reading;
  /** The config that every machine runs, `raw` included. */
  readonly config: Reading;
  /** Whether Fly starts it now and then, so that it is not meant to be running. */
  readonly scheduled: boolean;
  /** Services with ports, which Fly's proxy serves. Ports that are not known yet count. */
  services(): Reading[];
  machines(): Placed[];
}

/** One machine of a workload. */
interface Placed {
  readonly region: Reading;
  readonly volume: Reading;
  /** What the proxy does with it when it is idle; a slot that keeps running is never stopped. */
  autostop(service: Reading): "off" | "stop" | "suspend";
}

const groupItems = itemsOf("ProcessGroup", "group");
const machineItems = itemsOf("Machine", "machine");

export const groupsOf = perView((view) =>
  groupItems(view).map((item) =>
    workloadOf(item, false, () =>
      item.read
        .at("slots")
        .list()
        .map((slot) => ({
          region: slot.at("region"),
          volume: slot.at("volume"),
          autostop: (service) => (slot.at("keepRunning").flag() === true ? "off" : autostopOf(service)),
        })),
    ),
  ),
);

/** Machines that are resources by themselves. */
const machinesOf = perView((view) =>
  machineItems(view).map((item) => {
    const { read } = item;
    const placed = { region: read.at("region"), volume: read.at("volume"), autostop: autostopOf };
    const scheduled = read.at("schedule").present || readable(() => configOf(read).at("schedule").present) === true;
    return workloadOf(item, scheduled, () => [placed]);
  }),
);

/** Everything that has a machine config. */
export const workloadsOf = perView((view) => [...groupsOf(view), ...machinesOf(view)]);

/** Without jobs on a schedule: what is meant to be running. */
export const runningOf = perView((view) => workloadsOf(view).filter(({ scheduled }) => !scheduled));

function workloadOf(item: Item, scheduled: boolean, machines: () => Placed[]): Workload {
  const config = configOf(item.read);
  const services = () =>
    config
      .at("services")
      .list()
      .filter((service) => service.at("ports").isUnknown || service.at("ports").list().length > 0);
  return { ...item, app: item.read.at("app"), config, scheduled, services, machines };
}

/** The config of machines, with `raw` over it. */
const configOf = (workload: Reading): Reading => workload.at("config").under(workload.at("raw"));

/** What a service asks of the proxy. In `raw` it may be a boolean, as in Fly's own answers (fly/api.md §9.2). */
export function autostopOf(service: Reading): "off" | "stop" | "suspend" {
  const asked = service.at("autostop").scalar();
  if (asked === true || asked === "stop") return "stop";
  return asked === "suspend" ? "suspend" : "off";
}

export const isGroup = ({ resource }: Subject): boolean => resource.type.endsWith(":ProcessGroup");

/**
 * Groups, and as one group each the single machines of an app that do the same: what a group would be, made of Machine
 * resources. Whether a machine does is judged as if it did where that cannot be read.
 */
export function groupsAndLikeMachines(view: View, does: (machine: Workload) => boolean): Workload[] {
  const byApp = new Map<string, Workload[]>();
  for (const machine of machinesOf(view)) {
    if (machine.scheduled || readable(() => does(machine)) === false) continue;
    const key = readable(() => machine.app.text()) ?? machine.resource.urn;
    byApp.set(key, [...(byApp.get(key) ?? []), machine]);
  }
  return [
    ...groupsOf(view),
    ...[...byApp.values()].map((like) => ({
      ...(like[0] as Workload),
      services: () => like.flatMap((one) => one.services()),
      machines: () => like.flatMap(counted),
    })),
  ];
}

/** How many serve together is not known of a machine whose app is not. */
function counted(machine: Workload): Placed[] {
  machine.app.text();
  return machine.machines();
}

/**
 * The region that the workload calls its primary one, else the one with most of its machines. `undefined` where it has
 * no machines.
 */
export function primaryRegionOf({ config, machines }: Workload): string | undefined {
  const named = config.at("env.PRIMARY_REGION").text();
  if (named !== undefined) return named;
  const counts = new Map<string, number>();
  for (const { region } of machines()) {
    const code = region.text() ?? "";
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}

/** Whether the component that made the group says it may not be doubled, because only one may write. */
export function isSingleWriter({ resource: { parent }, read }: Workload): boolean {
  if (parent === undefined) return false;
  const groups = readable(() => Reading.of(parent.props).at("groups").entries()) ?? [];
  const single = groups.filter(([, group]) => readable(() => group.at("replicas").text()) === "single-writer");
  return single.some(([key]) => key === read.at("name").text());
}

/** What shows that an app owns volumes: the volumes themselves, and workloads that mount some made elsewhere. */
export const volumeHoldersOf = perView((view): Item[] => [
  ...volumesOf(view),
  ...workloadsOf(view).filter((one) => readable(() => one.machines().some(({ volume }) => volume.present))),
]);

/** An app of the program, wherever it was made. */
export interface AppSubject extends Subject {
  readonly app: Reading;
}

/** Apps that the program makes, and those it puts something into. */
export const everyApp = perView((view) => [
  ...appsOf(view).map(({ resource, title, read }): AppSubject => ({ resource, title, app: read.at("name") })),
  ...appsMadeElsewhere(view),
]);

function appsMadeElsewhere(view: View): AppSubject[] {
  const made = new Set(appsOf(view).map(({ read }) => readable(() => read.at("name").text())));
  const byName = new Map<string, AppSubject>();
  for (const { resource, read } of [...workloadsOf(view), ...volumesOf(view)]) {
    const name = readable(() => read.at("app").text());
    if (name === undefined || made.has(name) || byName.has(name)) continue;
    byName.set(name, { resource, title: `app ${name}`, app: read.at("app") });
  }
  return [...byName.values()];
}
