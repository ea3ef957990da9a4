import { expect, test } from "vitest";
import { notEmulated } from "../../emulator/not-emulated.ts";
import { routes } from "../../emulator/routes.ts";
import { withLocalFly } from "./local-fly.ts";
import { documented, undocumented } from "./operation-list.ts";

const local = withLocalFly();

/** A route without the names of its parameters, which are ours in one list and Fly's in the other. */
const bare = (line: string) => line.replace(/\{\w+\}/g, "{}");

const lines = routes.map(({ method, path }) => bare(`${method} /${path.join("/")}`));

test("the route table has every operation of Fly's document", () => {
  const missing = documented.filter(([, line]) => !lines.includes(bare(line)));
  expect(missing).toEqual([]);
  expect(new Set(documented.map(([, line]) => bare(line))).size).toBe(documented.length);
});

test("what the route table has beyond the document somebody else vouches for", () => {
  const known = documented.map(([, line]) => bare(line));
  expect(lines.filter((line) => !known.includes(line)).sort()).toEqual(Object.keys(undocumented).sort());
});

test("what is not emulated says why, and nothing else does", () => {
  const lacking = routes.filter(({ handler }) => handler === "not-emulated").map(({ operation }) => operation);
  expect(lacking.sort()).toEqual(Object.keys(notEmulated).sort());
});

test("what is not emulated is 501 with the operation's name and the reason, and changes nothing", async () => {
  await local.caller.app();
  const world = async () => ({ ...(await local.caller.get("/_local/world")).body, now: undefined });
  const before = await world();
  for (const { operation, method, path } of routes.filter(({ handler }) => handler === "not-emulated")) {
    const reply = await local.caller.send(method, `/${path.join("/").replace("{app}", "shop")}`.replace(/[{}]/g, ""));
    const error = `${operation} is not emulated by the local Fly: ${notEmulated[operation]}`;
    expect([reply.status, reply.body]).toEqual([501, { error }]);
  }
  expect(await world()).toEqual(before);
});
