import { setTimeout as sleep } from "node:timers/promises";
import { FlyError } from "./errors.ts";

/** A call that Fly refused because there were too many of its kind. */
export class TooEarly extends FlyError {
  /** When Fly said that it may come again, in milliseconds from then; a `Retry-After` is not promised (fly/api.md §15). */
  readonly afterMs: number;

  constructor(does: string, { what, status }: FlyError, retryAfter: string | string[] | undefined) {
    super("rate-limited", does, what, status);
    this.afterMs = (Number(retryAfter) || 0) * 1000;
  }
}

/** How often a call is sent that Fly finds too early: others with this token may use the limits up. */
const mostTries = 10;

/**
 * What a call may be later than the one before on its way to Fly, in milliseconds: Fly counts when they arrive, and the first
 * ones open connections.
 */
const drift = 250;

/**
 * Keeps calls within Fly's limits: per action and machine (or app) one a second with a burst of three; reading one
 * machine five a second with a burst of ten (Fly docs, working with the Machines API).
 */
export class RateLimit {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();
  readonly #pace: number;
  readonly #now: () => number;

  /** @param pace how many times as fast as at Fly time goes: the local Fly's profile `fly/10` allows ten times as many */
  constructor(pace = 1, now: () => number = () => performance.now()) {
    this.#pace = pace;
    this.#now = now;
  }

  /** Milliseconds until the call may go; the place is taken at once, so callers that wait do not overtake. */
  delay(operation: string, subject: string): number {
    const { perSecond, tokens } = this.#bucket(operation, subject);
    const isFirstToWait = tokens >= 0 && tokens < 1;
    const left = tokens - 1 - (isFirstToWait ? (drift / 1000 / this.#pace) * perSecond : 0);
    this.#keep(operation, subject, left);
    return left >= 0 ? 0 : (-left / perSecond) * 1000;
  }

  /** Waits for the call's turn, makes it, and does so again where Fly finds it too early. */
  async inTurn<T>(
    operation: string,
    subject: string,
    signal: AbortSignal | undefined,
    make: () => Promise<T>,
  ): Promise<T> {
    for (let attempt = 1, after = 0; ; attempt++) {
      const ms = Math.max(after, this.delay(operation, subject));
      if (ms > 0) await sleep(ms, undefined, signal === undefined ? {} : { signal });
      try {
        return await make();
      } catch (error) {
        if (!(error instanceof TooEarly) || attempt >= mostTries) throw error;
        after = error.afterMs;
        // Somebody else has used up what was thought to be left.
        this.#keep(operation, subject, Math.min(0, this.#bucket(operation, subject).tokens));
      }
    }
  }

  #bucket(operation: string, subject: string) {
    const { perSecond: atFly, burst } = operation === "Machines_show" ? reading : acting;
    const perSecond = atFly * this.#pace;
    const last = this.#buckets.get(`${operation} ${subject}`) ?? { tokens: burst, at: this.#now() };
    return { perSecond, tokens: Math.min(burst, last.tokens + ((this.#now() - last.at) / 1000) * perSecond) };
  }

  #keep(operation: string, subject: string, tokens: number): void {
    this.#buckets.set(`${operation} ${subject}`, { tokens, at: this.#now() });
  }
}

const acting = { perSecond: 1, burst: 3 };
const reading = { perSecond: 5, burst: 10 };
