import { randomUUID } from "node:crypto";
import { Clock, type ClockSetting } from "./clock.ts";
import { Collection } from "./collection.ts";
import { hex } from "./identifier.ts";
import { machineArrived } from "./machine-life.ts";
import type { Profile } from "./profile.ts";
import type {
  App,
  Certificate,
  IpAddress,
  LimitedToken,
  Machine,
  Mover,
  Platform,
  PostgresCluster,
  Secret,
  Snapshot,
  Volume,
} from "./record.ts";
import type { Changes, Store } from "./store.ts";
import type { Journey } from "./transitions.ts";

/** Longer than this nobody waits for: a deleted volume's last day is not skipped because somebody looked at it. */
const longestMotion = 900_000;

/** The organisation of the local Fly's own token. */
export const localOrg = { slug: "local", name: "Local", numericId: 1 } as const;

const quiet: Platform = { capacity: {}, unpullable: [], failing: [], indicator: "none", incidents: [], counter: 0 };

/** A collection of whatever noun: what goes in must be known to be of that noun. */
type AnyCollection = Collection<never>;

/** Everything the local Fly knows. Reads are from memory; each answered call is one transaction on disk. */
export class World {
  readonly apps = new Collection<App>("app", byName, byName);
  readonly machines = new Collection<Machine>("machine", byId, byApp);
  readonly volumes = new Collection<Volume>("volume", byId, byApp);
  readonly snapshots = new Collection<Snapshot>("snapshot", byId, byApp);
  readonly secrets = new Collection<Secret>("secret", ({ app, name }) => `${app} ${name}`, byApp);
  readonly ips = new Collection<IpAddress>("ip", ({ app, ip }) => `${app} ${ip}`, byApp);
  /** These belong to no app but to an organisation. */
  readonly clusters = new Collection<PostgresCluster>("cluster", byId, ({ org }) => org);
  readonly certificates = new Collection<Certificate>(
    "certificate",
    ({ app, hostname }) => `${app} ${hostname}`,
    byApp,
  );
  readonly tokens = new Collection<LimitedToken>("token", byId, byApp);
  readonly clock: Clock;
  readonly profile: Profile;
  /** Made once, kept through resets: stacks are pinned to it. */
  readonly instance: string;
  readonly token: string;
  /** Keys the digests of secrets, so that they tell nothing about the values. */
  readonly digestKey: string;
  readonly #platform = new Collection<Platform>("platform", only, only);
  readonly #store: Store;
  #savedClock: string;
  readonly #moving = new Map<Mover, AnyCollection>();

  constructor(store: Store, profile: Profile) {
    this.#store = store;
    this.profile = profile;
    this.instance = store.meta("instance", randomUUID);
    this.token = store.meta("token", () => `local_${hex(48)}`);
    this.digestKey = store.meta("digestKey", () => hex(64));
    this.#savedClock = store.meta("clock", () => JSON.stringify({ skipped: 0, advanced: 0 }));
    this.clock = new Clock(profile.virtualTime, JSON.parse(this.#savedClock) as ClockSetting);
    this.load();
  }

  get platform(): Platform {
    return this.#platform.get("platform") ?? structuredClone(quiet);
  }

  /** Notes a change of the platform's own state. */
  setPlatform(change: Partial<Platform>): void {
    const platform = { ...this.platform, ...change };
    this.#platform.clear();
    this.#platform.put(platform);
  }

  /** A number never given out before. */
  nextNumber(): number {
    const counter = this.platform.counter + 1;
    this.setPlatform({ counter });
    return counter;
  }

  /** Adds or notes the change of something that may be on its way to another state. */
  put<T extends Mover>(collection: Collection<T>, item: T): void {
    collection.put(item);
    this.#track(collection as unknown as AnyCollection, item);
  }

  /** Sends something on its way. */
  embark(mover: Mover, journey: Journey): void {
    mover.state = journey.now;
    mover.ahead = journey.steps;
    mover.due = this.#nextDue(mover, this.clock.now());
  }

  /** Lets everything happen that is due by now, in the order of time. */
  settle(): void {
    const now = this.clock.now();
    for (;;) {
      const next = this.#earliest();
      if (next === undefined || next.at > now) return;
      this.#happen(next.mover, next.at);
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

  /** Writes all changes since the last time, with the journal's line for them. */
  commit(entry?: Changes["entry"]): void {
    const documents = this.#collections().flatMap((collection) => collection.takeUnsaved());
    const clock = JSON.stringify(this.clock.setting);
    const moved = clock !== this.#savedClock;
    if (documents.length === 0 && entry === undefined && !moved) return;
    this.#store.commit({ documents, meta: moved ? { clock } : {}, entry });
    this.#savedClock = clock;
  }

  /** The empty world again. */
  reset(): void {
    this.#store.clear();
    this.load();
  }

  /** Takes memory from disk, as after a start or after a handler that failed half-way. */
  load(): void {
    this.#moving.clear();
    const collections = new Map(this.#collections().map((collection) => [collection.kind, collection]));
    for (const collection of collections.values()) collection.clear();
    const found = this.#store.documents().map(({ kind, body }) => ({ kind, item: JSON.parse(body) }));
    found.sort((a, b) => (a.item.createdAt ?? 0) - (b.item.createdAt ?? 0));
    for (const { kind, item } of found) {
      const collection = collections.get(kind);
      if (collection === undefined) throw new Error(`the state has a record of unknown kind ${kind}`);
      collection.restore(item as never);
      this.#track(collection, item as Mover);
    }
  }

  #collections(): AnyCollection[] {
    const { apps, machines, volumes, snapshots, secrets, ips, certificates, tokens, clusters } = this;
    return [
      apps,
      machines,
      volumes,
      snapshots,
      secrets,
      ips,
      certificates,
      tokens,
      clusters,
      this.#platform,
    ] as unknown as AnyCollection[];
  }

  #track(collection: AnyCollection, item: Mover): void {
    if (item.due === undefined && item.goneAt === undefined) this.#moving.delete(item);
    else this.#moving.set(item, collection);
  }

  #earliest(): { mover: Mover; at: number } | undefined {
    let earliest: { mover: Mover; at: number } | undefined;
    for (const mover of this.#moving.keys()) {
      const at = Math.min(mover.due ?? Number.POSITIVE_INFINITY, mover.goneAt ?? Number.POSITIVE_INFINITY);
      if (earliest === undefined || at < earliest.at) earliest = { mover, at };
    }
    return earliest;
  }

  #happen(mover: Mover, at: number): void {
    const collection = this.#moving.get(mover);
    if (collection === undefined) return;
    if (mover.goneAt === at) {
      this.#moving.delete(mover);
      collection.drop(mover as never);
      if (collection.kind === "app") this.#dropChildren((mover as App).name);
      return;
    }
    const [step, ...ahead] = mover.ahead;
    mover.ahead = ahead;
    mover.state = step?.[0] ?? mover.state;
    mover.due = this.#nextDue(mover, at);
    if (collection.kind === "machine") machineArrived(this, mover as Machine, at);
    if (mover.state === "destroyed" || mover.state === "deleted") mover.goneAt = at + this.profile.durations.forget;
    this.put(collection as unknown as Collection<Mover>, mover);
  }

  /** Machines, addresses, certificates, secrets, volumes and tokens die with their app; snapshots cannot be reached any more. */
  #dropChildren(app: string): void {
    for (const collection of [
      this.machines,
      this.volumes,
      this.snapshots,
      this.secrets,
      this.ips,
      this.certificates,
      this.tokens,
    ]) {
      for (const item of collection.of(app)) {
        this.#moving.delete(item as unknown as Mover);
        collection.drop(item as never);
      }
    }
  }

  #nextDue(mover: Mover, from: number): number | undefined {
    const next = mover.ahead[0];
    return next === undefined ? undefined : from + this.profile.durations[next[1]];
  }
}

function byName(item: { name: string }): string {
  return item.name;
}
function byId(item: { id: string }): string {
  return item.id;
}
function byApp(item: { app: string }): string {
  return item.app;
}
function only(): string {
  return "platform";
}
