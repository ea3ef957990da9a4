import { expect, test } from "vitest";
import type { HookedCall } from "../../emulator/hook.ts";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

test("hooks are told of each call in order: before it is done, and when it is done but not answered", async () => {
  const app = await local.caller.app();
  const seen: [string, HookedCall, number][] = [];
  const look = (when: string) => (call: HookedCall) => {
    seen.push([when, call, local.fly.world.machines.all().length]);
    return undefined;
  };
  Object.assign(local.fly.hooks, { before: look("before"), after: look("after") });
  await local.caller.machine(app);
  await local.caller.get(`${app}/machines`);
  const told = seen.map(([when, { operation, mutating }, machines]) => [when, operation, mutating, machines]);
  expect(told).toEqual([
    ["before", "Machines_create", true, 0],
    ["after", "Machines_create", true, 1],
    ["before", "Machines_list", false, 1],
    ["after", "Machines_list", false, 1],
  ]);
  expect((seen[2]?.[1].seq ?? 0) - (seen[0]?.[1].seq ?? 0)).toBe(1);
});

test("a call that is cut before never happens, one that is cut after has happened, and neither is answered", async () => {
  const app = await local.caller.app();
  const make = () => local.caller.machine(app);
  local.fly.hooks.before = ({ operation }) => (operation === "Machines_create" ? "cut" : undefined);
  await expect(make()).rejects.toThrow();
  expect(local.fly.world.machines.all()).toHaveLength(0);
  local.fly.hooks.before = undefined;
  local.fly.hooks.after = async () => "cut" as const;
  await expect(make()).rejects.toThrow();
  expect(local.fly.world.machines.all()).toHaveLength(1);
  local.fly.hooks.after = undefined;
  const operations = local.fly.journal.entries().map(({ operation }) => operation);
  expect(operations).toEqual(["Apps_create", "Machines_create"]);
});

test("a refusal passes the hooks too and is answered after them", async () => {
  let told = 0;
  local.fly.hooks.after = () => {
    told++;
    return undefined;
  };
  expect((await local.caller.get("/v1/apps/none")).status).toBe(404);
  expect(told).toBe(1);
});
