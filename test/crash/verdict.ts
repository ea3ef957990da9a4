import type { Emulator } from "../../emulator/index.ts";
import { compare, type Item, inventory, leases } from "./inventory.ts";
import type { Change } from "./trap.ts";

/** What is not true after a point; without problems it converged. */
export interface Verdict {
  duplicates: number;
  lost: number;
  problems: string[];
  /** A lease that the fault kept from being given back had to run out. */
  waited: boolean;
  /** It left a deploy token whose value nobody has, of which the provider warns. */
  leftToken: boolean;
}

/** How long a lease of the provider's lasts. */
const leaseMs = 120_000;

/** Compares what there is with what a run without faults made. */
export function judge(fly: Emulator, { before, wanted }: { before: Item[]; wanted: Item[] }, change: Change): Verdict {
  // Of a lease that could not be given back no later run can know.
  const waited = change.key.startsWith("Machines_release_lease ") && leases(fly.world).length > 0;
  if (waited) fly.clock.advance(leaseMs);
  const { duplicates, lost, others, strays } = compare(inventory(fly.world), wanted, before);
  const problems = [
    ...duplicates.map((what) => `${what} is there more than once`),
    ...lost.map((what) => `${what} is lost`),
    ...others,
    ...leases(fly.world).map((name) => `machine ${name} is still leased`),
  ];
  return { duplicates: duplicates.length, lost: lost.length, problems, waited, leftToken: strays.length > 0 };
}
