import type { JournalEntry, Store } from "./store.ts";

/** What was asked and answered, for tests and people. */
export class Journal {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Entries after that number, oldest first. */
  entries(since = 0): JournalEntry[] {
    return this.#store.journal(since);
  }

  /** The last entries, newest first. */
  latest(count: number): JournalEntry[] {
    return this.#store.latest(count);
  }
}
