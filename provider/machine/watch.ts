import type { FlyClient } from "../../fly/client.ts";
import { cancelled } from "../../fly/errors.ts";
import { type FlyMachine, machineList } from "../../fly/machine.ts";
import type { Context } from "../lifecycle.ts";
import { type Coming, Looks } from "./look.ts";

/** How a machine is watched. */
interface Watching extends Coming {
  id: string;
  /** Told what each list says of the machine, `undefined` where it lacks it. Whether that is what was waited for. */
  isDecided(machine: FlyMachine | undefined): boolean;
  /** There is a last look when this moment of this process's clock has come. */
  until: number;
}

interface Waiter extends Watching {
  /** When it wants to look, by this process's clock. */
  due: number;
  looks: Looks;
  resolve(machine: FlyMachine | undefined): void;
  reject(error: unknown): void;
}

/** Milliseconds at Fly that lists are apart at most, however many wait. */
const longest = 3_000;
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
      const looks = new Looks(watching, now, this.#fly.pace);
      const waiter: Waiter = { ...watching, looks, due: now, resolve, reject };
      if (looks.soonest > now) waiter.due = now + this.#interval(waiter, now);
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
  #interval({ looks }: Waiter, now: number): number {
    const { pace } = this.#fly;
    // In virtual time nothing comes by waiting: a look moves the clock to what comes next, if anything does.
    if (!Number.isFinite(pace)) return this.#idle === 0 ? 0 : Math.min(1_000, 2 ** this.#idle);
    return looks.next(now);
  }
}
