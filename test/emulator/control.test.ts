import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const create = () => local.caller.post("/v1/apps", { name: "shop", org_slug: "local" });
const arm = async (fault: Record<string, unknown>) => local.caller.post("/_local/faults", fault);
const exists = async () => (await local.caller.get("/v1/apps/shop")).status === 200;

test("a status fault answers in place of the call, as often as it is armed", async () => {
  await arm({ operation: "Apps_create", kind: "status", status: 503, body: { error: "no" }, times: 2 });
  expect(await create()).toMatchObject({ status: 503, body: { error: "no" } });
  expect((await local.caller.get("/_local/faults")).body.faults).toMatchObject([
    { operation: "Apps_create", times: 1 },
  ]);
  expect((await create()).status).toBe(503);
  expect(await exists()).toBe(false);
  expect((await create()).status).toBe(201);
});

test("a refused call did not happen", async () => {
  await arm({ operation: "Apps_create", kind: "refuse" });
  await expect(create()).rejects.toThrow();
  expect(await exists()).toBe(false);
});

test("141: a call whose response is lost happened", async () => {
  await arm({ operation: "Apps_create", kind: "lose-response" });
  await expect(create()).rejects.toThrow();
  expect(await exists()).toBe(true);
});

test("a delay lets time pass before the call is done, and nobody sits through it", async () => {
  const before = local.fly.clock.now();
  await arm({ operation: "Apps_create", kind: "delay", ms: 3_600_000 });
  await create();
  expect(local.fly.clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
});

test("a fault may let calls pass first", async () => {
  await arm({ operation: "Apps_show", kind: "status", status: 500, skip: 1 });
  await create();
  expect([(await local.caller.get("/v1/apps/shop")).status, (await local.caller.get("/v1/apps/shop")).status]).toEqual([
    200, 500,
  ]);
});

test("faults are cleared by DELETE, and unknown operations and fields are refused", async () => {
  await arm({ operation: "Apps_create", kind: "refuse" });
  await local.caller.delete("/_local/faults");
  expect((await create()).status).toBe(201);
  expect((await arm({ operation: "Apps_creat", kind: "refuse" })).status).toBe(400);
  expect((await arm({ operation: "Apps_create", kind: "refuse", time: 2 })).status).toBe(400);
});

test("the journal tells what was asked and answered, in order, and goes on from a number", async () => {
  await create();
  await local.caller.get("/v1/apps?org_slug=local");
  await local.caller.get("/v1/apps/nope");
  const { body } = await local.caller.get("/_local/journal");
  expect(body.entries).toMatchObject([
    { operation: "Apps_create", method: "POST", path: "/v1/apps", status: 201, mutating: true },
    { operation: "Apps_list", path: "/v1/apps", status: 200, mutating: false },
    { operation: "Apps_show", path: "/v1/apps/nope", status: 404, mutating: false },
  ]);
  const since = await local.caller.get(`/_local/journal?since=${body.entries[1].seq}`);
  expect(since.body.entries).toEqual(body.entries.slice(2));
});

test("reset empties the world and keeps the instance", async () => {
  await create();
  const { instance } = (await local.caller.get("/_local/health")).body;
  await local.caller.post("/_local/reset");
  expect(await exists()).toBe(false);
  expect((await local.caller.get("/_local/health")).body).toMatchObject({ instance, profile: "instant" });
});

test("an event about nothing that exists, or of no kind, is refused", async () => {
  expect((await local.caller.event({ kind: "exit", app: "a", machine: "b" })).status).toBe(404);
  expect((await local.caller.event({ kind: "earthquake" })).status).toBe(400);
});

test("the answer's date is the time at Fly", async () => {
  await local.caller.pass(7 * 86_400_000);
  const { headers } = await local.caller.get("/v1/apps?org_slug=local");
  expect(Date.parse(headers.get("date") ?? "") - Date.now()).toBeGreaterThan(6 * 86_400_000);
});
