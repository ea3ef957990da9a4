import { closeSync, openSync } from "node:fs";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { bringUp } from "./store-format.ts";

/** One answered call. Never a body, a query, a header or a token. */
export interface JournalEntry {
  seq: number;
  /** When it was answered, at Fly. */
  at: string;
  operation: string;
  method: string;
  path: string;
  /** 0 where the connection was cut before anything was done. */
  status: number;
  mutating: boolean;
  /** How long it took, in milliseconds at Fly. */
  ms: number;
  /** Id of what it was about; of what was made, where it made something. */
  subject: string;
  /** How long what it set off takes at Fly, in milliseconds. */
  takes: number;
}

type Line = Omit<JournalEntry, "seq">;

/** What one call changed. A document without a body is dropped. */
export interface Changes {
  documents: { kind: string; id: string; body: string | undefined }[];
  meta: Record<string, string>;
  entry: Line | undefined;
}

/** How long a line of the journal that came without a change may wait for company, in milliseconds. */
const lineWaits = 100;

/** So many lines are written without waiting longer. */
const mostLines = 1000;

/** Said when another process holds the state. */
export class StateHeld extends Error {}

/** The world on disk: JSON documents, the journal and a few settings. A change is there whole or not at all. */
export class Store {
  readonly #db: DatabaseSync;
  readonly #put: StatementSync;
  readonly #drop: StatementSync;
  readonly #meta: StatementSync;
  readonly #log: StatementSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  /** What the next transaction writes: of each record only what it is last. */
  readonly #documents = new Map<string, Changes["documents"][number]>();
  readonly #settings = new Map<string, string>();
  #lines: Line[] = [];
  /** Settles with the next transaction, for those who wait for it. */
  #written: PromiseWithResolvers<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param path a file, or `:memory:` */
  constructor(path: string) {
    this.#db = open(path);
    this.#begin = this.#db.prepare("BEGIN IMMEDIATE");
    this.#commit = this.#db.prepare("COMMIT");
    this.#put = this.#db.prepare(
      "INSERT INTO document VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body",
    );
    this.#drop = this.#db.prepare("DELETE FROM document WHERE kind = ? AND id = ?");
    this.#meta = this.#db.prepare("INSERT OR REPLACE INTO meta VALUES (?, ?)");
    this.#log = this.#db.prepare(
      `INSERT INTO journal (at, operation, method, path, status, mutating, ms, subject, takes)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  /** The setting, made where there is none. */
  meta(key: string, make: () => string): string {
    const row = this.#db.prepare("SELECT value FROM meta WHERE key = ?").get(key) as { value: string } | undefined;
    if (row !== undefined) return row.value;
    const value = make();
    this.#meta.run(key, value);
    return value;
  }

  /** All records. */
  documents(): { kind: string; id: string; body: string }[] {
    this.flush();
    return this.#db.prepare("SELECT kind, id, body FROM document").all() as {
      kind: string;
      id: string;
      body: string;
    }[];
  }

  /**
   * Settles when what one call changed is on disk, and with it all that it may have seen: calls that end at the same time
   * share a transaction. A call that changed nothing leaves only a line of the journal, for which nobody waits.
   */
  async commit({ documents, meta, entry }: Changes): Promise<void> {
    if (entry !== undefined) this.#lines.push(entry);
    for (const document of documents) this.#documents.set(`${document.kind} ${document.id}`, document);
    for (const [key, value] of Object.entries(meta)) this.#settings.set(key, value);
    if (this.#documents.size + this.#settings.size > 0) await this.#nextWrite();
    else if (this.#lines.length >= mostLines) this.flush();
    else this.#timer ??= setTimeout(() => this.#nextWrite().catch(console.error), lineWaits).unref();
  }

  /** The journal from after that number on, oldest first. */
  journal(since: number): JournalEntry[] {
    this.flush();
    return this.#db.prepare("SELECT * FROM journal WHERE seq > ? ORDER BY seq").all(since).map(entryOf);
  }

  /** The journal's last entries, newest first. */
  latest(count: number): JournalEntry[] {
    this.flush();
    return this.#db.prepare("SELECT * FROM journal ORDER BY seq DESC LIMIT ?").all(count).map(entryOf);
  }

  /** Forgets the world and the journal, not the settings. */
  clear(): void {
    this.flush();
    this.#db.exec("BEGIN IMMEDIATE; DELETE FROM document; DELETE FROM journal; COMMIT");
  }

  /** The world is these documents from now on. */
  replace(documents: readonly { kind: string; id: string; body: string }[], meta: Changes["meta"]): void {
    this.flush();
    this.#begin.run();
    this.#db.exec("DELETE FROM document");
    for (const { kind, id, body } of documents) this.#put.run(kind, id, body);
    for (const [key, value] of Object.entries(meta)) this.#meta.run(key, value);
    this.#commit.run();
  }

  close(): void {
    this.flush();
    this.#db.close();
  }

  /** Writes now what waits to be written. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const written = this.#written;
    this.#written = undefined;
    try {
      this.#write();
      written?.resolve();
    } catch (error) {
      written?.reject(error);
      throw error;
    } finally {
      // Also where it failed: whoever waited is told, and must not find it there later.
      this.#documents.clear();
      this.#settings.clear();
      this.#lines = [];
    }
  }

  #nextWrite(): Promise<void> {
    if (this.#written === undefined) {
      this.#written = Promise.withResolvers();
      setImmediate(() => {
        if (this.#written === undefined) return;
        try {
          this.flush();
        } catch {
          // Those who wait for it have been told.
        }
      });
    }
    return this.#written.promise;
  }

  #write(): void {
    if (this.#documents.size + this.#settings.size + this.#lines.length === 0) return;
    this.#begin.run();
    try {
      for (const { kind, id, body } of this.#documents.values()) {
        if (body === undefined) this.#drop.run(kind, id);
        else this.#put.run(kind, id, body);
      }
      for (const [key, value] of this.#settings) this.#meta.run(key, value);
      for (const { at, operation, method, path, status, mutating, ms, subject, takes } of this.#lines) {
        this.#log.run(at, operation, method, path, status, mutating ? 1 : 0, ms, subject, takes);
      }
      this.#commit.run();
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }
}

const entryOf = (row: Record<string, unknown>) =>
  ({ ...row, mutating: row["mutating"] === 1 }) as unknown as JournalEntry;

function open(path: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    // SQLite gives the files it makes beside this one the same mode.
    if (path !== ":memory:") closeSync(openSync(path, "a", 0o600));
    db = new DatabaseSync(path);
    // The operating system gives the lock back when the process dies, however it dies. NORMAL loses nothing to a
    // kill -9, only to a power cut. Each checkpoint waits for the disk, so there are fewer than by default.
    db.exec(`PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
      PRAGMA wal_autocheckpoint = 4000`);
    bringUp(db);
    const [check] = db.prepare("PRAGMA quick_check(1)").all();
    if (check?.["quick_check"] !== "ok") throw new Error(`it is damaged: ${check?.["quick_check"]}`);
    return db;
  } catch (error) {
    db?.close();
    const { message } = error as Error;
    if (/locked/.test(message)) throw new StateHeld(`${path} is in use by another local Fly`);
    throw new Error(`${path} cannot be read as the state of a local Fly: ${message}; or move it away to begin anew`);
  }
}
