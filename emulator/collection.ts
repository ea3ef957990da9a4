import type { Changes } from "./store.ts";

/** Records by something that several may have in common. */
class Shelves<T> {
  readonly #shelves = new Map<string, Set<T>>();

  of(key: string): T[] {
    return [...(this.#shelves.get(key) ?? [])];
  }

  add(key: string, item: T): void {
    const shelf = this.#shelves.get(key);
    if (shelf === undefined) this.#shelves.set(key, new Set([item]));
    else shelf.add(item);
  }

  remove(key: string, item: T): void {
    const shelf = this.#shelves.get(key);
    shelf?.delete(item);
    if (shelf?.size === 0) this.#shelves.delete(key);
  }

  clear(): void {
    this.#shelves.clear();
  }
}

/** All records of one noun, by id and by app, and which of them are not yet on disk. */
export class Collection<T extends object> {
  readonly kind: string;
  readonly #idOf: (item: T) => string;
  readonly #appOf: (item: T) => string;
  readonly #items = new Map<string, T>();
  readonly #byApp = new Shelves<T>();
  readonly #byName = new Shelves<T>();
  readonly #unsaved = new Set<string>();

  constructor(kind: string, idOf: (item: T) => string, appOf: (item: T) => string) {
    this.kind = kind;
    this.#idOf = idOf;
    this.#appOf = appOf;
  }

  get(id: string): T | undefined {
    return this.#items.get(id);
  }

  /** In order of creation. */
  all(): T[] {
    return [...this.#items.values()];
  }

  /** Those of one app, in order of creation. */
  of(app: string): T[] {
    return this.#byApp.of(app);
  }

  /** Those of one app that have that name, which no record ever changes. Without a look at all others: each create asks. */
  named(app: string, name: string): T[] {
    return this.#byName.of(`${app} ${name}`);
  }

  /** Adds the record, or notes that it changed. */
  put(item: T): void {
    const id = this.#idOf(item);
    if (this.#items.get(id) !== item) this.restore(item);
    this.#unsaved.add(id);
  }

  drop(item: T): void {
    const id = this.#idOf(item);
    this.#items.delete(id);
    this.#byApp.remove(this.#appOf(item), item);
    this.#byName.remove(this.#nameOf(item), item);
    this.#unsaved.add(id);
  }

  /** Adds what is already on disk. */
  restore(item: T): void {
    this.#items.set(this.#idOf(item), item);
    this.#byApp.add(this.#appOf(item), item);
    this.#byName.add(this.#nameOf(item), item);
  }

  clear(): void {
    this.#items.clear();
    this.#byApp.clear();
    this.#byName.clear();
    this.#unsaved.clear();
  }

  /** All records as they are kept. */
  documents(): { kind: string; id: string; body: string }[] {
    return [...this.#items].map(([id, item]) => ({ kind: this.kind, id, body: JSON.stringify(item) }));
  }

  /** What is not yet on disk, taken once. */
  takeUnsaved(): Changes["documents"] {
    if (this.#unsaved.size === 0) return [];
    const changes = [...this.#unsaved].map((id) => {
      const item = this.#items.get(id);
      return { kind: this.kind, id, body: item === undefined ? undefined : JSON.stringify(item) };
    });
    this.#unsaved.clear();
    return changes;
  }

  #nameOf(item: T): string {
    return `${this.#appOf(item)} ${(item as { name?: string }).name ?? ""}`;
  }
}
