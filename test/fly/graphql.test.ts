import { expect, test } from "vitest";
import { z } from "zod";
import type { FlyClient } from "../../fly/client.ts";
import { isDead, ownerFind, tokenCreate, tokenRevoke } from "../../fly/deploy-token.ts";
import { type FlyError, isFlyError } from "../../fly/errors.ts";
import { query } from "../../fly/graphql.ts";
import { flyServer, hangsUp, says } from "./fly-server.ts";

const asking = {
  operation: "app",
  does: 'read app "shop"',
  document: "query ($name: String!) { app(name: $name) { id } }",
  variables: { name: "shop" },
  repeat: "always",
  answer: z.object({ id: z.string() }),
} as const;

const changing = {
  ...asking,
  operation: "deleteApp",
  does: 'delete app "shop"',
  document: "mutation { deleteApp { id } }",
  repeat: "unsent",
} as const;

const server = (...answers: Parameters<typeof flyServer>[0] & unknown[]) => flyServer(answers);
const clientOf = (fly: { url: string; client(options: object): FlyClient }) => fly.client({ apiUrl: fly.url });
const failure = (code: string | undefined, data: unknown = null, message = "no") =>
  says(200, { data, errors: [{ message, path: ["app"], ...(code && { extensions: { code } }) }] });
const thrownBy = (promise: Promise<unknown>): Promise<FlyError> =>
  promise.then(
    () => expect.fail(),
    (error) => error,
  );

test("a query is one POST to the GraphQL host, and answers with its root field", async () => {
  await using fly = await server(says(200, { data: { app: { id: "a" } } }));
  expect(await query(clientOf(fly), asking)).toEqual({ id: "a" });
  expect(fly.arrivals).toMatchObject([{ method: "POST", path: "/graphql" }]);
  const { document, variables } = asking;
  expect(JSON.parse(fly.arrivals[0]?.body ?? "")).toEqual({ query: document, variables });
});

test.each([
  ["UNAUTHORIZED", "unauthorized"],
  ["FORBIDDEN", "forbidden"],
  ["NOT_FOUND", "not-found"],
  ["UNPROCESSABLE", "invalid"],
  ["RATE_LIMITED", "rate-limited"],
  ["SERVER_ERROR", "server"],
  ["NEVER_HEARD_OF", "invalid"],
  [undefined, "invalid"],
])("an error of code %s is of kind %s, and says what was being done", async (code, kind) => {
  await using fly = await server(failure(code));
  const error = await thrownBy(query(clientOf(fly), asking));
  expect([error.kind, error.message]).toEqual([kind, expect.stringMatching(/^read app "shop": Fly answered/)]);
});

test("without a code, Fly's words for what is missing count", async () => {
  await using fly = await server(failure(undefined, null, "Could not find App"));
  expect(isFlyError(await thrownBy(query(clientOf(fly), asking)), "not-found")).toBe(true);
});

test.each([
  ["with what cannot be read", says(200, { data: { deleteApp: { id: 7 } } })],
  ["with nothing at all", says(200, {})],
  ["with a page", says(200, "<html>")],
  ["with an error beside data", failure("NOT_FOUND", { deleteApp: { id: "a" } })],
  ["with a failure of Fly's", failure("SERVER_ERROR")],
  ["with 502", says(502, "bad gateway")],
  ["not at all", hangsUp],
])("a mutation that is answered %s is uncertain, and is not sent again", async (_, answer) => {
  await using fly = await server(answer);
  expect((await thrownBy(query(clientOf(fly), changing))).kind).toBe("uncertain");
  expect(fly.arrivals).toHaveLength(1);
});

test("a query that is answered with what cannot be read is Fly's failure", async () => {
  await using fly = await server(says(200, { data: { app: {} } }));
  expect((await thrownBy(query(clientOf(fly), asking))).kind).toBe("server");
});

test("an error that quotes the token or a secret is shown without it", async () => {
  await using fly = await server(failure("UNPROCESSABLE", null, "fm2_mine and s3cret-value are no good"));
  const client = fly.client({ apiUrl: fly.url, token: "FlyV1 fm2_mine" });
  const error = await thrownBy(query(client, { ...asking, confidential: ["s3cret-value"] }));
  expect(error.message).toContain("[secret] and [secret] are no good");
});

test("a refresh asks the same query once, and another of the same address anew; a mutation makes it forget", async () => {
  await using fly = await server(says(200, { data: { app: { id: "a" }, deleteApp: { id: "a" } } }));
  const client = clientOf(fly).remembering();
  await Promise.all([query(client, asking), query(client, asking)]);
  expect(fly.arrivals).toHaveLength(1);
  await query(client, { ...asking, variables: { name: "other" } });
  expect(fly.arrivals).toHaveLength(2);
  await query(client, changing);
  await query(client, asking);
  expect(fly.arrivals).toHaveLength(4);
});

const token = (id: string) => ({
  id,
  name: "ci",
  profile: "deploy",
  createdAt: "2026-01-01T00:00:00Z",
  expiresAt: "2026-04-01T00:00:00Z",
});
const page = (id: string, endCursor: string | null) =>
  says(200, {
    data: {
      app: {
        id: "app-id",
        organization: { id: "org-id" },
        limitedAccessTokens: { nodes: [token(id), null], pageInfo: { hasNextPage: endCursor !== null, endCursor } },
      },
    },
  });

test("tokens on a second page are found as well", async () => {
  await using fly = await server(page("one", "next"), page("two", null));
  const owner = await ownerFind(clientOf(fly), { app: "shop" });
  expect(owner).toMatchObject({ organizationId: "org-id", appId: "app-id", tokens: [{ id: "one" }, { id: "two" }] });
  expect(JSON.parse(fly.arrivals[1]?.body ?? "").variables).toEqual({ name: "shop", after: "next" });
});

test("an app that GraphQL does not find is gone only if the Machines API proves it", async () => {
  const graphql = failure("NOT_FOUND", { app: null });
  const there = { "POST /graphql": graphql, "GET /v1/apps/shop": says(403, { error: "unauthorized" }) };
  await using forbidden = await flyServer(there);
  expect((await thrownBy(ownerFind(clientOf(forbidden), { app: "shop" }))).kind).toBe("forbidden");
  await using gone = await flyServer({
    "POST /graphql": graphql,
    "GET /v1/apps/shop": says(404, { error: "app not found" }),
    "GET /v1/tokens/current": says(200, { tokens: [{ org_slug: "local" }] }),
    "GET /v1/apps": says(200, { apps: [] }),
  });
  expect(await ownerFind(clientOf(gone), { app: "shop" })).toBeUndefined();
});

test("a token is asked for as flyctl asks for it, and revoked by its id", async () => {
  const limitedAccessToken = { ...token("t"), tokenHeader: "FlyV1 fm2_new" };
  await using fly = await server(
    says(200, { data: { createLimitedAccessToken: { limitedAccessToken } } }),
    says(200, { data: { deleteLimitedAccessToken: null } }),
  );
  const owner = { organizationId: "org-id", appId: "app-id", tokens: [] };
  const wish = { name: "ci", expiry: "2160h0m0s" };
  const scope = { app: "shop" };
  expect(await tokenCreate(clientOf(fly), owner, scope, wish)).toMatchObject({ tokenHeader: "FlyV1 fm2_new" });
  await tokenRevoke(clientOf(fly), scope, "t");
  const inputs = fly.arrivals.map(({ body }) => JSON.parse(body).variables.input);
  expect(inputs).toEqual([
    { ...wish, organizationId: "org-id", profile: "deploy", profileParams: { app_id: "app-id" } },
    { id: "t" },
  ]);
});

test.each([
  [200, false],
  [401, true],
])("a token for which Fly answers %i is dead: %s", async (status, dead) => {
  await using fly = await server(says(status, { tokens: [] }));
  expect(await isDead(clientOf(fly), "FlyV1 fm2_old")).toBe(dead);
  expect(fly.arrivals[0]?.headers.authorization).toBe("FlyV1 fm2_old");
});

test("a token for which Fly answers 403 or fails is not proven dead", async () => {
  await using fly = await server(says(403, { error: "unauthorized" }));
  await expect(isDead(clientOf(fly), "fm2_old")).rejects.toThrow(/403/);
});
