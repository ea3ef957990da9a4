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

test("an app's token is shown its own app in the list of its organisation (assumed)", async () => {
  const { get } = await caller({ app: "shop" });
  const { status, body } = await get("/v1/apps?org_slug=local");
  expect([status, body.apps.map(({ name }: { name: string }) => name)]).toEqual([200, ["shop"]]);
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

/** What the open routes say to somebody without a token, of a header in the body. */
const ask = (path: string, header: string, access?: object) =>
  local.caller.post(`/v1/tokens/${path}`, { header, access }, { authorization: "" });

test("whoever has a header can ask what it is for, and is told the organisation, the app and the mask", async () => {
  const { token } = (await local.caller.event({ kind: "token", app: "shop", readOnly: true })).body;
  const { status, body } = await ask("authenticate", `FlyV1 ${token}`);
  expect([status, body]).toMatchObject([200, [{ header: `FlyV1 ${token}` }]]);
  const [organization, apps] = body[0].caveats.caveats;
  const shop = (await local.caller.get("/v1/apps/shop")).body.internal_numeric_id;
  expect(organization).toMatchObject({ type: "Organization", body: { mask: "r" } });
  expect(apps).toEqual({ type: "Apps", body: { apps: { [shop]: "r" } } });
  expect((await ask("authenticate", "")).status).toBe(400);
});

test.each([
  ["reads its app", { app_name: "shop", action: "r" }, 200],
  ["reads its app, by the number of it", { org_slug: "local", app_name: "shop", action: 1 }, 200],
  ["writes to its app", { app_name: "shop", action: "rw" }, 403],
  ["reads another app", { app_name: "bank", action: "r" }, 403],
  ["reads its organisation", { org_slug: "local", action: "r" }, 403],
  ["reads another organisation", { org_slug: "acme", app_name: "shop", action: "r" }, 403],
  ["reads an app that is not there", { app_name: "none", action: "r" }, 404],
  ["reads a machine that is not there", { app_name: "shop", machine_id: "d8d9e0", action: "r" }, 404],
  ["does nothing that has a name", { app_name: "shop", action: "x" }, 400],
  ["has no access to ask for", {}, 400],
])("a token of one app that only reads %s: %o is %i", async (_, access, status) => {
  const { token } = (await local.caller.event({ kind: "token", app: "shop", readOnly: true })).body;
  expect((await ask("authorize", token, access)).status).toBe(status);
});

test("who may do it is told what it is that may be done", async () => {
  const { token } = (await local.caller.event({ kind: "token" })).body;
  const { body } = await ask("authorize", token, { org_slug: "personal", app_name: "shop", action: "rwC" });
  expect(body).toMatchObject({ verified_token: { header: token }, access: { action: 19, appid: expect.any(Number) } });
});

test("a deploy token lives as long as asked for, and makes no other", async () => {
  const { status, body } = await local.caller.post("/v1/apps/shop/deploy_token", { expiry: "1h" });
  expect(status).toBe(200);
  const { get, post } = new Caller({ url: local.fly.url, token: body.token });
  expect((await get("/v1/apps/shop")).status).toBe(200);
  expect((await post("/v1/apps/shop/deploy_token", {})).status).toBe(403);
  await local.caller.pass(hour);
  expect((await get("/v1/apps/shop")).status).toBe(401);
  for (const expiry of ["tomorrow", "-1h", "0s", 5]) {
    expect((await local.caller.post("/v1/apps/shop/deploy_token", { expiry })).status).toBe(400);
  }
});

test("a token's caveats say when it ends, and those of the local Fly's own that it never does", async () => {
  const { body } = await local.caller.event({ kind: "token", app: "shop", expiresInMs: hour });
  const ends = async (token: string) => {
    const { status, headers, ...reply } = await local.caller.post("/v1/tokens/authenticate", {
      header: `FlyV1 ${token}`,
    });
    expect(status).toBe(200);
    const caveats: { type: string; body: { not_after: number } }[] = reply.body[0].caveats.caveats;
    const end = caveats.find(({ type }) => type === "ValidityWindow")?.body.not_after;
    return end === undefined ? undefined : end * 1000 - Date.parse(headers.get("date") ?? "");
  };
  expect(Math.abs(((await ends(body.token)) ?? 0) - hour)).toBeLessThan(2_000);
  expect(await ends(local.fly.token)).toBeUndefined();
});
