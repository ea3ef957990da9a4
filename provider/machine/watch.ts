import type { FlyClient } from "../../fly/client.ts";
import { cancelled } from "../../fly/errors.ts";
import { type FlyMachine, machineList } from "../../fly/machine.ts";
import type { Context } from "../lifecycle.ts";

/** How a machine is watched. */
interface Watching {
  id: string;
  /** Told what each list says of the machine, `undefined` where it lacks it. Whether that is what was waited for. */
  isDecided(machine: FlyMachine | undefined): boolean;
  /** What is waited for is not there earlier, so it is looked for less often until then: milliseconds at Fly. @default 0 */
  notBefore?: number;
  /** It may come each time that so much more has gone by, and is looked for most just then: milliseconds at Fly. @default at any time */
  every?: number;
  /** There is a last look when this moment of this process's clock has come. */
  until: number;
}

interface Waiter extends Watching {
  /** Moments of this process's clock: when it could be over at the earliest, when it wants to look. */
  soonest: number;
  due: number;
  /** How many looks it has had before and since it could be over. */
  earlier: number;
  later: number;
  /** How often `every` had gone by at its last look. */
  round: number;
  resolve(machine: FlyMachine | undefined): void;
  reject(error: unknown): void;
}

/** Milliseconds at Fly between two looks for one machine: little at first, since a small app starts fast. */
const shortest = 250;
const longest = 3_000;
/** While it cannot be over: a process that exits at once is to be noticed all the same. */
const early = 4_000;

/** What comes more often than this is met soon enough without being looked for just then. */
const seldom = 10_000;

/** How much further apart lists are for each that waits beside the first. */
const apart = 300;

const watches = new WeakMap<object, Map<string, Watch>>();

/** The watch that a run has on an app's machines. */
export function watchOf({ fly }: Pick<Context, "fly">, app: string): Watch {
  const ofRun = watches.get(fly.run) ?? new Map<string, Watch>();
  watches.set(fly.run, ofRun);
  const watch = ofRun.get(app) ?? new Watch(fly.withSignal(undefined), app);
  ofRun.set(app, watch);
  return watch;
}

/** Looks at an app's machines, by one list for all that wait for some of them, and only while somebody waits. */
export class Watch {
  readonly #fly: FlyClient;
  readonly #app: string;
  readonly #waiters = new Set<Waiter>();
  /** Told of every list, whoever it was asked for. */
  readonly onlookers = new Set<(machines: ReadonlyMap<string, FlyMachine>) => void>();
  #timer: NodeJS.Timeout | undefined;
  #isListing = false;
  #lastList = 0;
  #waits = 0;
  /** What was last seen, and how many looks in a row saw nothing else. */
  #seen = "";
  #idle = 0;

  constructor(fly: FlyClient, app: string) {
    this.#fly = fly;
    this.#app = app;
  }

  /** The machine as the first list shows it that decides the matter; each list is asked for after this was called. */
  until(watching: Watching, signal: AbortSignal): Promise<FlyMachine | undefined> {
    return new Promise((resolve, reject) => {
      const now = Date.now();
      const soonest = now + (watching.notBefore ?? 0) / this.#fly.pace;
      const waiter: Waiter = { ...watching, soonest, due: now, earlier: 0, later: 0, round: 0, resolve, reject };
      waiter.due = soonest > now ? now + this.#interval(waiter, now) : now;
      const give = () => {
        this.#waiters.delete(waiter);
        reject(cancelled(`watch the machines of app "${this.#app}"`, signal));
      };
      if (signal.aborted) return give();
      signal.addEventListener("abort", give);
      const leave = () => signal.removeEventListener("abort", give);
      waiter.resolve = (machine) => [leave(), resolve(machine)];
      waiter.reject = (error) => [leave(), reject(error)];
      this.#waiters.add(waiter);
      this.#idle = 0;
      this.#schedule();
    });
  }

  /**
   * Makes a wait at Fly and answers with its end; `undefined` where it was not made, because others wait too: it tells of one
   * machine and takes a connection, a list tells of all.
   */
  async alone<T>(wait: () => Promise<T>): Promise<T | undefined> {
    // In virtual time a wait takes none, and moves the clock to what it is about.
    if (this.#waits + this.#waiters.size > 0 && Number.isFinite(this.#fly.pace)) return undefined;
    this.#waits++;
    try {
      return await wait();
    } finally {
      this.#waits--;
    }
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#isListing || this.#waiters.size === 0) return;
    const due = Math.min(...[...this.#waiters].map((waiter) => waiter.due));
    // Calls are what is scarce (Fly allows one list a second and app): the more wait, the more each list has to tell.
    const next = this.#lastList + Math.min(longest, apart * (this.#waiters.size - 1)) / this.#fly.pace;
    const wait = Math.max(0, due - Date.now(), next - Date.now());
    this.#timer = setTimeout(() => void this.#look(), wait);
  }

  async #look(): Promise<void> {
    const asking = [...this.#waiters];
    this.#isListing = true;
    this.#lastList = Date.now();
    try {
      const machines = new Map((await machineList(this.#fly, this.#app))?.map((machine) => [machine.id, machine]));
      for (const look of this.onlookers) look(machines);
      this.#count(asking.map(({ id }) => machines.get(id)));
      for (const waiter of asking) this.#show(waiter, machines.get(waiter.id));
    } catch (error) {
      for (const waiter of asking) if (this.#waiters.delete(waiter)) waiter.reject(error);
    } finally {
      this.#isListing = false;
      this.#schedule();
    }
  }

  #count(machines: (FlyMachine | undefined)[]): void {
    const seen = JSON.stringify(machines.map((live) => live && [live.id, live.state, live.instance_id, live.checks]));
    this.#idle = seen === this.#seen ? this.#idle + 1 : 0;
    this.#seen = seen;
  }

  #show(waiter: Waiter, machine: FlyMachine | undefined): void {
    if (!this.#waiters.has(waiter)) return;
    const now = Date.now();
    if (waiter.isDecided(machine) || now >= waiter.until) {
      this.#waiters.delete(waiter);
      waiter.resolve(machine);
    } else if (waiter.due <= now) waiter.due = Math.min(waiter.until, now + this.#interval(waiter, now));
  }

  /** How long a waiter is content before it wants to look again. */
  #interval(waiter: Waiter, now: number): number {
    const { pace } = this.#fly;
    // In virtual time nothing comes by waiting: a look moves the clock to what comes next, if anything does.
    if (!Number.isFinite(pace)) return this.#idle === 0 ? 0 : Math.min(1_000, 2 ** this.#idle);
    const left = waiter.soonest - now;
    if (left > 0) return Math.min(left, (early * 2 ** waiter.earlier++) / pace);
    const { every = 0 } = waiter;
    const turn = (every < seldom ? Number.POSITIVE_INFINITY : every) / pace;
    const round = Math.floor(-left / turn);
    if (round > waiter.round) [waiter.round, waiter.later] = [round, 0];
    const next = waiter.soonest + (round + 1) * turn + shortest / pace - now;
    return Math.min(next, Math.min(longest, shortest * 2 ** waiter.later++) / pace);
  }
}
