import { beforeEach, expect, test } from "vitest";
import { Caller, withLocalFly } from "./local-fly.ts";

const local = withLocalFly();
const hour = 3_600_000;

/** Somebody with a token of that kind, made by a control event. */
async function caller(wish: object): Promise<Caller> {
  const { status, body } = await local.caller.event({ kind: "token", ...wish });
  expect(status).toBe(200);
  return new Caller({ url: local.fly.url, token: body.token });
}

beforeEach(async () => {
  await local.caller.app("shop");
  await local.caller.app("bank");
});

test("131 and 163 (documented): an app's token does everything in its app and nothing in another", async () => {
  const { get, post } = await caller({ app: "shop" });
  expect((await get("/v1/apps/shop/machines")).status).toBe(200);
  expect((await post("/v1/apps/shop/machines", { region: "iad", config: { image: "nginx" } })).status).toBe(200);
  for (const reply of [
    await get("/v1/apps/bank"),
    await get("/v1/apps/bank/machines"),
    await post("/v1/apps", { name: "third", org_slug: "local" }),
  ]) {
    expect(reply).toMatchObject({ status: 403, body: { error: "unauthorized" } });
  }
  expect(local.fly.world.apps.get("third")).toBeUndefined();
});

test("an app's token is shown its own app in the list of its organisation (assumed)", async () => {
  const { get } = await caller({ app: "shop" });
  const { status, body } = await get("/v1/apps?org_slug=local");
  expect([status, body.apps.map(({ name }: { name: string }) => name)]).toEqual([200, ["shop"]]);
});

test("132 (documented): a token that only reads gets 200 for GET and 403 for whatever changes something", async () => {
  const { get, post, delete: remove } = await caller({ readOnly: true });
  expect((await get("/v1/apps/shop")).status).toBe(200);
  expect((await post("/v1/apps", { name: "third", org_slug: "local" })).status).toBe(403);
  expect((await remove("/v1/apps/shop")).status).toBe(403);
  expect((await get("/v1/apps/shop")).status).toBe(200);
});

test("7 (observed): another organisation's token gets 403 on our apps and 200 in its own organisation", async () => {
  const { get, post } = await caller({ org: "acme" });
  expect(await get("/v1/apps/shop")).toMatchObject({ status: 403, body: { error: "unauthorized" } });
  expect((await get("/v1/apps?org_slug=local")).status).toBe(403);
  expect((await post("/v1/apps", { name: "theirs", org_slug: "local" })).status).toBe(403);
  expect((await post("/v1/apps", { name: "theirs", org_slug: "acme" })).status).toBe(201);
  expect((await local.caller.get("/v1/apps/theirs")).status).toBe(403);
});

test("133 (specified): each token tells its own organisation and apps", async () => {
  const current = async (wish: object) => (await (await caller(wish)).get("/v1/tokens/current")).body.tokens;
  expect(await current({ org: "acme" })).toMatchObject([{ org_slug: "acme", apps: [] }]);
  expect(await current({ app: "shop" })).toMatchObject([{ org_slug: "local", apps: ["shop"] }]);
});

test("an expired token is refused exactly as a junk one, by each service in its own words", async () => {
  const { get } = await caller({ expiresInMs: hour });
  expect((await get("/v1/apps/shop")).status).toBe(200);
  await local.caller.pass(hour);
  expect(await get("/v1/apps/shop")).toMatchObject({
    status: 401,
    body: { error: "Authenticate: token validation error" },
  });
  expect(await get("/v1/apps/shop/ip_assignments")).toMatchObject({ status: 401, body: { message: "Unauthorized" } });
  expect(await get("/v1/postgres?org_slug=local")).toMatchObject({ status: 404 });
  expect((await get("/v1/tokens/current")).status).toBe(401);
  expect((await get("/v1/platform/regions")).status).toBe(200);
});

test("time that a wait skipped does not age a token", async () => {
  const { get } = await caller({ expiresInMs: hour });
  local.fly.clock.skipTo(local.fly.clock.now() + 2 * hour);
  expect((await get("/v1/apps/shop")).status).toBe(200);
});

test("an app's tokens die with it", async () => {
  const { get } = await caller({ app: "shop" });
  await local.caller.delete("/v1/apps/shop");
  await local.caller.pass(hour);
  expect((await get("/v1/tokens/current")).status).toBe(401);
});

test("the control surface is for the local Fly's own token only", async () => {
  expect((await (await caller({})).get("/_local/world")).status).toBe(401);
});

test("of a token nothing is kept that would let one call with it", async () => {
  const { body } = await local.caller.event({ kind: "token", app: "shop" });
  expect(body.token).toMatch(/^fm2_/);
  const { body: world } = await local.caller.get("/_local/world");
  expect(world.tokens).toMatchObject([{ id: body.id, app: "shop", org: "local", readOnly: false }]);
  expect(JSON.stringify(world)).not.toContain(body.token.slice(4));
});
