import { getIntrospectionQuery } from "graphql";
import { beforeEach, expect, test } from "vitest";
import { Caller, type Reply, withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

beforeEach(() => local.caller.app("shop"));

const ask = (query: string, variables: object = {}, by: Caller = local.caller): Promise<Reply> =>
  by.post("/graphql", { query, variables });

const ids = async () => {
  const { body } = await ask('{ app(name: "shop") { id organization { id slug } } }');
  return { app: body.data.app.id as string, org: body.data.app.organization.id as string };
};

const creation = `mutation ($input: CreateLimitedAccessTokenInput!) {
  createLimitedAccessToken(input: $input) { limitedAccessToken { id name createdAt expiresAt tokenHeader profile } }
}`;
const revocation = `mutation ($id: ID!) { deleteLimitedAccessToken(input: { id: $id }) { clientMutationId } }`;

async function make(input: object = {}, by?: Caller): Promise<Reply> {
  const { app, org } = await ids();
  const full = { name: "ci", organizationId: org, profile: "deploy", profileParams: { app_id: app }, ...input };
  return ask(creation, { input: full }, by);
}

const holder = ({ tokenHeader }: { tokenHeader: string }) =>
  new Caller({ url: local.fly.url, token: tokenHeader.replace("FlyV1 ", "") });

const codeOf = ({ body }: Reply) => body.errors?.[0]?.extensions?.code;

test("162 (observed): introspection needs no token", async () => {
  const { status, body } = await ask(getIntrospectionQuery(), {}, new Caller({ url: local.fly.url, token: "" }));
  expect(status).toBe(200);
  expect(body.data.__schema.mutationType.name).toBe("Mutations");
});

test("a mistake in a document, or none at all, comes back among the errors", async () => {
  expect((await ask('{ app(name: "shop") { colour } }')).body.errors[0].message).toMatch(/colour/);
  expect((await ask("{")).body.errors[0].message).toMatch(/Syntax Error/);
  expect((await local.caller.post("/graphql", {})).body.errors).toHaveLength(1);
  expect((await ask(`{ ${"a ".repeat(6000)} }`)).body.errors[0].message).toMatch(/token/i);
});

test.each([
  { variables: "x" },
  { variables: [1] },
  { variables: { name: { deep: [null] } } },
  { operationName: "Nobody" },
  { operationName: { a: 1 } },
  { query: "query ($name: String) { app(name: $name) { ...a } } fragment a on App { ...a }" },
  { query: 7 },
])("%j is no reason for the local Fly to fail", async (odd) => {
  const body = { query: "query ($name: String) { app(name: $name) { id } }", variables: { name: "shop" }, ...odd };
  const reply = await local.caller.post("/graphql", body);
  expect(reply.status).toBe(200);
});

test("a token is made for one app with an expiry in Go's spelling, works, and is listed without its value", async () => {
  const { limitedAccessToken: made } = (await make({ expiry: "1h0m0s" })).body.data.createLimitedAccessToken;
  expect(Date.parse(made.expiresAt) - Date.parse(made.createdAt)).toBe(3_600_000);
  expect((await holder(made).get("/v1/apps/shop")).status).toBe(200);
  const fields = "limitedAccessTokens { nodes { id name expiresAt revokedAt token tokenHeader user { email } } }";
  const { body } = await ask(`{ app(name: "shop") { ${fields} } organization(slug: "local") { ${fields} } }`);
  for (const owner of [body.data.app, body.data.organization]) {
    expect(owner.limitedAccessTokens.nodes).toMatchObject([{ id: made.id, name: "ci", revokedAt: null, token: "" }]);
  }
  expect(JSON.stringify(body)).not.toContain("fm2_");
});

test("a revoked token is dead at once, stays listed with the moment, and may be revoked again", async () => {
  const { limitedAccessToken: made } = (await make()).body.data.createLimitedAccessToken;
  for (let time = 0; time < 2; time++) expect((await ask(revocation, { id: made.id })).body.errors).toBeUndefined();
  expect((await holder(made).get("/v1/tokens/current")).status).toBe(401);
  const { body } = await ask('{ app(name: "shop") { limitedAccessTokens { nodes { id revokedAt } } } }');
  expect(body.data.app.limitedAccessTokens.nodes).toEqual([{ id: made.id, revokedAt: expect.any(String) }]);
  expect(codeOf(await ask(revocation, { id: "nope" }))).toBe("NOT_FOUND");
});

test.each([
  ["another organisation", { organizationId: "nope" }, "NOT_FOUND"],
  ["an unknown app", { profileParams: { app_id: "nope" } }, "NOT_FOUND"],
  ["no app", { profileParams: null }, "NOT_FOUND"],
  ["90d, which is not Go's spelling", { expiry: "90d" }, "UNPROCESSABLE"],
  ["more years than Go knows", { expiry: "9999999h" }, "UNPROCESSABLE"],
  ["an unknown profile", { profile: "wireguard" }, "UNPROCESSABLE"],
])("a token with %s is refused, and none is made", async (_, input, code) => {
  expect(codeOf(await make(input))).toBe(code);
  expect(local.fly.world.tokens.all()).toEqual([]);
});

test.each([
  ["a token that only reads", { readOnly: true }],
  ["an app's own token", { app: "shop" }],
])("%s makes and revokes no tokens (assumed)", async (_, wish) => {
  const { body } = await local.caller.event({ kind: "token", ...wish });
  const by = new Caller({ url: local.fly.url, token: body.token });
  expect(codeOf(await make({}, by))).toBe("FORBIDDEN");
  expect(codeOf(await ask(revocation, { id: body.id }, by))).toBe("FORBIDDEN");
  expect((await by.get("/v1/tokens/current")).status).toBe(200);
});

test("another organisation's token sees that organisation and nothing of ours", async () => {
  const { body } = await local.caller.event({ kind: "token", org: "acme" });
  const by = new Caller({ url: local.fly.url, token: body.token });
  expect((await ask("{ organizations { nodes { slug } } }", {}, by)).body.data.organizations.nodes).toEqual([
    { slug: "acme" },
  ]);
  expect(codeOf(await ask('{ app(name: "shop") { id } }', {}, by))).toBe("NOT_FOUND");
  expect(codeOf(await ask('{ organization(slug: "local") { id } }', {}, by))).toBe("NOT_FOUND");
});

test("the journal and faults know a GraphQL call by its root field, and only mutations change something", async () => {
  const { app, org } = await ids();
  local.fly.faults.arm({ operation: "createLimitedAccessToken", kind: "lose-response" });
  const input = { name: "ci", organizationId: org, profile: "deploy", profileParams: { app_id: app } };
  await expect(ask(creation, { input })).rejects.toThrow();
  await ask("{ secretNameOfSomebody }");
  const entries = local.fly.journal.entries().filter(({ path }) => path === "/graphql");
  expect(entries.map(({ operation, mutating, status }) => [operation, mutating, status])).toEqual([
    ["app", false, 200],
    ["createLimitedAccessToken", true, 200],
    ["GraphQL", false, 200],
  ]);
  expect(local.fly.world.tokens.all()).toHaveLength(1);
  expect(
    (await local.caller.post("/_local/faults", { operation: "deleteLimitedAccessToken", kind: "refuse" })).status,
  ).toBe(200);
  expect((await local.caller.delete("/_local/faults")).status).toBe(200);
});
