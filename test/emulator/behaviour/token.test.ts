import { expect } from "vitest";
import { Caller, type Local } from "../local-fly.ts";
import { behaviour, refusal } from "./behaviour.ts";

const ask = (caller: Caller, query: string, variables = {}) => caller.post("/graphql", { query, variables });

const creation = `mutation ($input: CreateLimitedAccessTokenInput!) {
  createLimitedAccessToken(input: $input) { limitedAccessToken { createdAt expiresAt tokenHeader } }
}`;

/** A deploy token of app "shop", as Fly's GraphQL makes them. */
async function deployToken({ caller, fly }: Local) {
  await caller.app("shop");
  const { app } = (await ask(caller, '{ app(name: "shop") { id organization { id } } }')).body.data;
  const input = {
    name: "ci",
    organizationId: app.organization.id,
    profile: "deploy",
    profileParams: { app_id: app.id },
  };
  const shown = (await ask(caller, creation, { input })).body.data.createLimitedAccessToken.limitedAccessToken;
  return { shown, holder: new Caller({ url: fly.url, token: shown.tokenHeader.replace(/^FlyV1 /, "") }) };
}

behaviour(128, async ({ fly }) => {
  const reply = await ask(new Caller({ url: fly.url, token: "junk" }), '{ app(name: "shop") { id } }');
  expect(reply).toMatchObject({ status: 200, body: { data: { app: null } } });
  expect(reply.body.errors[0]).toMatchObject({
    message: "You must be authenticated to view this.",
    extensions: { code: "UNAUTHORIZED" },
  });
});

behaviour(129, async ({ caller }) => {
  const reply = await ask(caller, '{ app(name: "nope") { id } }');
  expect(reply).toMatchObject({ status: 200, body: { data: { app: null } } });
  expect(reply.body.errors[0]).toMatchObject({ message: "Could not find App", extensions: { code: "NOT_FOUND" } });
});

behaviour(130, async (local) => {
  const { shown } = await deployToken(local);
  expect(shown.tokenHeader).toMatch(/^FlyV1 \S+$/);
  const years = (Date.parse(shown.expiresAt) - Date.parse(shown.createdAt)) / (365.25 * 24 * 3_600_000);
  expect(years).toBeCloseTo(20, 0);
});

behaviour(131, async (local) => {
  const { holder } = await deployToken(local);
  await local.caller.app("bank");
  const forbidden = { status: 403, body: { error: "unauthorized" } };
  expect((await holder.get("/v1/apps/shop/machines")).status).toBe(200);
  expect(await holder.get("/v1/apps/bank/machines")).toMatchObject(forbidden);
  expect(await holder.post("/v1/apps/bank/machines", { config: { image: "nginx" } })).toMatchObject(forbidden);
});

behaviour(132, async ({ caller, fly }) => {
  await caller.app("shop");
  const { token } = (await caller.event({ kind: "token", readOnly: true })).body;
  const reader = new Caller({ url: fly.url, token });
  expect((await reader.get("/v1/apps/shop")).status).toBe(200);
  expect((await reader.post("/v1/apps", { name: "third", org_slug: "local" })).status).toBe(403);
  expect((await reader.delete("/v1/apps/shop")).status).toBe(403);
  expect((await caller.get("/v1/apps/shop")).status).toBe(200);
});

behaviour(133, async ({ caller, fly }) => {
  await caller.app("shop");
  const current = async (wish: object) => {
    const { token } = (await caller.event({ kind: "token", ...wish })).body;
    return (await new Caller({ url: fly.url, token }).get("/v1/tokens/current")).body.tokens;
  };
  expect(await current({ org: "acme" })).toMatchObject([{ org_slug: "acme", apps: [] }]);
  expect(await current({ app: "shop" })).toMatchObject([{ org_slug: "local", apps: ["shop"] }]);
  expect((await caller.get("/v1/tokens/current", { authorization: "Bearer junk" })).status).toBe(401);
});

behaviour(162, async ({ fly }) => {
  const anybody = new Caller({ url: fly.url, token: "" });
  const { status, body } = await ask(anybody, "{ __schema { queryType { name } } }");
  expect([status, body]).toEqual([200, { data: { __schema: { queryType: { name: "Queries" } } } }]);
});

behaviour(163, async ({ caller, fly }) => {
  const app = await caller.app();
  const { status, body } = await caller.post(`${app}/deploy_token`, { expiry: "1h30m" });
  expect([status, body.token]).toEqual([200, expect.stringMatching(/^FlyV1 fm2_/)]);
  const holder = new Caller({ url: fly.url, token: body.token });
  expect((await holder.post("/v1/apps", { name: "third", org_slug: "local" })).status).toBe(403);
  expect((await holder.get(`${app}/machines`)).status).toBe(200);
  expect((await caller.post(`${app}/deploy_token`, { expiry: "soon" })).status).toBe(400);
});

refusal("a header with no good token is 400 to whoever asks what it is for", async ({ caller }) => {
  expect((await caller.post("/v1/tokens/authenticate", { header: "FlyV1 junk" })).status).toBe(400);
});
