import { needsOwnIpv4 } from "../reach.ts";
import { defineRule, type Finding } from "../rule.ts";
import { addressesOf, certainlyOf, type Item, type View, volumesOf } from "../view.ts";
import { type Workload, workloadsOf } from "../workload.ts";

/** What the program runs in the app of the item; nothing where that is declared elsewhere. */
const workloadsBeside = ({ read }: Item, view: View) => certainlyOf(workloadsOf(view), read.at("app").text() ?? "");

const needsAddress = (workload: Workload): boolean =>
  workload.services().some((service) =>
    service
      .at("ports")
      .list()
      .some((port) => needsOwnIpv4({ service, port })),
  );

function* address(item: Item, view: View): Generator<Finding> {
  const type = item.read.at("type");
  if (type.text() !== "v4") return;
  const workloads = workloadsBeside(item, view);
  if (workloads.length === 0 || workloads.some(needsAddress)) return;
  const found = "is v4, an address of the app's own that is paid for, and no port takes raw TCP or UDP";
  yield { path: type.path, found, wanted: "shared_v4, which is free" };
}

const sourcesOf = ({ resource }: Item) => Object.values(resource.madeFrom ?? {}).flat();

/** Whether the workload may have the volume by an id or a name that somebody wrote down. */
function mayMount({ machines, config }: Workload, { read }: Item): boolean {
  const id = read.at("id").text();
  if (id !== undefined) return machines().some((machine) => machine.volume.text() === id);
  if (machines().some((machine) => machine.volume.present)) return true;
  const names = config
    .at("mounts")
    .list()
    .map((mount) => mount.at("name").text());
  return names.some((name) => name === undefined || name === read.at("name").text());
}

function* volume(item: Item, view: View): Generator<Finding> {
  const workloads = workloadsBeside(item, view);
  if (workloads.length === 0 || workloads.some((one) => sourcesOf(one).includes(item.resource.urn))) return;
  const volumes = new Set(volumesOf(view).map(({ resource }) => resource.urn));
  // Of one made from volumes of the program it is known which.
  const others = workloads.filter((one) => !sourcesOf(one).some((urn) => volumes.has(urn)));
  if (others.some((one) => mayMount(one, item))) return;
  yield {
    path: "sizeGb",
    found: "is paid for by the hour, and no machine mounts it",
    wanted: "a machine, or no volume",
  };
}

const isAddress = ({ resource }: Item) => resource.type.endsWith(":IpAddress");

export const paidExtras = defineRule({
  id: "FLY-CST-03",
  slug: "paid-extras",
  title: "What is paid for is used",
  priority: "P3",
  why: "An IPv4 address nobody needs and a volume nobody mounts are small sums that are paid for ever.",
  fix: {
    component: "leave out the IpAddress, or the Volume, that you add to what ProductionApp makes",
    resource: "take out the IpAddress of type v4, or the Volume, after a look at what is on it",
    flyctl: "`fly ips release <address>`, `fly volumes destroy <id>`",
  },
  url: "https://fly.io/docs/about/cost-management/",
  rows: ["C3"],
  level: "stack",
  subjects: (view): Item[] => [...addressesOf(view), ...volumesOf(view)],
  *check(item, { view }) {
    yield* isAddress(item) ? address(item, view) : volume(item, view);
  },
});
