import { DatabaseSync, type StatementSync } from "node:sqlite";

/** One answered call. Never a body, a query, a header or a token. */
export interface JournalEntry {
  seq: number;
  at: string;
  operation: string;
  method: string;
  path: string;
  /** 0 where the connection was cut before anything was done. */
  status: number;
  mutating: boolean;
}

/** What one call changed. A document without a body is dropped. */
export interface Changes {
  documents: { kind: string; id: string; body: string | undefined }[];
  meta: Record<string, string>;
  entry: Omit<JournalEntry, "seq"> | undefined;
}

const format = "1";

/** Said when another process holds the state. */
export class StateHeld extends Error {}

/** The world on disk: JSON documents, the journal and a few settings. A change is there whole or not at all. */
export class Store {
  readonly #db: DatabaseSync;
  readonly #put: StatementSync;
  readonly #drop: StatementSync;
  readonly #meta: StatementSync;
  readonly #log: StatementSync;

  /** @param path a file, or `:memory:` */
  constructor(path: string) {
    this.#db = new DatabaseSync(path);
    try {
      // The operating system gives the lock back when the process dies, however it dies. NORMAL loses nothing to a
      // kill -9, only to a power cut.
      this.#db.exec(`
        PRAGMA locking_mode = EXCLUSIVE;
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        BEGIN IMMEDIATE;
        CREATE TABLE IF NOT EXISTS document (kind TEXT, id TEXT, body TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS journal (seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT, operation TEXT, method TEXT,
          path TEXT, status INTEGER, mutating INTEGER);
        COMMIT;`);
    } catch (error) {
      this.#db.close();
      if (/locked/.test((error as Error).message)) throw new StateHeld(`${path} is in use by another local Fly`);
      throw new Error(
        `${path} cannot be read as the state of a local Fly: ${(error as Error).message}. Move it away to begin anew`,
      );
    }
    this.#put = this.#db.prepare("INSERT OR REPLACE INTO document VALUES (?, ?, ?)");
    this.#drop = this.#db.prepare("DELETE FROM document WHERE kind = ? AND id = ?");
    this.#meta = this.#db.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)");
    this.#log = this.#db.prepare(
      "INSERT INTO journal (at, operation, method, path, status, mutating) VALUES (?, ?, ?, ?, ?, ?)",
    );
    const found = this.meta("format", () => format);
    if (found !== format) {
      this.#db.close();
      throw new Error(`${path} has format ${found}, this local Fly reads ${format}. Move it away to begin anew`);
    }
  }

  /** The setting, made where there is none. */
  meta(key: string, make: () => string): string {
    const row = this.#db.prepare("SELECT value FROM meta WHERE key = ?").get(key) as { value: string } | undefined;
    if (row !== undefined) return row.value;
    const value = make();
    this.#meta.run(key, value);
    return value;
  }

  documents(): { kind: string; id: string; body: string }[] {
    return this.#db.prepare("SELECT kind, id, body FROM document").all() as {
      kind: string;
      id: string;
      body: string;
    }[];
  }

  /** Writes what one call changed, in one transaction. */
  commit({ documents, meta, entry }: Changes): void {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      for (const { kind, id, body } of documents) {
        if (body === undefined) this.#drop.run(kind, id);
        else this.#put.run(kind, id, body);
      }
      for (const [key, value] of Object.entries(meta)) this.#meta.run(key, value);
      if (entry !== undefined) {
        const { at, operation, method, path, status, mutating } = entry;
        this.#log.run(at, operation, method, path, status, mutating ? 1 : 0);
      }
      this.#db.exec("COMMIT");
    } catch (error) {
      this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  /** The journal from after that number on, oldest first. */
  journal(since: number): JournalEntry[] {
    const rows = this.#db.prepare("SELECT * FROM journal WHERE seq > ? ORDER BY seq").all(since);
    return rows.map((row) => ({ ...row, mutating: row["mutating"] === 1 }) as unknown as JournalEntry);
  }

  /** Forgets the world and the journal, not the settings. */
  clear(): void {
    this.#db.exec("BEGIN IMMEDIATE; DELETE FROM document; DELETE FROM journal; COMMIT");
  }

  close(): void {
    this.#db.close();
  }
}
