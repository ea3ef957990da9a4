import { afterEach, beforeEach, expect, test } from "vitest";
import { type JournalEntry, Store } from "../../emulator/store.ts";

let store: Store;
beforeEach(() => {
  store = new Store(":memory:");
});
afterEach(() => store.close());

const record = (id: string, body: unknown = "{}") => ({ kind: "app", id, body: body as string | undefined });
const line = (path: string): Omit<JournalEntry, "seq"> => {
  const call = { operation: "Apps_show", method: "GET", path, status: 200, mutating: false };
  return { at: "2026-11-23T00:00:00.000Z", ...call, ms: 0, subject: "", takes: 0 };
};
const commit = (documents: ReturnType<typeof record>[], entry?: Omit<JournalEntry, "seq">) =>
  store.commit({ documents, meta: {}, entry });
const ids = () => store.documents().map(({ id }) => id);

test("a change is acknowledged after it is written, together with others that end at the same time", async () => {
  const order: string[] = [];
  const first = commit([record("a")]).then(() => order.push(`a is there: ${ids().includes("a")}`));
  const second = commit([record("b")]).then(() => order.push(`b is there: ${ids().includes("b")}`));
  order.push("sent");
  await Promise.all([first, second]);
  expect(order).toEqual(["sent", "a is there: true", "b is there: true"]);
});

test("a read that may have seen what is not yet written is answered after it", async () => {
  const order: string[] = [];
  const change = commit([record("a")]).then(() => order.push("change"));
  const read = commit([], line("/a")).then(() => order.push("read"));
  await Promise.all([change, read]);
  expect(order).toEqual(["change", "read"]);
});

test("a transaction that fails is told to all who are in it, leaves nothing, and the next one succeeds", async () => {
  const both = await Promise.allSettled([commit([record("a")]), commit([record("b", Symbol("no text"))])]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(ids()).toEqual([]);
  await commit([record("c")]);
  expect(ids()).toEqual(["c"]);
});

test("of a record that changed twice meanwhile the last is kept, and of one that is gone nothing", async () => {
  await commit([record("a", "1"), record("b", "1")]);
  await Promise.all([commit([record("a", "2")]), commit([record("a", "3"), { ...record("b"), body: undefined }])]);
  store.flush();
  expect(store.documents()).toEqual([{ kind: "app", id: "a", body: "3" }]);
});

test("lines of reads wait for nobody, keep their order, and are there for whoever asks", async () => {
  await commit([], line("/1"));
  await commit([record("a")], line("/2"));
  await commit([], line("/3"));
  expect(store.journal(0).map(({ seq, path }) => [seq, path])).toEqual([
    [1, "/1"],
    [2, "/2"],
    [3, "/3"],
  ]);
});
