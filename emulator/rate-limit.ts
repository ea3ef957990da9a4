import type { RateLimits } from "./profile.ts";

interface Bucket {
  tokens: number;
  at: number;
}

/** Counts calls by action and by what they are about. */
export class RateLimiter {
  readonly #buckets = new Map<string, Bucket>();

  /** Whether this call is still allowed, in which case it is counted. */
  allows(operation: string, subject: string, now: number, limits: RateLimits): boolean {
    // Deletions of apps are counted together, whichever apps they are (superfly/docs, working-with-machines-api).
    const isDeletion = operation === "Apps_delete";
    const { perSecond, burst } = isDeletion
      ? limits.appDeletion
      : operation === "Machines_show"
        ? limits.read
        : limits.action;
    const key = isDeletion ? operation : `${operation} ${subject}`;
    const before = this.#buckets.get(key) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, before.tokens + ((now - before.at) / 1000) * perSecond);
    const isAllowed = tokens >= 1;
    this.#buckets.set(key, { tokens: isAllowed ? tokens - 1 : tokens, at: now });
    return isAllowed;
  }
}
