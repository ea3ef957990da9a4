import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { Caller } from "./local-fly.ts";

let dir: string;
let state: string;
const begun: Emulator[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "airworthy-"));
  state = join(dir, "state.db");
});

afterEach(async () => {
  for (const fly of begun.splice(0)) await fly.close().catch(() => {});
  rmSync(dir, { recursive: true, force: true });
});

async function start(): Promise<Emulator> {
  const fly = await startEmulator({ stateFile: state, checksAnswers: true });
  begun.push(fly);
  return fly;
}

/** Puts something into the state while nobody serves it. */
function alter(sql: string): void {
  const db = new DatabaseSync(state);
  db.exec(sql);
  db.close();
}

/** A state as format 1 wrote it, with one app and one line of the journal. */
function formatOne(): void {
  const app = {
    id: "a1",
    numericId: 1,
    name: "shop",
    org: "local",
    network: "default",
    createdAt: 1,
    secretsVersion: 0,
  };
  const body = JSON.stringify({ ...app, deployed: false, state: "deployed", ahead: [] });
  alter(`
    CREATE TABLE document (kind TEXT, id TEXT, body TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
    CREATE TABLE journal (seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT, operation TEXT, method TEXT, path TEXT,
      status INTEGER, mutating INTEGER);
    INSERT INTO meta VALUES ('format', '1'), ('instance', 'i-1'), ('token', 'local_1'), ('digestKey', 'k');
    INSERT INTO document VALUES ('app', 'shop', '${body}');
    INSERT INTO journal VALUES (7, '2026-11-01T00:00:00.000Z', 'Apps_create', 'POST', '/v1/apps', 201, 1);`);
}

test("a state of format 1 loads with all that is in it, and is of this format then", async () => {
  formatOne();
  for (let time = 0; time < 2; time++) {
    const fly = await start();
    expect([fly.instance, fly.token]).toEqual(["i-1", "local_1"]);
    expect((await new Caller(fly).get("/v1/apps/shop")).body).toMatchObject({ name: "shop" });
    expect(fly.journal.entries()[0]).toMatchObject({ seq: 7, operation: "Apps_create", ms: 0, subject: "" });
    await fly.close();
  }
});

test("a step that fails half-way leaves the old format whole", async () => {
  formatOne();
  // The table that the step needs a name for is there already.
  alter("CREATE TABLE before (x)");
  await expect(start()).rejects.toThrow("cannot be read as the state of a local Fly");
  alter("DROP TABLE before");
  expect((await new Caller(await start()).get("/v1/apps/shop")).status).toBe(200);
});

test("a state of a newer format says so and is left as it is", async () => {
  await (await start()).close();
  alter("UPDATE meta SET value = '99' WHERE key = 'format'");
  await expect(start()).rejects.toThrow(
    /state\.db cannot be read.*format 99 of a newer Airworthy.*reads up to \d+\. Use/,
  );
  const db = new DatabaseSync(state);
  expect(db.prepare("SELECT value FROM meta WHERE key = 'format'").get()).toEqual({ value: "99" });
  db.close();
});

test("records of a noun that this build does not know stay for the build that does", async () => {
  await (await start()).close();
  alter(`INSERT INTO document VALUES ('wormhole', 'w1', '{"id":"w1"}')`);
  const fly = await start();
  await new Caller(fly).app();
  await fly.close();
  const db = new DatabaseSync(state);
  expect(db.prepare("SELECT body FROM document WHERE kind = 'wormhole'").all()).toEqual([{ body: '{"id":"w1"}' }]);
  db.close();
});

test.each([
  ["no database", () => writeFileSync(state, "no database ".repeat(100)), /not a database/],
  ["of another program", () => alter("CREATE TABLE song (title)"), /a database of something else/],
  ["a folder", () => mkdirSync(state), /EISDIR/],
])("a state that is %s says so, and that it may be moved away", async (_, make, why) => {
  make();
  const refusal = await start().catch((error: Error) => error.message);
  expect(refusal).toMatch(why);
  expect(refusal).toMatch(/cannot be read as the state of a local Fly: .*move it away to begin anew$/);
});

test("a truncated state says that it is damaged, wherever it was cut", async () => {
  const fly = await start();
  const caller = new Caller(fly);
  const app = await caller.app();
  for (let made = 0; made < 60; made++) await caller.machine(app);
  await fly.close();
  const whole = readFileSync(state);
  for (const part of [0.2, 0.5, 0.9]) {
    writeFileSync(state, whole);
    truncateSync(state, Math.floor((whole.length * part) / 4096) * 4096);
    await expect(start()).rejects.toThrow(/cannot be read as the state of a local Fly: .*(malformed|damaged)/);
  }
  writeFileSync(state, whole);
  expect((await new Caller(await start()).get(`${app}/machines`)).body).toHaveLength(60);
});
