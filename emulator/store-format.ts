import type { DatabaseSync } from "node:sqlite";

/**
 * What makes each format of the state from the one before it; the first makes it from nothing. A step is never changed once
 * somebody's state may have been through it: what is wrong with it is put right by another one.
 */
const steps: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS document (kind TEXT, id TEXT, body TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
   CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
   CREATE TABLE IF NOT EXISTS journal (seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT, operation TEXT, method TEXT,
     path TEXT, status INTEGER, mutating INTEGER);`,
  `ALTER TABLE journal ADD COLUMN ms INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE journal ADD COLUMN subject TEXT NOT NULL DEFAULT '';
   ALTER TABLE journal ADD COLUMN takes INTEGER NOT NULL DEFAULT 0;
   -- Records are too long to be moved about inside an index: each is written at the end.
   ALTER TABLE document RENAME TO before;
   CREATE TABLE document (kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, id));
   INSERT INTO document SELECT kind, id, body FROM before;
   DROP TABLE before;`,
];

/** The format this program reads and writes. */
const newest = steps.length;

/** Brings a state to this program's format, whole or not at all. Throws what is to be said of one that it cannot read. */
export function bringUp(db: DatabaseSync): void {
  db.exec("BEGIN IMMEDIATE");
  try {
    const found = formatOf(db);
    if (found > newest)
      throw new Error(`it has format ${found} of a newer Airworthy, and this one reads up to ${newest}. Use that one`);
    for (const step of steps.slice(found)) db.exec(step);
    if (found < newest) db.prepare("INSERT OR REPLACE INTO meta VALUES ('format', ?)").run(String(newest));
    db.exec("COMMIT");
  } catch (error) {
    // What broke the file may have ended the transaction too.
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

function formatOf(db: DatabaseSync): number {
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
  if (tables.length === 0) return 0;
  if (!tables.some(({ name }) => name === "meta")) throw new Error("it is a database of something else");
  const row = db.prepare("SELECT value FROM meta WHERE key = 'format'").get() as { value: string } | undefined;
  const format = Number(row?.value ?? 1);
  if (!Number.isInteger(format) || format < 1) throw new Error(`its format reads ${JSON.stringify(row?.value)}`);
  return format;
}
