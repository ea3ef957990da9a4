import { distance } from "fastest-levenshtein";
import { type Guest, sizes } from "../fly/sizes.ts";
import type { GroupArgs } from "./arguments.ts";

const leastMemoryMb = 512;

/** CPUs and memory of a group's machines; `undefined` where Fly has no such size. */
export function guestOf({ size = "shared-cpu-1x", memoryMb }: Pick<GroupArgs, "size" | "memoryMb">): Guest | undefined {
  const preset = Object.hasOwn(sizes, size) ? sizes[size] : undefined;
  return preset && { ...preset, memoryMb: memoryMb ?? Math.max(preset.memoryMb, leastMemoryMb) };
}

/** Fly's sizes nearest to one it does not have: by number of CPUs where the kind is clear, else by spelling. */
export function nearestSizes(size: string): string[] {
  const known = Object.entries(sizes);
  const [, kind, cpus] = /^(shared|performance)\D*(\d+)/.exec(size.toLowerCase()) ?? [];
  const far = ([name, guest]: [string, Readonly<Guest>]) => {
    if (kind === undefined) return distance(size.toLowerCase(), name);
    return guest.cpuKind === kind ? Math.abs(guest.cpus - Number(cpus)) : Number.POSITIVE_INFINITY;
  };
  const least = Math.min(...known.map(far));
  return known
    .filter((entry) => far(entry) === least)
    .map(([name]) => name)
    .slice(0, 3);
}
