import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { lift, type Properties, unknown } from "../../provider/value.ts";
import { Engine, type State, secret } from "../support/engine.ts";
import { withEngineLog } from "../support/engine-log.ts";
import { arm, journalEnd, mutations, send, withLocalFly } from "../support/local-fly.ts";

const local = withLocalFly();
const log = withEngineLog();
const day = 86_400_000;
let engine: Engine;
let app = "";
let count = 0;

beforeAll(async () => {
  engine = await Engine.start({ flapsUrl: local.fly.url, token: secret(local.fly.token) }, { log: log.address });
});
beforeEach(async () => {
  app = `tokens-${++count}`;
  await engine.create("App", app, { name: app });
});
afterEach(() => {
  vi.useRealTimers();
});

const args = (more: Properties = {}): Properties => ({ app, ...more });
const make = (more?: Properties, name = "ci") => engine.create("DeployToken", name, args(more));
const valid = () => local.fly.world.tokens.of(app).filter(({ revokedAt }) => revokedAt === undefined);
const tokenOf = ({ outputs }: State) => String(lift(outputs).value["token"]);
const aged = (state: State, days: number): State => ({
  ...state,
  outputs: { ...state.outputs, createdAt: new Date(Date.now() - days * day).toISOString() },
});
const laterBy = (days: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + days * day });

/** Another run of the provider. */
const elsewhere = () => Engine.start({ flapsUrl: local.fly.url, token: secret(local.fly.token) });

/** What Fly answers to somebody who calls with that token. */
async function status(token: string, path = `/v1/apps/${app}`): Promise<number> {
  return (await fetch(local.fly.url + path, { headers: { authorization: token } })).status;
}

const graphql = (query: string, variables: object) =>
  send(local.fly, "POST", "/graphql", { query, variables }) as Promise<{ data: { [field: string]: never } }>;
const revoke = (id: unknown) =>
  graphql("mutation ($id: ID!) { deleteLimitedAccessToken(input: { id: $id }) { clientMutationId } }", { id });

test("a token is made for one app and 90 days, named after stack and resource, and opens that app only", async () => {
  await engine.create("App", "other", { name: `${app}-other` });
  const state = await make();
  expect(state.id).toBe(`${app}/${state.outputs["tokenId"]}`);
  expect(tokenOf(state)).toMatch(/^FlyV1 fm2_/);
  expect(await status(tokenOf(state))).toBe(200);
  expect(await status(tokenOf(state), `/v1/apps/${app}-other`)).toBe(403);
  const { name, createdAt, expiresAt } = state.outputs;
  expect(name).toBe("shop/dev ci");
  expect(Date.parse(String(expiresAt)) - Date.parse(String(createdAt))).toBe(90 * day);
  expect((await engine.refresh(state))?.drift).toEqual({});
  expect(await engine.diff(state, args())).toEqual({});
});

test("a token for the organisation opens every app of it, and is read back as such", async () => {
  const reason = "one pipeline deploys all apps";
  const state = await engine.create("DeployToken", "org", { scope: "organization", reason, expiresIn: "12h" });
  expect(state.id).toBe(`local/${state.outputs["tokenId"]}`);
  expect(await status(tokenOf(state))).toBe(200);
  expect((await engine.refresh(state))?.drift).toEqual({});
  await engine.remove(state);
  expect(await status(tokenOf(state))).toBe(401);
});

test.each([
  ["rotationTriggers", { rotationTriggers: ["ana", "ben", "eve"] }, "rotationTriggers[2]"],
  ["name", { name: "other" }, "name"],
  ["expiresIn", { expiresIn: "30d" }, "expiresIn"],
])("a changed %s makes the new token first, and then the old one answers 401", async (_, change, path) => {
  const before = args({ name: "ci", expiresIn: "90d", rotationTriggers: ["ana", "ben"] });
  const old = await engine.create("DeployToken", "ci", before);
  const since = await journalEnd(local.fly);
  expect(await engine.diff(old, { ...before, ...change })).toMatchObject({
    [path]: expect.stringMatching(/_REPLACE$/),
  });
  const next = await engine.create("DeployToken", "ci", { ...before, ...change });
  expect([await status(tokenOf(old)), await status(tokenOf(next))]).toEqual([200, 200]);
  await engine.remove(old);
  expect([await status(tokenOf(old)), await status(tokenOf(next))]).toEqual([401, 200]);
  expect(await mutations(local.fly, since)).toEqual(["createLimitedAccessToken", "deleteLimitedAccessToken"]);
});

test("a token is rotated at two thirds of its life, or at the age that rotateAfter says", async () => {
  const state = await make({ expiresIn: "90d" });
  expect(await engine.diff(aged(state, 59), args({ expiresIn: "90d" }))).toEqual({});
  expect(await engine.diff(aged(state, 60), args({ expiresIn: "90d" }))).toEqual({ rotateAfter: "UPDATE_REPLACE" });
  const sooner = args({ expiresIn: "90d", rotateAfter: "10d" });
  expect(await engine.diff(aged(state, 9), sooner)).toEqual({ rotateAfter: "ADD" });
  expect(await engine.diff(aged(state, 10), sooner)).toEqual({ rotateAfter: "UPDATE_REPLACE" });
  expect(await engine.diff(aged(state, 59), { ...sooner, rotateAfter: unknown })).toEqual({ rotateAfter: "ADD" });
});

test("rotateAfter and reason change in place, which asks Fly for nothing and keeps the token", async () => {
  const state = await make();
  const since = await journalEnd(local.fly);
  const updated = await engine.update(state, args({ rotateAfter: "5d" }));
  expect(await journalEnd(local.fly)).toBe(since);
  expect(updated.outputs).toEqual({ ...state.outputs, rotateAfter: "5d" });
});

test("a lost create answer leaves one token, and its value is known", async () => {
  await arm(local.fly, "createLimitedAccessToken", { kind: "lose-response", times: 2 });
  const state = await make({ name: "lost" });
  expect(valid().map(({ id }) => id)).toEqual([state.outputs["tokenId"]]);
  expect(await status(tokenOf(state))).toBe(200);
});

test("a create that is answered with what cannot be read counts as lost, and leaves nothing when it goes on so", async () => {
  const shown = {
    id: "x",
    name: "ci",
    profile: "deploy",
    createdAt: "2026-11-23T00:00:00Z",
    expiresAt: "2027-11-23T00:00:00Z",
  };
  const body = { data: { createLimitedAccessToken: { limitedAccessToken: { ...shown, tokenHeader: null } } } };
  await arm(local.fly, "createLimitedAccessToken", { kind: "status", status: 200, body, times: 3 });
  await expect(make()).rejects.toThrow(
    /create token "shop\/dev ci" for app "tokens-\d+": .*cannot be read.*tokenHeader/s,
  );
  expect(valid()).toEqual([]);
});

test("after a lost answer a token of the name that was there before is left alone", async () => {
  const older = await (await elsewhere()).create("DeployToken", "older", args({ name: "shared" }));
  await arm(local.fly, "createLimitedAccessToken", { kind: "lose-response" });
  const state = await make({ name: "shared" }, "newer");
  expect(valid().map(({ id }) => id)).toEqual([older, state].map(({ outputs }) => outputs["tokenId"]));
});

test("a lost answer to the revocation is asked for again, and the delete ends with a 401", async () => {
  const state = await make();
  await arm(local.fly, "deleteLimitedAccessToken", { kind: "lose-response" });
  await engine.remove(state);
  expect(await status(tokenOf(state))).toBe(401);
});

/** Fly says yes to a revocation and does nothing yet. */
const acceptOnly = () => {
  const body = { data: { deleteLimitedAccessToken: { clientMutationId: null } } };
  return arm(local.fly, "deleteLimitedAccessToken", { kind: "status", status: 200, body });
};

test("a delete waits until Fly refuses the revoked token", async () => {
  const state = await make();
  await acceptOnly();
  const since = await journalEnd(local.fly);
  const asked = () =>
    local.fly.journal.entries(since).flatMap((entry) => (entry.operation === "Tokens_current" ? [entry.status] : []));
  const removed = engine.remove(state);
  await vi.waitUntil(() => asked().length > 0);
  await revoke(state.outputs["tokenId"]);
  await removed;
  expect([asked()[0], asked().at(-1)]).toEqual([200, 401]);
});

test("a delete that Fly accepts without revoking anything is no success", async () => {
  const imported = await engine.read("DeployToken", "ci", (await make()).id);
  await acceptOnly();
  await expect(engine.remove(imported as State)).rejects.toThrow(
    /revoke token \w+ of app "tokens-\d+": Fly lists it as valid\. Run again/,
  );
});

test("removing a token that was revoked, or whose app is gone, is no error", async () => {
  const revoked = await make();
  await revoke(revoked.outputs["tokenId"]);
  await engine.remove(revoked);
  await engine.remove(revoked);
  const orphan = await make();
  await send(local.fly, "DELETE", `/v1/apps/${app}`);
  local.fly.clock.advance(60_000);
  await engine.remove(orphan);
});

test("a token that was revoked, has expired, or whose app is gone, is gone", async () => {
  const [revoked, expired] = [await make({}, "a"), await make({ expiresIn: "1h" }, "b")];
  await revoke(revoked.outputs["tokenId"]);
  expect(await engine.refresh(revoked)).toBeUndefined();
  expect(await engine.refresh(expired)).toBeDefined();
  laterBy(1);
  expect(await engine.refresh(expired)).toBeUndefined();
  const orphan = await make({}, "c");
  await engine.remove({ type: "App", name: app, id: app, inputs: { name: app }, outputs: {} });
  expect(await engine.refresh(orphan)).toBeUndefined();
});

test("a token is not gone because somebody else asks", async () => {
  const state = await make();
  const { token } = (await send(local.fly, "POST", "/_local/events", { kind: "token", org: "acme" })) as never;
  const stranger = await Engine.start({ flapsUrl: local.fly.url, token: secret(token) });
  await expect(stranger.refresh(state)).rejects.toThrow(/403|NOT_FOUND/);
});

test("an import knows all but the value, says so, and a program of its inputs changes nothing", async () => {
  const { id } = await make({ name: "by hand", expiresIn: "36h" });
  const state = (await engine.read("DeployToken", "ci", id)) as State;
  expect(state.inputs).toEqual({ app, scope: "app", name: "by hand", expiresIn: "36h" });
  expect(state.outputs).not.toHaveProperty("token");
  expect(log.warnings).toEqual([expect.stringMatching(/the value of token \w+ is not known.*rotationTriggers/)]);
  expect(await engine.diff(state, { app, name: "by hand", expiresIn: "36h" })).toEqual({});
  await engine.remove(state);
  expect(valid()).toEqual([]);
});

test("an import of an organisation's token finds its scope, and one that is not there is nothing", async () => {
  const wish = { scope: "organization", name: "all", reason: "one pipeline deploys all apps" };
  const made = await engine.create("DeployToken", "all", wish);
  const state = await engine.read("DeployToken", "all", made.id);
  expect(state?.inputs).toEqual({ scope: "organization", name: "all", expiresIn: "90d" });
  const { id: ofApp } = await make();
  await expect(engine.read("DeployToken", "x", ofApp.replace(app, "local"))).rejects.toThrow(
    /import token \w+ of organisation "local": it is of profile "deploy".* `<app>\/<token id>`/,
  );
  for (const id of [`${app}/nope`, "nope/nope", "local/nope", "nope"]) {
    expect(await engine.read("DeployToken", "x", id)).toBeUndefined();
  }
});

test("a refresh names tokens of the same name that are nobody's, once, and revokes none", async () => {
  const stray = await (await elsewhere()).create("DeployToken", "killed", args({ name: "ci" }));
  const state = await make({ name: "ci" }, "kept");
  for (let time = 0; time < 2; time++) expect((await engine.refresh(state))?.drift).toEqual({});
  const { tokenId } = stray.outputs;
  expect(log.warnings).toEqual([
    `app "${app}" has more tokens of the name "ci" than this one: ${tokenId}. An interrupted run may have left them. ` +
      `If they are still there after the next \`pulumi up\` and nobody uses them, run \`fly tokens revoke ${tokenId}\``,
  ]);
  expect(valid()).toHaveLength(2);
});

test("no value of a token is in a state in clear, in the journal, in a warning or in an error", async () => {
  const state = await make();
  const value = tokenOf(state).replace("FlyV1 ", "");
  const answers = [state, await engine.refresh(state), await engine.update(state, args({ rotateAfter: "5d" }))];
  await acceptOnly();
  await arm(local.fly, "Tokens_current", { kind: "status", status: 418, body: { error: `junk ${value}` } });
  const error = await engine.remove(state).catch((thrown) => thrown);
  expect(error.message).toContain("junk [secret]");
  // What the engine keeps apart as secret it encrypts.
  const inClear = JSON.stringify(answers, (key, item) => (key === "token" ? Object.keys(item) : item));
  const seen = [inClear, local.fly.journal.entries(), log.warnings, local.fly.world.tokens.all(), error.message];
  expect(JSON.stringify(seen)).not.toContain(value);
  expect(inClear).toContain('"token":["4dabf18193072939515e22adb298388d","value"]');
});

test("two tokens of one name for one app are refused at check", async () => {
  await engine.check("DeployToken", "first", args({ name: "twice" }));
  await expect(engine.check("DeployToken", "second", args({ name: "twice" }))).rejects.toThrow(
    /token "twice" of app "tokens-\d+" is declared already, by "first"/,
  );
});

test.each<[string, () => Properties, RegExp]>([
  ["no app", () => ({}), /^app: is required, or set scope to "organization"/],
  ["an app beside the organisation", () => args({ scope: "organization" }), /^app: a token for the whole organisation/],
  ["less than an hour", () => args({ expiresIn: "59m" }), /^expiresIn: must be a duration .* from 1h to 7305d/],
  ["no duration", () => args({ expiresIn: "soon" }), /^expiresIn: must be a duration/],
  [
    "rotation after the end",
    () => args({ expiresIn: "30d", rotateAfter: "30d" }),
    /^rotateAfter: must be below expiresIn, or the token dies/,
  ],
  ["rotation after the default end", () => args({ rotateAfter: "91d" }), /^rotateAfter: must be below expiresIn/],
  ["a reason that says nothing", () => args({ reason: "because" }), /^reason: must be 15 characters or more/],
])("%s is refused at check", async (_, wrong, message) => {
  await expect(engine.check("DeployToken", "bad", wrong())).rejects.toThrow(message);
});

test("an app that is not there is one clear error", async () => {
  await expect(engine.create("DeployToken", "none", { app: "nowhere" })).rejects.toThrow(
    /create token "shop\/dev none": there is no app "nowhere"\. Create it first/,
  );
});

test("what Fly says of a token is shown without the token", async () => {
  const { engine, fly } = local;
  const state = await engine.create("DeployToken", "quoted", { app, expiresIn: "90d" });
  const token = (lift(state.outputs).value["token"] as string).replace("FlyV1 ", "");
  const body = { errors: [{ message: `token ${token} is odd`, extensions: { code: "UNPROCESSABLE" } }] };
  await arm(fly, "deleteLimitedAccessToken", { kind: "status", status: 200, body });
  const error = await engine.remove(state).catch((thrown) => thrown);
  expect(error.message).toContain("[secret] is odd");
  expect(error.message).not.toContain(token);
  await engine.remove(state);
});
