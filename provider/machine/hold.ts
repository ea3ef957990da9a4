import type { FlyClient } from "../../fly/client.ts";
import { isFlyError } from "../../fly/errors.ts";
import { leaseAcquire, leaseFind, leaseRelease } from "../../fly/lease.ts";

/** Renewed well before Fly lets a lease of two minutes go. */
const renewEveryMs = 30_000;

/**
 * Leases on machines for as long as they are being changed, so that nobody else changes them meanwhile. They are
 * renewed while a wait is under way, and before each change, since a machine that sleeps may have lost its lease.
 */
export class Hold {
  readonly #fly: FlyClient;
  readonly #app: string;
  readonly #holder: string;
  readonly #nonces = new Map<string, string>();
  readonly #timer: NodeJS.Timeout;

  constructor(fly: FlyClient, { app, stack }: { app: string; stack: string }) {
    this.#fly = fly;
    this.#app = app;
    this.#holder = `airworthy ${stack}`;
    this.#timer = setInterval(() => void this.#renewAll(), renewEveryMs).unref();
  }

  /** Takes a machine's lease, or makes sure it is still ours. Answers with the nonce that changes need. */
  async take(id: string): Promise<string> {
    const held = this.#nonces.get(id);
    const nonce = await this.#acquire(id, held).catch((error) => this.#again(id, held, error));
    this.#nonces.set(id, nonce);
    return nonce;
  }

  /**
   * A held lease may have ended, and is taken anew. One whose answer was lost, or that a run of this stack left behind when
   * it was killed, is ours: Pulumi lets one run at a time change a stack, so nobody else can be using it.
   */
  async #again(id: string, held: string | undefined, error: unknown): Promise<string> {
    if (held !== undefined && isFlyError(error, "not-found")) return await this.#acquire(id);
    if (!isFlyError(error, "uncertain", "lease-held")) throw error;
    const lease = await leaseFind(this.#fly, this.#app, id);
    if (lease?.holder === this.#holder && lease.nonce) return lease.nonce;
    if (isFlyError(error, "uncertain")) return await this.#acquire(id);
    throw error;
  }

  #acquire(id: string, nonce?: string): Promise<string> {
    return leaseAcquire(this.#fly, this.#app, id, this.#holder, nonce);
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
    await Promise.allSettled([...this.#nonces].map(([id, nonce]) => this.#acquire(id, nonce)));
  }
}
