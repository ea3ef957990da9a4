import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { Engine, type State, secret } from "../support/engine.ts";
import { groupArgs } from "../support/group.ts";
import { happen, journalEnd, withLocalFly } from "../support/local-fly.ts";

const local = withLocalFly();
const app = "shop";
const hour = 3_600_000;
let volume: State;

beforeAll(async () => {
  await local.engine.create("App", app, { name: app });
  volume = await local.engine.create("Volume", "data", { app, name: "data", region: "iad", sizeGb: 1 });
});
beforeEach(() => {
  for (const name of ["FLY_API_TOKEN", "FLY_ACCESS_TOKEN", "FLY_FLAPS_BASE_URL"]) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

type Made = { id: string; token: string };
const made = (wish: object) => happen(local.fly, { kind: "token", ...wish }) as Promise<Made>;
const configured = (token: string, more: object = {}) => ({ flapsUrl: local.fly.url, token: secret(token), ...more });
/** A stack that met its world before, so that nothing is asked at its preview. */
const pinned = (token: string, more: object = {}) =>
  Engine.start({ ...configured(token, more), world: `local:${local.fly.instance}` }, { check: false });

/** Every call that changes something was refused; GraphQL refuses with 200. */
async function nothingDone(since: number): Promise<void> {
  const changes = local.fly.journal.entries(since).filter(({ mutating, path }) => mutating && path !== "/graphql");
  expect(changes.map(({ status }) => status)).toEqual(changes.map(() => 403));
}

const expired = async () => {
  const { token } = await made({ expiresInMs: hour });
  local.fly.clock.advance(hour);
  return token;
};

const revoked = async () => {
  const { id, token } = await made({});
  const query = `mutation { deleteLimitedAccessToken(input: { id: "${id}" }) { clientMutationId } }`;
  const headers = { authorization: `Bearer ${local.fly.token}` };
  await fetch(`${local.fly.url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query }) });
  return token;
};

test.each([
  ["an expired token", expired],
  ["a revoked token", revoked],
])("%s is one clear error at the first preview, and says what it may be", async (_, token) => {
  const value = await token();
  const error = await Engine.start(configured(value)).catch((thrown) => thrown);
  expect(error.message).toMatch(
    /ask Fly what the token is for: Fly answered 401.*expired or revoked.*fly tokens create/s,
  );
  expect(error.message).not.toContain(value);
});

test.each([
  ["an expired token", expired],
  ["a revoked token", revoked],
])("%s in a stack that ran before is found by its preview", async (_, token) => {
  const value = await token();
  const news = configured(value);
  const error = await local.engine.checkConfig(news, { ...news, world: `local:${local.fly.instance}` }).catch((e) => e);
  expect(error.message).toMatch(/Fly answered 401.*expired or revoked/s);
  expect(error.message).not.toContain(value);
});

test.each([
  ["an expired token", expired],
  ["a revoked token", revoked],
])("%s in a stack that ran before stops at the first call, and nothing counts as gone", async (_, token) => {
  const engine = await pinned(await token());
  const since = await journalEnd(local.fly);
  await expect(engine.refresh(volume)).rejects.toThrow(/volumes? .*401.*expired or revoked/s);
  await expect(engine.create("Volume", "more", { app, name: "more", region: "iad", sizeGb: 1 })).rejects.toThrow(/401/);
  expect(local.fly.journal.entries(since).map(({ status }) => status)).toEqual([401, 401]);
});

test("a token that only reads can refresh, and is refused by the first change", async () => {
  const engine = await Engine.start(configured((await made({ readOnly: true })).token));
  expect((await engine.refresh(volume))?.drift).toEqual({});
  const since = await journalEnd(local.fly);
  for (const [type, args] of [
    ["App", { name: "second" }],
    ["Volume", { app, name: "more", region: "iad", sizeGb: 1 }],
    ["Secrets", { app, values: { KEY: "v" } }],
    ["ProcessGroup", groupArgs(app)],
    ["DeployToken", { app }],
  ] as const) {
    await expect(engine.create(type, "refused", args)).rejects.toThrow(
      /403|FORBIDDEN.*for another organisation or app, or may only read/s,
    );
  }
  await expect(engine.remove(volume)).rejects.toThrow(/403.*may only read/s);
  expect((await engine.refresh(volume))?.drift).toEqual({});
  expect(local.fly.world.apps.get("second")).toBeUndefined();
  expect(local.fly.world.tokens.of(app)).toEqual([]);
  await nothingDone(since);
});

test("a token for another organisation reaches no app of ours, and nothing counts as gone", async () => {
  const { token } = await made({ org: "acme" });
  const engine = await Engine.start(configured(token, { org: "local" }));
  const since = await journalEnd(local.fly);
  await expect(engine.refresh(volume)).rejects.toThrow(/volumes? .*403.*for another organisation/s);
  await expect(engine.create("App", "theirs", { name: "theirs" })).rejects.toThrow(/create app "theirs": .*403/s);
  await expect(engine.create("DeployToken", "theirs", { app })).rejects.toThrow(/another organisation/);
  expect(local.fly.world.apps.get("theirs")).toBeUndefined();
  await nothingDone(since);
});

test("an app's own token deploys that app, and can neither make apps nor tokens", async () => {
  const engine = await Engine.start(configured((await made({ app })).token));
  const secrets = await engine.create("Secrets", "s", { app, values: { KEY: "v" } });
  expect((await engine.refresh(secrets))?.drift).toEqual({});
  await expect(engine.create("App", "second", { name: "second" })).rejects.toThrow(/create app "second": .*403/s);
  await expect(engine.create("DeployToken", "t", { app })).rejects.toThrow(/create token .*FORBIDDEN/s);
});
