import { randomUUID } from "node:crypto";
import { type AnyCollection, Calendar } from "./calendar.ts";
import { Clock, type ClockSetting } from "./clock.ts";
import { Collection } from "./collection.ts";
import { Collections } from "./collections.ts";
import { hex } from "./identifier.ts";
import { macaroon } from "./macaroon.ts";
import { machineArrived } from "./machine-life.ts";
import type { Profile } from "./profile.ts";
import { wake } from "./proxy.ts";
import type { App, Machine, Mover, Platform, Volume } from "./record.ts";
import { Schedule } from "./schedule.ts";
import type { Changes, Store } from "./store.ts";
import { type Position, type SwitchName, switches } from "./switches.ts";
import { Timeline } from "./timeline.ts";
import type { Journey } from "./transitions.ts";

/** Longer than this nobody waits for: a deleted volume's last day is not skipped because somebody looked at it. */
const longestMotion = 900_000;

/** The organisation of the local Fly's own token. */
export const localOrg = { slug: "local", name: "Local", numericId: 1 } as const;

/** An organisation by its slug. Of others than the local Fly's own nothing else is known. */
export const orgOf = (slug: string): { slug: string; name: string; numericId: number } =>
  slug === localOrg.slug ? localOrg : { slug, name: slug, numericId: 0 };

/** A world at a moment, for `restore` of a world of the same process. */
export interface WorldSnapshot {
  readonly documents: readonly { kind: string; id: string; body: string }[];
  readonly attended: number;
  readonly skipped: number;
}

const quiet: Platform = { capacity: {}, unpullable: [], failing: [], indicator: "none", incidents: [], counter: 0 };

/** Everything the local Fly knows. Reads are from memory; each answered call is one transaction on disk. */
export class World extends Collections {
  readonly clock: Clock;
  readonly profile: Profile;
  /** Made once, kept through resets: stacks are pinned to it. */
  readonly instance: string;
  readonly token: string;
  /** Keys the digests of secrets, so that they tell nothing about the values. */
  readonly digestKey: string;
  /** Calls that came in so far. */
  arrivals = 0;
  /** What its machines were, moment by moment. */
  readonly timeline: Timeline;
  readonly #platform = new Collection<Platform>("platform", only, only);
  readonly #store: Store;
  #savedClock: string;
  readonly #calendar = new Calendar();
  #all: AnyCollection[] | undefined;
  /** No record changes by itself before this moment: spares most calls the look through all that move. */
  #nothingBefore = Number.NEGATIVE_INFINITY;
  readonly #schedule = new Schedule();
  #setOff: { id: string; takes: number } | undefined;
  /** The moment of what happens by itself just now. */
  #instant: number | undefined;

  constructor(store: Store, profile: Profile) {
    super();
    this.timeline = new Timeline(this);
    this.#store = store;
    this.profile = profile;
    this.instance = store.meta("instance", randomUUID);
    this.token = store.meta("token", macaroon);
    this.digestKey = store.meta("digestKey", () => hex(64));
    this.#savedClock = store.meta("clock", () => JSON.stringify({ skipped: 0, advanced: 0 }));
    this.clock = new Clock(profile.virtualTime, JSON.parse(this.#savedClock) as ClockSetting);
    this.load();
  }

  get platform(): Platform {
    return this.#platform.get("platform") ?? structuredClone(quiet);
  }

  /** Where that switch stands. */
  position<N extends SwitchName>(name: N): Position<N> {
    return (this.platform.switches?.[name] ?? switches[name].positions[0]) as Position<N>;
  }

  /** Notes a change of the platform's own state. */
  setPlatform(change: Partial<Platform>): void {
    const platform = { ...this.platform, ...change };
    this.#platform.clear();
    this.#platform.put(platform);
    if (change.switches !== undefined) this.#planAnew();
    this.timeline.conditionsChanged(this.instant());
  }

  /** A number never given out before. */
  nextNumber(): number {
    const counter = this.platform.counter + 1;
    this.setPlatform({ counter });
    return counter;
  }

  /** Adds or notes the change of something that may be on its way to another state. */
  put<T extends Mover>(collection: Collection<T>, item: T): void {
    if (collection.kind === this.volumes.kind) (item as unknown as Volume).updatedAt = this.clock.now();
    collection.put(item);
    this.#track(collection as unknown as AnyCollection, item);
    if (collection.kind === this.volumes.kind || collection.kind === this.apps.kind) this.#planAnew();
    if (collection.kind === this.machines.kind) this.timeline.note(item as unknown as Machine, this.instant());
  }

  /** When what happens just now happens: what time brings may be noticed only later. */
  instant(): number {
    return this.#instant ?? this.clock.now();
  }

  #planAnew(): void {
    this.#schedule.forget();
    this.#nothingBefore = Number.NEGATIVE_INFINITY;
  }

  /** Sends something on its way, now or in what only now turns out to have happened. */
  embark(mover: Mover, journey: Journey, from = this.clock.now()): void {
    mover.state = journey.now;
    mover.ahead = journey.steps;
    mover.due = this.#nextDue(mover, from);
    this.#setOff = { id: (mover as { id?: string }).id ?? "", takes: this.#lengthOf(journey) };
  }

  /** What was last sent on its way, and how many milliseconds it will be, taken once. */
  takeSetOff(): { id: string; takes: number } | undefined {
    const setOff = this.#setOff;
    this.#setOff = undefined;
    return setOff;
  }

  /** Lets everything happen that is due by now, in the order of time. */
  settle(): void {
    const now = this.clock.now();
    while (this.#nothingBefore <= now) {
      const next = this.#calendar.earliest();
      const planned = this.#schedule.next(this);
      const at = Math.min(next?.at ?? Number.POSITIVE_INFINITY, planned?.at ?? Number.POSITIVE_INFINITY);
      this.#nothingBefore = at;
      if (at > now) return;
      this.#instant = at;
      try {
        if (next?.at === at) this.#happen(next.mover, at);
        else planned?.happen(this);
      } finally {
        this.#instant = undefined;
      }
    }
  }

  /** When something next changes by itself, if that is soon enough to be waited for. */
  nextChange(mover: Mover): number | undefined {
    const next = mover.due ?? (["destroyed", "deleted"].includes(mover.state) ? undefined : mover.goneAt);
    return next !== undefined && next - this.clock.now() < longestMotion ? next : undefined;
  }

  /** Moves the clock on to what a poller of this is waiting for, so that it meets every state and waits for none. */
  moveOn(next: number | undefined): void {
    if (this.clock.virtual && next !== undefined) this.clock.skipTo(next);
  }

  /** Settles when all changes since the last time are on disk, with the journal's line for them. */
  async commit(entry?: Changes["entry"]): Promise<void> {
    const documents = this.#collections().flatMap((collection) => collection.takeUnsaved());
    const clock = JSON.stringify(this.clock.setting);
    const moved = clock !== this.#savedClock;
    if (documents.length === 0 && entry === undefined && !moved) return;
    this.#savedClock = clock;
    try {
      await this.#store.commit({ documents, meta: moved ? { clock } : {}, entry });
    } catch (error) {
      // The caller is told that it failed, so it must not be there either.
      this.load();
      throw error;
    }
  }

  /** The empty world again. */
  reset(): void {
    this.#store.clear();
    this.timeline.clear();
    this.load();
  }

  /** All that this world is at this moment. A value of its own: what happens later does not change it. */
  snapshot(): WorldSnapshot {
    const documents = this.#collections().flatMap((collection) => collection.documents());
    return { documents, attended: this.clock.attended(), skipped: this.clock.setting.skipped };
  }

  /** This world as it was then, to the millisecond. The journal goes on, and instance and token stay. No call may be under way. */
  restore({ documents, attended, skipped }: WorldSnapshot): void {
    this.clock.setTo({ attended, skipped });
    this.#savedClock = JSON.stringify(this.clock.setting);
    this.#store.replace(documents, { clock: this.#savedClock });
    this.#setOff = undefined;
    this.timeline.clear();
    this.#fill(documents);
  }

  /** Takes memory from disk, as after a start or after a handler that failed half-way. */
  load(): void {
    this.#fill(this.#store.documents());
  }

  #fill(documents: WorldSnapshot["documents"]): void {
    this.#calendar.clear();
    this.#planAnew();
    const collections = new Map(this.#collections().map((collection) => [collection.kind, collection]));
    for (const collection of collections.values()) collection.clear();
    const found = documents.map(({ kind, body }) => ({ kind, item: JSON.parse(body) }));
    found.sort((a, b) => (a.item.createdAt ?? 0) - (b.item.createdAt ?? 0));
    for (const { kind, item } of found) {
      const collection = collections.get(kind);
      // Of a build that knows more nouns. It stays on disk for that one.
      if (collection === undefined) continue;
      collection.restore(item as never);
      this.#track(collection, item as Mover);
    }
    this.timeline.conditionsChanged(this.clock.now());
    for (const machine of this.machines.all()) this.timeline.note(machine, this.clock.now());
  }

  #collections(): AnyCollection[] {
    const { apps, clusters } = this;
    this.#all ??= [...([apps, clusters, this.#platform] as unknown as AnyCollection[]), ...this.children()];
    return this.#all;
  }

  #track(collection: AnyCollection, item: Mover): void {
    this.#nothingBefore = Math.min(this.#nothingBefore, this.#calendar.track(collection, item));
  }

  #happen(mover: Mover, at: number): void {
    const collection = this.#calendar.collectionOf(mover);
    if (collection === undefined) return;
    if (mover.goneAt === at) {
      this.#calendar.forget(mover);
      collection.drop(mover as never);
      if (collection.kind === "app") this.#dropChildren((mover as App).name);
      return;
    }
    const [step, ...ahead] = mover.ahead;
    mover.ahead = ahead;
    mover.state = step?.[0] ?? mover.state;
    mover.due = this.#nextDue(mover, at);
    if (collection.kind === "machine") this.#machineArrived(mover as Machine, at);
    if (mover.state === "destroyed" || mover.state === "deleted") mover.goneAt = at + this.profile.durations.forget;
    this.put(collection as unknown as Collection<Mover>, mover);
  }

  /** Where requests are scripted, one that stopped is woken again. */
  #machineArrived(machine: Machine, at: number): void {
    machineArrived(this, machine, at);
    const app = this.apps.get(machine.app);
    if (app?.traffic !== undefined) wake(this, app, at);
  }

  /** Everything of an app dies with it; snapshots cannot be reached any more. */
  #dropChildren(app: string): void {
    for (const machine of this.machines.of(app)) this.timeline.note(machine, this.instant(), true);
    for (const collection of this.children()) {
      for (const item of collection.of(app)) {
        this.#calendar.forget(item as unknown as Mover);
        collection.drop(item as never);
      }
    }
  }

  /** Until the last of a journey's states that anybody waits for. */
  #lengthOf({ steps }: Journey): number {
    const lengths = steps.map(([, after]) => this.profile.durations[after]).filter((ms) => ms < longestMotion);
    return lengths.reduce((sum, ms) => sum + ms, 0);
  }

  #nextDue(mover: Mover, from: number): number | undefined {
    const next = mover.ahead[0];
    return next === undefined ? undefined : from + this.profile.durations[next[1]];
  }
}

function only(): string {
  return "platform";
}
