import type { Changes } from "./store.ts";

/** All records of one noun, by id and by app, and which of them are not yet on disk. */
export class Collection<T extends object> {
  readonly kind: string;
  readonly #idOf: (item: T) => string;
  readonly #appOf: (item: T) => string;
  readonly #items = new Map<string, T>();
  readonly #byApp = new Map<string, Set<T>>();
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
    return [...(this.#byApp.get(app) ?? [])];
  }

  /** Adds the record, or notes that it changed. */
  put(item: T): void {
    this.restore(item);
    this.#unsaved.add(this.#idOf(item));
  }

  drop(item: T): void {
    const id = this.#idOf(item);
    this.#items.delete(id);
    this.#byApp.get(this.#appOf(item))?.delete(item);
    this.#unsaved.add(id);
  }

  /** Adds what is already on disk. */
  restore(item: T): void {
    this.#items.set(this.#idOf(item), item);
    const app = this.#appOf(item);
    const siblings = this.#byApp.get(app);
    if (siblings === undefined) this.#byApp.set(app, new Set([item]));
    else siblings.add(item);
  }

  clear(): void {
    this.#items.clear();
    this.#byApp.clear();
    this.#unsaved.clear();
  }

  /** What is not yet on disk, taken once. */
  takeUnsaved(): Changes["documents"] {
    const changes = [...this.#unsaved].map((id) => {
      const item = this.#items.get(id);
      return { kind: this.kind, id, body: item === undefined ? undefined : JSON.stringify(item) };
    });
    this.#unsaved.clear();
    return changes;
  }
}
