import type { FlyClient } from "../../fly/client.ts";
import { isFlyError } from "../../fly/errors.ts";
import { leaseAcquire, leaseRelease } from "../../fly/lease.ts";
import { machineLease } from "../../fly/machine.ts";

/** Renewed well before Fly lets a lease of two minutes go. */
const renewEveryMs = 30_000;

/**
 * Leases on machines for as long as they are being changed, so that nobody else changes them meanwhile. They are
 * renewed while a wait is under way, and before each change, since a machine that sleeps may have lost its lease.
 */
export class Hold {
  readonly #fly: FlyClient;
  readonly #app: string;
  readonly #nonces = new Map<string, string>();
  readonly #timer: NodeJS.Timeout;

  constructor(fly: FlyClient, app: string) {
    this.#fly = fly;
    this.#app = app;
    this.#timer = setInterval(() => void this.#renewAll(), renewEveryMs).unref();
  }

  /** Takes a machine's lease, or makes sure it is still ours. Answers with the nonce that changes need. */
  async take(id: string): Promise<string> {
    const held = this.#nonces.get(id);
    const nonce = await leaseAcquire(this.#fly, this.#app, id, held).catch((error) => this.#again(id, held, error));
    this.#nonces.set(id, nonce);
    return nonce;
  }

  /** A held lease may have ended; and one whose answer was lost is looked up, or it would keep us out for two minutes. */
  async #again(id: string, held: string | undefined, error: unknown): Promise<string> {
    const hasEnded = held !== undefined && isFlyError(error, "not-found");
    if (!hasEnded && !isFlyError(error, "uncertain")) throw error;
    const lease = hasEnded ? undefined : await machineLease(this.#fly, this.#app, id);
    const ours = lease?.description?.startsWith("airworthy") ? lease.nonce : undefined;
    return ours ?? (await leaseAcquire(this.#fly, this.#app, id));
  }

  /** Forgets a machine that is gone, lease and all. */
  forget(id: string): void {
    this.#nonces.delete(id);
  }

  /** Gives every lease back, also when the run is being cancelled. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([...this.#nonces].map(([id, nonce]) => leaseRelease(this.#fly, this.#app, id, nonce)));
    this.#nonces.clear();
  }

  async #renewAll(): Promise<void> {
    // A lease that cannot be renewed shows at the next change, which takes it again or says who has it.
    await Promise.allSettled([...this.#nonces].map(([id, nonce]) => leaseAcquire(this.#fly, this.#app, id, nonce)));
  }
}
