import { postgresPlans } from "../fly/postgres-plans.ts";
import * as prices from "../fly/prices.ts";
import { cpuKinds, type Guest } from "../fly/sizes.ts";
import type { Reading } from "./reading.ts";
import { addressesOf, certificatesOf, clustersOf, type Item, perView, volumesOf } from "./view.ts";
import { primaryRegionOf, type Workload, workloadsOf } from "./workload.ts";

/** US cents a month for something: with every machine running all the time, and with those stopped that the proxy may stop. */
interface Month {
  readonly most: number;
  readonly least: number;
}

/** Something that Fly asks money for. */
interface Priced {
  readonly kind: "machines" | "volumes" | "addresses" | "certificates" | "databases";
  readonly item: Item;
  month(): Month;
}

/** A root file system is as large as the image, which the program does not say: this is what a common one takes. */
const rootfsGb = 1;
const stopped = prices.rootfsGbMonth * rootfsGb;

const centsOf = (usd: number) => Math.round(usd * 100);
const between = (least: number, most: number): Month => ({ least: centsOf(least), most: centsOf(most) });
const always = (usd: number) => between(usd, usd);

/** The guest, as Fly fills it up; `undefined` where the price table has no such CPU. */
function guestOf(config: Reading): Guest | undefined {
  const guest = config.at("guest");
  const cpuKind = guest.at("cpuKind").text() ?? "shared";
  const cpus = guest.at("cpus").number() ?? 1;
  if (!Object.hasOwn(cpuKinds, cpuKind)) return undefined;
  const kind = cpuKind as Guest["cpuKind"];
  return { cpuKind: kind, cpus, memoryMb: guest.at("memoryMb").number() ?? cpuKinds[kind].least * cpus };
}

/** The root file system of machines that are stopped is in it, so that nothing is quite free. */
function machinesMonth(workload: Workload): Month {
  const guest = guestOf(workload.config);
  if (guest === undefined) return always(0);
  const machines = workload.machines().map((machine) => ({
    usd: prices.machineMonth(guest, machine.region.text() ?? ""),
    region: machine.region.text(),
    machine,
  }));
  // A job on a schedule runs for minutes.
  if (workload.scheduled) return always(machines.length * stopped);
  const services = workload.services();
  const sleeps = ({ machine }: (typeof machines)[number]) =>
    services.length > 0 && services.every((service) => machine.autostop(service) !== "off");
  const sleepers = machines.filter(sleeps);
  const minimum = Math.max(0, ...services.map((service) => service.at("minMachinesRunning").number() ?? 0));
  const primary = sleepers.filter(({ region }) => region === primaryRegionOf(workload));
  const awake = new Set(primary.slice(0, minimum));
  const sum = (all: typeof machines) => all.reduce((total, { usd }) => total + usd, 0);
  const asleep = sleepers.filter((machine) => !awake.has(machine));
  const most = sum(machines);
  return between(most - sum(asleep) + asleep.length * stopped, most);
}

function clusterMonth({ read }: Item): Month {
  const plan = read.at("plan").text() ?? "";
  const usd = Object.hasOwn(postgresPlans, plan) ? prices.postgresPlanMonth[plan as keyof typeof postgresPlans] : 0;
  return always(usd + prices.postgresGbMonth * (read.at("diskSizeGb").number() ?? 0));
}

const priced = (kind: Priced["kind"], items: readonly Item[], month: (item: Item) => Month): Priced[] =>
  items.map((item) => ({ kind, item, month: () => month(item) }));

/**
 * All of a program that is billed by what is provisioned. Traffic, snapshots beyond the free ones and what other stacks
 * have are not in it; of certificates only those with a wildcard, since the first ten others are free.
 */
export const pricedOf = perView((view): Priced[] => [
  ...workloadsOf(view).map(
    (workload): Priced => ({
      kind: "machines",
      item: workload,
      month: () => machinesMonth(workload),
    }),
  ),
  ...priced("volumes", volumesOf(view), ({ read }) => always(prices.volumeGbMonth * (read.at("sizeGb").number() ?? 0))),
  ...priced("addresses", addressesOf(view), ({ read }) =>
    always(read.at("type").text() === "v4" ? prices.dedicatedIpv4Month : 0),
  ),
  ...priced("certificates", certificatesOf(view), ({ read }) =>
    always(read.at("hostname").text()?.startsWith("*.") ? prices.wildcardMonth : 0),
  ),
  ...priced("databases", clustersOf(view), clusterMonth),
]);
