import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { switches } from "../../emulator/switches.ts";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const positions = async () => {
  const { body } = await local.caller.get("/_local/switches");
  return Object.fromEntries(Object.entries(body).map(([name, row]) => [name, (row as { position: string }).position]));
};
const defaults = Object.fromEntries(Object.entries(switches).map(([name, { positions }]) => [name, positions[0]]));

test("switches stand at their default, move when told, and go back with a reset", async () => {
  expect(await positions()).toEqual(defaults);
  expect((await local.caller.post("/_local/switches", { "app-name": "ignored" })).status).toBe(200);
  expect((await local.caller.post("/_local/switches", { "gone-app": "400" })).status).toBe(200);
  expect(await positions()).toEqual({ ...defaults, "app-name": "ignored", "gone-app": "400" });
  await local.caller.post("/_local/reset");
  expect(await positions()).toEqual(defaults);
});

test("a switch or position that does not exist is refused by name, and nothing moves", async () => {
  for (const [wish, named] of [
    [{ "app-name": "ignored", nope: "on" }, "nope"],
    [{ "app-name": "maybe" }, "app-name"],
  ] as const) {
    expect(await local.caller.post("/_local/switches", wish)).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining(named) },
    });
  }
  expect(await positions()).toEqual(defaults);
});

test("each switch is moved by a test", () => {
  const here = new URL("./", import.meta.url);
  const tests = readdirSync(here, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".test.ts"));
  const texts = tests
    .filter((file) => file !== "switch.test.ts")
    .map((file) => readFileSync(new URL(file, here), "utf8"));
  const isMoved = (name: string) => texts.some((text) => new RegExp(`\\b${name}"?: "`).test(text));
  expect(Object.keys(switches).filter((name) => !isMoved(name))).toEqual([]);
});
