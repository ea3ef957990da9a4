import type { Machine } from "./record.ts";

/** Fly's limit for a memory image (superfly/docs, suspend-resume). */
const mostSuspendableMb = 2048;

/** Why a machine can be stopped only. */
export function whyNotSuspend({ config: { guest, schedule, init } }: Machine): string | undefined {
  if (guest.memory_mb > mostSuspendableMb) return "it has more than 2 GB of memory";
  if (schedule !== undefined) return "it has a schedule";
  const swap = (init as { swap_size_mb?: number } | undefined)?.swap_size_mb ?? 0;
  return swap > 0 ? "it has swap" : undefined;
}
