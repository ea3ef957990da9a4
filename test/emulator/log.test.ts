import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

interface Page {
  data: { id: string; attributes: { message: string; instance: string; region: string; timestamp: string } }[];
  meta: { next_token: string };
}

const read = async (query: Record<string, string> = {}): Promise<Page> =>
  (await local.caller.get(`/api/v1/apps/shop/logs?${new URLSearchParams({ next_token: "", ...query })}`)).body;

const messages = ({ data }: Page) => data.map(({ attributes }) => attributes.message);

const say = (machine: string, lines: string | string[]) =>
  local.caller.event({ kind: "log", app: "shop", machine, lines });

const numbered = (from: number, count: number) => Array.from({ length: count }, (_, index) => `line ${from + index}`);

test("each line has its machine, region and time, in the order in which they were printed", async () => {
  const app = await local.caller.app();
  const one = await local.caller.machine(app, { region: "lhr" }, "started");
  const two = await local.caller.machine(app, {}, "started");
  await say(one.id, "first\nsecond");
  await say(two.id, ["third"]);
  await say(one.id, ["fourth"]);
  const page = await read();
  expect(messages(page)).toEqual(["first", "second", "third", "fourth"]);
  expect(page.data[0]?.attributes).toMatchObject({ instance: one.id, region: "lhr", level: "info" });
  expect(messages(await read({ region: "lhr" }))).toEqual(["first", "second", "fourth"]);
  expect(messages(await read({ instance: two.id }))).toEqual(["third"]);
});

test("a page has a hundred lines, the newest first of all, and its token leads on without gap or repetition", async () => {
  const { id } = await local.caller.machine(await local.caller.app(), {}, "started");
  await say(id, numbered(0, 150));
  const first = await read();
  expect(messages(first)).toEqual(numbered(50, 100));
  expect(messages(await read(first.meta))).toEqual([]);
  expect((await read(first.meta)).meta).toEqual(first.meta);
  await say(id, numbered(150, 130));
  const second = await read(first.meta);
  expect(messages(second)).toEqual(numbered(150, 100));
  expect(messages(await read(second.meta))).toEqual(numbered(250, 30));
});

test("a machine's last thousand lines are kept, and what it printed outlives it", async () => {
  const { id, path } = await local.caller.machine(await local.caller.app(), {}, "started");
  for (const from of [0, 600]) await say(id, numbered(from, 600));
  expect(local.fly.world.logs.get(id)?.lines).toHaveLength(1000);
  await local.caller.delete(`${path}?force=true`);
  await local.caller.pass(3_600_000);
  expect((await local.caller.get(path)).status).toBe(404);
  expect(messages(await read({ instance: id })).at(-1)).toBe("line 1199");
});

test("logs go with their app, and are for tokens of that app only", async () => {
  const { id } = await local.caller.machine(await local.caller.app(), {}, "started");
  await say(id, "hello");
  await local.caller.delete("/v1/apps/shop?force=true");
  await local.caller.pass(10_000);
  expect((await local.caller.get("/api/v1/apps/shop/logs")).status).toBe(404);
  expect(local.fly.world.logs.all()).toEqual([]);
  await local.caller.event({ kind: "foreign-app", name: "theirs", org: "others" });
  expect((await local.caller.get("/api/v1/apps/theirs/logs")).status).toBe(403);
});
