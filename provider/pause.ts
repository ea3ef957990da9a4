import { setTimeout as sleep } from "node:timers/promises";
import { cancelled } from "../fly/errors.ts";
import type { Context } from "./lifecycle.ts";

/**
 * Waits between two looks at Fly: little at first, since much is done at once, then ever longer. It ends at once when the
 * run is cancelled or its time (`customTimeouts`) is over.
 * @param attempt how many looks there were before, from 0
 * @param most longest pause, in milliseconds
 * @param first pause before the second look, in milliseconds
 */
export async function pause(
  { signal }: Pick<Context, "signal">,
  attempt: number,
  most = 2000,
  first = 100,
): Promise<void> {
  try {
    await sleep(Math.min(most, first * 2 ** attempt), undefined, { signal });
  } catch (error) {
    throw signal.aborted ? cancelled("wait for Fly", signal) : error;
  }
}
