import { durationMs } from "../../fly/duration.ts";
import { FlyError, isFlyError } from "../../fly/errors.ts";
import { type FlyLease, leaseAcquire, leaseFind, leaseOf, leaseRelease } from "../../fly/lease.ts";
import type { FlyMachine } from "../../fly/machine.ts";
import type { Context } from "../lifecycle.ts";
import { pause } from "../pause.ts";
import { graceful } from "./grace.ts";
import { holderText, leaseText, standingOf } from "./holder.ts";

/** Renewed well before Fly lets a lease of two minutes go. */
const renewEveryMs = 30_000;

/** A lease's end in whole seconds is not the same in every answer; a renewal moves it by much more. */
const jitterMs = 5_000;

/** How long flyctl waits for somebody else's lease as well (fly/api.md §16). */
const longestPatienceMs = 60_000;

/** How long a group waits for somebody else's lease: not longer than it waits for a machine. */
export const patienceFor = (waitTimeout: string): number =>
  Math.min(longestPatienceMs, durationMs(waitTimeout) ?? longestPatienceMs);

/** A lease this run holds. */
interface Held {
  nonce: string;
  /** When it was last taken or renewed, by this machine's clock. */
  at: number;
}

/** Which part of this process has a machine in hand, so that one does not take the lease of another for a dead run's. */
const inHand = new Map<string, Hold>();

/** When a lease of another run of the stack was last seen to be renewed. */
interface Watched {
  expiresAt: number;
  since: number;
}

/**
 * Leases on machines for as long as they are being changed, so that nobody else changes them meanwhile. They are
 * renewed while a wait is under way, and before a change where that was not done in time, since a machine that sleeps may
 * have lost its lease. What a run of this stack left behind is taken over; anybody else's is waited for (decision 0007).
 */
export class Hold {
  readonly #context: Context;
  readonly #app: string;
  readonly #patience: number;
  readonly #renewal: number;
  readonly #held = new Map<string, Held>();
  /** Machines whose lease may have been given to this run by an answer that never came. */
  readonly #unsure = new Set<string>();
  readonly #watched = new Map<string, Watched>();
  /** Machines on which a run of this stack has left its lease. */
  readonly #inherited = new Set<string>();
  #waits = 0;
  readonly #timer: NodeJS.Timeout;

  /**
   * @param options.patience how long somebody else's lease is waited for, in milliseconds. @default a minute
   * @param options.renewal how often a lease is renewed, in milliseconds. @default half a minute
   */
  constructor(context: Context, options: { app: string; patience?: number; renewal?: number }) {
    const { app, patience = longestPatienceMs, renewal = renewEveryMs } = options;
    this.#context = context;
    this.#app = app;
    this.#patience = patience;
    this.#renewal = renewal;
    this.#timer = setInterval(() => void this.#renewAll(), renewal).unref();
  }

  /**
   * Looks at the leases that listed machines came with. Those a run of this stack has left are given back at the end,
   * also where this run touches the machine no more.
   */
  adopt(machines: readonly FlyMachine[]): void {
    for (const { id, lease } of machines) {
      if (!lease) continue;
      const found = leaseOf(lease);
      if (this.#standing(id, found) === "other") continue;
      this.#inherited.add(id);
      this.#isSilent(id, found);
    }
  }

  /** How often somebody else had to be waited for, so that what was listed before may not be so any more. */
  get waits(): number {
    return this.#waits;
  }

  /**
   * Takes the leases of all machines of a rollout before the first of them is changed, so that two rollouts never take
   * turns. Whoever has the first one gets the others too.
   */
  async takeAll(machines: readonly { id: string }[]): Promise<void> {
    const [first, ...rest] = machines.map(({ id }) => id).sort();
    if (first === undefined) return;
    await this.take(first);
    const taken = await Promise.allSettled(rest.map((id) => this.take(id)));
    const failure = taken.find(({ status }) => status === "rejected");
    if (failure !== undefined) throw (failure as PromiseRejectedResult).reason;
  }

  /** Takes a machine's lease, or makes sure it is still ours. Answers with the nonce that changes need. */
  async take(id: string): Promise<string> {
    const held = this.#held.get(id);
    // A machine that slept has missed its renewals, which its clock shows.
    if (held !== undefined && Date.now() - held.at < 2 * this.#renewal) return held.nonce;
    if (!inHand.has(id)) inHand.set(id, this);
    const nonce = (held && (await this.#renewed(id, held.nonce))) ?? (await this.#acquired(id));
    inHand.set(id, this);
    this.#unsure.delete(id);
    this.#held.set(id, { nonce, at: Date.now() });
    return nonce;
  }

  /** What changes of a machine need while this run holds it; `undefined` where it does not. */
  nonceOf(id: string): string | undefined {
    return this.#held.get(id)?.nonce;
  }

  /** Forgets a machine that is gone, lease and all. */
  forget(id: string): void {
    if (inHand.get(id) === this) inHand.delete(id);
    this.#held.delete(id);
    this.#unsure.delete(id);
    this.#inherited.delete(id);
  }

  /** Gives every lease back, also when the run is being cancelled, and those that died with an earlier run. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    const look = this.#context.fly.withSignal(AbortSignal.timeout(10_000));
    const unheld = new Set([...this.#unsure, ...this.#inherited].filter((id) => !this.#held.has(id)));
    await Promise.allSettled([
      ...[...this.#held].map(([id, { nonce }]) => leaseRelease(look, this.#app, id, nonce)),
      ...[...unheld].map(async (id) => {
        const lease = await leaseFind(look, this.#app, id);
        if (lease?.nonce && this.#isOver(id, lease)) await leaseRelease(look, this.#app, id, lease.nonce);
      }),
    ]);
    for (const [id, holder] of inHand) if (holder === this) this.forget(id);
  }

  #acquire(id: string, nonce?: string): Promise<string> {
    const { stack } = this.#context;
    return leaseAcquire(graceful(this.#context), this.#app, id, holderText(stack), nonce);
  }

  /** The held lease for longer; `undefined` where it has ended. */
  async #renewed(id: string, nonce: string): Promise<string | undefined> {
    try {
      return await this.#acquire(id, nonce);
    } catch (error) {
      if (!isFlyError(error, "not-found", "lease-held")) throw error;
      this.#held.delete(id);
      return undefined;
    }
  }

  /** The lease of a machine that this run does not hold, as soon as it can be had. */
  async #acquired(id: string): Promise<string> {
    const { fly, stack, report } = this.#context;
    const until = Date.now() + this.#patience;
    for (let attempt = 0; ; attempt++) {
      // Asked for each time, since a look at the lease does not tell that the machine is gone.
      const error = await this.#attempted(id);
      if (typeof error === "string") return error;
      const lease = await leaseFind(fly, this.#app, id);
      if (lease?.nonce !== undefined && this.#isOver(id, lease)) {
        // Renewed, not taken anew: an answer that was lost is no reason to let somebody else in.
        const ours = lease.description === holderText(stack) ? await this.#renewed(id, lease.nonce) : undefined;
        if (ours !== undefined) return ours;
        // Given back first: of two runs that find it only one is given it then.
        await leaseRelease(fly, this.#app, id, lease.nonce);
      } else if (lease !== undefined) {
        this.#waits++;
        if (Date.now() > until) throw this.#refused(id, lease);
        report(`waiting for machine ${id}, which is held by ${leaseText(lease)}`);
        await pause(this.#context, attempt);
        continue;
      }
      if (attempt >= 3 && Date.now() > until) throw error;
      if (attempt > 0) await pause(this.#context, attempt);
    }
  }

  /** Asks for a lease once. Answers with its nonce, or with why it was not given as far as that may change. */
  async #attempted(id: string): Promise<string | FlyError> {
    try {
      return await this.#acquire(id);
    } catch (error) {
      if (isFlyError(error, "uncertain", "cancelled")) this.#unsure.add(id);
      if (!isFlyError(error, "uncertain", "lease-held")) throw error;
      return error;
    }
  }

  #refused(id: string, lease: FlyLease): FlyError {
    const doing = `take the lease of machine ${id} of app "${this.#app}"`;
    const waited = `it was not given back in ${Math.round(this.#patience / 1000)} s`;
    const way = `If nobody is at work there any more, run \`fly machine leases clear ${id} -a ${this.#app}\``;
    return new FlyError("lease-held", doing, `it is held by ${leaseText(lease)}; ${waited}. ${way}`);
  }

  #standing(id: string, lease: FlyLease) {
    return standingOf(lease, this.#context.stack, (inHand.get(id) ?? this) !== this);
  }

  /** Whether a lease is of a run of this stack that is gone. */
  #isOver(id: string, lease: FlyLease): boolean {
    const standing = this.#standing(id, lease);
    return standing === "left" || (standing === "kin" && this.#isSilent(id, lease));
  }

  /** Whether the lease was not renewed for longer than a run that lives lets pass. */
  #isSilent(id: string, { expiresAt }: FlyLease): boolean {
    if (expiresAt === undefined) return false;
    const seen = this.#watched.get(id);
    if (seen !== undefined && expiresAt < seen.expiresAt + jitterMs) {
      return Date.now() - seen.since > (4 / 3) * this.#renewal;
    }
    this.#watched.set(id, { expiresAt, since: Date.now() });
    return false;
  }

  async #renewAll(): Promise<void> {
    // A lease that cannot be renewed shows at the next change, which takes it again or says who has it.
    await Promise.allSettled(
      [...this.#held].map(async ([id, held]) => {
        await this.#acquire(id, held.nonce);
        held.at = Date.now();
      }),
    );
  }
}
