import type { postgresPlans } from "./postgres-plans.ts";
import type { Guest } from "./sizes.ts";

/**
 * When the tables of this file were read, and where. The matrix of machines is not in Fly's public repository: it is what
 * the page about/pricing showed on 2025-08-19, and the examples that about/cost-management works out still agree with it.
 */
export const pricesAsOf = {
  date: "2026-08-07",
  source: "superfly/docs about/pricing, about/cost-management and mpg",
} as const;

const secondsPerMonth = 30 * 24 * 3600;
const ofSecond = (usd: number) => usd * secondsPerMonth;

// A month is one of 30 days, as Fly's page has it; what is billed by the second is listed by the second.
const perSharedCpu = ofSecond(0.00000075);
const perPerformanceCpu = ofSecond(0.00001196);
/** A GB of memory beyond what the preset comes with. */
const perGb = ofSecond(0.00000193);

/** What a preset of Fly costs, and what memory comes with it, by CPU. */
const cpus = {
  shared: { month: perSharedCpu, memoryMb: 256 },
  performance: { month: perPerformanceCpu, memoryMb: 2048 },
} as const satisfies Record<Guest["cpuKind"], object>;

/** How much dearer machines are than in Ashburn. */
const markups: Readonly<Record<string, number>> = {
  ams: 1.03846,
  arn: 1.03846,
  bom: 1.07693,
  cdg: 1.13462,
  dfw: 1.25,
  ewr: 1,
  fra: 1.15384,
  gru: 1.61539,
  iad: 1,
  jnb: 1.30288,
  lax: 1.19952,
  lhr: 1.13462,
  nrt: 1.3077,
  ord: 1.25,
  sin: 1.26923,
  sjc: 1.19231,
  syd: 1.26923,
  yyz: 1.11539,
};

/**
 * USD a month for a machine that runs all the time. In a region that the table does not have it is the least that any
 * asks. A stopped machine costs nothing but its root file system, {@link rootfsGbMonth}.
 */
export function machineMonth({ cpuKind, cpus: count, memoryMb }: Guest, region: string): number {
  const cpu = cpus[cpuKind];
  const extraGb = Math.max(0, memoryMb - cpu.memoryMb * count) / 1024;
  const markup = Object.hasOwn(markups, region) ? (markups[region] as number) : 1;
  return (cpu.month * count + perGb * extraGb) * markup;
}

/** USD a month for a GB of a stopped machine's root file system. How large that is depends on the image. */
export const rootfsGbMonth = 0.15;

/** USD a month for a GB of a volume, mounted or not, whether its machine runs or not. */
export const volumeGbMonth = 0.15;

/** USD a month for an IPv4 address of an app's own. IPv6 and shared IPv4 are free. */
export const dedicatedIpv4Month = 2;

/** USD a month for a wildcard certificate. Others are 0.10, and an organisation's first ten of them are free. */
export const wildcardMonth = 1;

/** USD a month for a cluster of Managed Postgres, without its disk. */
export const postgresPlanMonth = {
  basic: 38,
  starter: 72,
  launch: 282,
  scale: 962,
  performance: 1922,
} as const satisfies Record<keyof typeof postgresPlans, number>;

/** USD a month for a GB of such a cluster's disk. */
export const postgresGbMonth = 0.28;
