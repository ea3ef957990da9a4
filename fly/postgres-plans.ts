import { regions } from "./regions.ts";

/** What a plan of Managed Postgres gives each of its two machines, primary and replica. */
interface PostgresPlan {
  readonly cpuKind: "shared" | "performance";
  readonly cpus: number;
  readonly memoryMb: number;
}

/** The plans, smallest first. Each has a primary, a replica, a pooler and backups; none is without (superfly/docs mpg, 2026-08-07). */
export const postgresPlans = {
  basic: { cpuKind: "shared", cpus: 2, memoryMb: 1024 },
  starter: { cpuKind: "shared", cpus: 2, memoryMb: 2048 },
  launch: { cpuKind: "performance", cpus: 2, memoryMb: 8192 },
  scale: { cpuKind: "performance", cpus: 4, memoryMb: 32_768 },
  performance: { cpuKind: "performance", cpus: 8, memoryMb: 65_536 },
} as const satisfies Record<string, PostgresPlan>;

/** Names of the plans, smallest first. */
export const postgresPlanNames = Object.keys(postgresPlans) as (keyof typeof postgresPlans)[];

/** Major versions of Postgres that a new cluster can have. */
export const postgresVersions = ["16", "17"] as const;

/** Limits of a cluster's disk in GB (OpenAPI document, disk_size_gb). */
export const postgresDiskGb = { least: 10, most: 1000 } as const;

/** Codes of the regions with Managed Postgres. */
export const postgresRegions: readonly string[] = regions.filter(({ mpg }) => mpg).map(({ code }) => code);

/** Whether the code is a current region that has no Managed Postgres. One the table does not have may be newer. */
export const lacksPostgres = (code: string): boolean => regions.some((region) => region.code === code && !region.mpg);
