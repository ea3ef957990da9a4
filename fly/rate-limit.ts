import { setTimeout as sleep } from "node:timers/promises";

/**
 * Keeps calls within Fly's limits: per action and machine (or app) one a second with a burst of three; reading one
 * machine five a second with a burst of ten (Fly docs, working with the Machines API).
 */
export class RateLimit {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Milliseconds until the call may go; the place is taken at once, so callers that wait do not overtake. */
  delay(operation: string, subject: string): number {
    const { perSecond, burst } = operation === "Machines_show" ? reading : acting;
    const key = `${operation} ${subject}`;
    const now = this.#now();
    const last = this.#buckets.get(key) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, last.tokens + ((now - last.at) / 1000) * perSecond) - 1;
    this.#buckets.set(key, { tokens, at: now });
    return tokens >= 0 ? 0 : (-tokens / perSecond) * 1000;
  }

  /** Waits for the call's turn. */
  async turn(operation: string, subject: string, signal?: AbortSignal): Promise<void> {
    const ms = this.delay(operation, subject);
    if (ms > 0) await sleep(ms, undefined, signal === undefined ? {} : { signal });
  }
}

const acting = { perSecond: 1, burst: 3 };
const reading = { perSecond: 5, burst: 10 };
