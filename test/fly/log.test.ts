import { expect, test } from "vitest";
import { lastLines } from "../../fly/log.ts";
import { type Answer, flyServer, hangsUp, says } from "./fly-server.ts";

const rows = (...messages: unknown[]): Answer =>
  says(200, { data: messages.map((message, id) => ({ id, attributes: { message, level: "info" } })) });

async function read(answer: Answer, most = 5, secrets: string[] = []): Promise<string[]> {
  await using server = await flyServer({ "GET /api/v1/apps/shop/logs": answer });
  const fly = server.client({ apiUrl: server.url });
  fly.confide(secrets);
  const lines = await lastLines(fly, "shop", "m1", most);
  expect(server.arrivals.at(-1)?.path).toContain("instance=m1");
  return lines;
}

test("the last lines are those at the end, oldest first, and empty ones do not count", async () => {
  expect(await read(rows("one", "two", " ", "three\n\nfour\r\n"), 3)).toEqual(["two", "three", "four"]);
});

test("a secret in a line is taken out, also where colours or the cut of a long line would split it", async () => {
  const secret = "s3cret-value-of-the-database";
  const long = `${"x".repeat(230)}${secret}`;
  const lines = await read(rows(`url=${secret}`, `s3cret-\u001b[31mvalue-of-the-database`, long), 3, [secret]);
  expect(lines[0]).toBe("url=[secret]");
  expect(lines.join("\n")).not.toMatch(/s3cret|database/);
});

test("a key of many lines is taken out of a log that has it line by line", async () => {
  const key = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\nEFAASCBKcwggSjAgEAAoIBAQ\n-----END KEY-----";
  expect((await read(rows(...key.split("\n")), 9, [key])).join("\n")).not.toMatch(/MIIE|EFAA/);
});

test("a line gives the terminal no orders and is not endless", async () => {
  const [colour, title, direction, long] = await read(
    rows("\u001b[31mred\u001b[0m\tx", "\u001b]0;owned\u0007title", "a\u202eb\u0000c", "y".repeat(10_000)),
  );
  expect([colour, title, direction]).toEqual(["red  x", "title", "abc"]);
  expect(long?.length).toBeLessThan(300);
});

test.each([
  ["may not be read", says(403, { error: "unauthorized" })],
  ["is nowhere", says(404, { error: "not found" })],
  ["is not what it should be", says(200, "<html>")],
  ["never comes", hangsUp],
  ["is empty", says(200, { data: null })],
  ["has rows without a text", rows(null, undefined)],
])("a log that %s is no lines and no error", async (_, answer) => {
  expect(await read(answer)).toEqual([]);
});
