interface Bucket {
  tokens: number;
  at: number;
}

/** Fly's limits: each action once a second with three at once, reads of a machine five with ten (superfly/docs, working-with-machines-api). */
const limits = { action: { perSecond: 1, burst: 3 }, read: { perSecond: 5, burst: 10 } };

/** Counts calls by action and by what they are about. */
export class RateLimit {
  readonly #buckets = new Map<string, Bucket>();

  /** Whether this call is still allowed, in which case it is counted. */
  allows(operation: string, subject: string, now: number): boolean {
    const { perSecond, burst } = operation === "Machines_show" ? limits.read : limits.action;
    const key = `${operation} ${subject}`;
    const before = this.#buckets.get(key) ?? { tokens: burst, at: now };
    const tokens = Math.min(burst, before.tokens + ((now - before.at) / 1000) * perSecond);
    const isAllowed = tokens >= 1;
    this.#buckets.set(key, { tokens: isAllowed ? tokens - 1 : tokens, at: now });
    return isAllowed;
  }
}
