import type { Machine } from "./record.ts";
import type { World } from "./state.ts";

/** What a machine uses, as shares of its size from 0 to 1. */
export interface Load {
  cpu: number;
  memory: number;
  /** Since when. */
  at: number;
  /** Milliseconds that each CPU had worked by then. */
  busyMs: number;
}

/** What a machine uses where nobody says otherwise: most do little, most of the time. */
const usual = { cpu: 0.1, memory: 0.4 };

/** What a machine uses now, and for how many milliseconds each of its CPUs has worked since it was started. */
export function loadOf({ load, startedAt = 0 }: Machine, now: number): Load {
  const { cpu, memory } = load ?? usual;
  // A start begins to count anew.
  const [from, busyMs] = load === undefined || load.at < startedAt ? [startedAt, 0] : [load.at, load.busyMs];
  return { cpu, memory, at: now, busyMs: busyMs + (now - from) * cpu };
}

/** Lets a machine use so much from now on. */
export function load(
  world: World,
  machine: Machine,
  wanted: { cpu?: number | undefined; memory?: number | undefined },
) {
  const now = loadOf(machine, world.clock.now());
  machine.load = { ...now, cpu: wanted.cpu ?? now.cpu, memory: wanted.memory ?? now.memory };
  world.put(world.machines, machine);
}
