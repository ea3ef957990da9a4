import type { FlyClient } from "../../fly/client.ts";
import type { Context } from "../lifecycle.ts";

/** How long a cancelled run waits for the answer to a change it has sent. */
const graceMs = 5_000;

const clients = new WeakMap<AbortSignal, FlyClient>();

/**
 * Fly for a change that must not be broken off: what was sent may happen, so its answer is waited for a moment longer
 * when the run is cancelled, and the state can say what exists. A run that is cancelled already sends nothing.
 */
export function graceful({ fly, signal }: Pick<Context, "fly" | "signal">): FlyClient {
  if (signal.aborted) return fly;
  const known = clients.get(signal);
  if (known !== undefined) return known;
  const ending = new AbortController();
  const end = () => setTimeout(() => ending.abort(signal.reason), graceMs).unref();
  signal.addEventListener("abort", end, { once: true });
  const client = fly.withSignal(ending.signal);
  clients.set(signal, client);
  return client;
}
