import { type RefusalName, refuse } from "./errors.ts";
import type { Durations } from "./profile.ts";
import type { World } from "./state.ts";

/** Whether what was made or unmade a moment ago may read as if it were not. */
function areOpen(world: World): boolean {
  const position = world.position("windows");
  return position === "as-profile" ? world.profile.windows : position === "on";
}

/** When a window that opened at that moment closes; that moment itself where there are none. */
export const windowEnd = (world: World, opened: number, window: keyof Durations) =>
  areOpen(world) ? opened + world.profile.durations[window] : opened;

/** Whether the window is still open. In virtual time this look is the only one that finds it so. */
export function isWithin(world: World, end: number): boolean {
  if (world.clock.now() >= end) return false;
  world.moveOn(end);
  return true;
}

/** Refuses what Fly does not find yet. */
export function refuseUnseen(world: World, made: number, window: keyof Durations, name: RefusalName): void {
  if (isWithin(world, windowEnd(world, made, window))) refuse(name);
}
