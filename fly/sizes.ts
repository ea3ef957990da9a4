/** When the tables of this file were read, and where. A size newer than that is unknown here, not wrong. */
export const sizesAsOf = { date: "2026-08-21", source: "superfly/fly-go machine_types.go and superfly/docs" } as const;

/** CPUs and memory of a machine. */
export interface Guest {
  cpuKind: "shared" | "performance";
  cpus: number;
  /** In MB. */
  memoryMb: number;
}

/** What a kind of CPU may be combined with. Memory limits are per CPU, in MB. */
export const cpuKinds = {
  shared: { cpus: [1, 2, 4, 6, 8], presets: [1, 2, 4, 6, 8], least: 256, most: 2048, step: 256 },
  performance: {
    // 32, 64 and 128 have no preset and are asked for as a raw guest only (fly-go).
    cpus: [1, 2, 4, 6, 8, 10, 12, 14, 16, 32, 64, 128],
    presets: [1, 2, 4, 6, 8, 10, 12, 14, 16],
    least: 2048,
    most: 8192,
    // Fly's docs say 2048, its client accepts 1024: the looser is taken, Fly has the last word.
    step: 1024,
  },
} as const satisfies Record<Guest["cpuKind"], object>;

/** Fly's named sizes, with the memory each has if nothing else is said. */
export const sizes: Readonly<Record<string, Readonly<Guest>>> = Object.fromEntries(
  (["shared", "performance"] as const).flatMap((cpuKind) =>
    cpuKinds[cpuKind].presets.map((cpus): [string, Guest] => [
      cpuKind === "shared" ? `shared-cpu-${cpus}x` : `performance-${cpus}x`,
      { cpuKind, cpus, memoryMb: cpuKinds[cpuKind].least * cpus },
    ]),
  ),
);

/** Sizes Fly no longer sells: GPUs were withdrawn on 2026-08-01 (superfly/docs, gpus). */
export const retiredSizes: readonly string[] = ["a10", "l40s", "a100-40gb", "a100-80gb"];

/** Whether the table has machines with such CPUs. Fly may have come to sell others since. */
export const isCpuChoice = (cpuKind: string, cpus: number): boolean =>
  Object.hasOwn(cpuKinds, cpuKind) && (cpuKinds[cpuKind as Guest["cpuKind"]].cpus as readonly number[]).includes(cpus);

/** Why Fly does not sell such a guest, with what is allowed; `undefined` where it does. */
export function checkGuest(guest: { cpuKind: string; cpus: number; memoryMb: number }): string | undefined {
  const kind = Object.hasOwn(cpuKinds, guest.cpuKind) ? cpuKinds[guest.cpuKind as Guest["cpuKind"]] : undefined;
  if (kind === undefined) return `cpu kind must be shared or performance, not ${JSON.stringify(guest.cpuKind)}`;
  const { cpus, memoryMb } = guest;
  if (!(kind.cpus as readonly number[]).includes(cpus)) {
    return `${guest.cpuKind} machines have ${orList(kind.cpus)} CPUs, not ${cpus}`;
  }
  const [least, most] = [kind.least * cpus, kind.most * cpus];
  const range = `${guest.cpuKind} with ${cpus} CPU${cpus === 1 ? "" : "s"} takes ${least} to ${most} MB of memory in steps of ${kind.step}`;
  if (memoryMb < least) return `${range}: ${memoryMb} MB is below the minimum of ${least}`;
  if (memoryMb > most) return `${range}: ${memoryMb} MB is above the maximum of ${most}`;
  if (memoryMb % kind.step !== 0) return `${range}: ${memoryMb} MB is not a step`;
  return undefined;
}

const orList = (numbers: readonly number[]) => `${numbers.slice(0, -1).join(", ")} or ${numbers.at(-1)}`;
