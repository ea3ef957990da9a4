import { expect, test, vi } from "vitest";
import { withFly } from "./drill-fly.ts";
import { refuses } from "./drill-run.ts";

vi.setConfig({ testTimeout: 60_000 });

const fly = withFly();
const makeApp = () => fly.send("POST", "/v1/apps", { name: "shop", org_slug: "local" });

/** Names of the app's tokens, and whether they are revoked. */
async function tokens(): Promise<[string, boolean][]> {
  const query = '{ app(name: "shop") { limitedAccessTokens { nodes { name revokedAt } } } }';
  const { data } = await fly.send<{
    data: { app: { limitedAccessTokens: { nodes: { name: string; revokedAt: unknown }[] } } };
  }>(...(["POST", "/graphql", { query, variables: {} }] as const));
  return data.app.limitedAccessTokens.nodes.map(({ name, revokedAt }) => [
    name.replace(/[0-9a-f]{8}$/, "*"),
    revokedAt !== null,
  ]);
}
const none = async () => expect((await tokens()).filter(([, revoked]) => !revoked)).toEqual([]);

test("a rotation leaves the old token dead, and none behind", async () => {
  await makeApp();
  const { code, out } = await fly.drill("rotation", "--app", "shop");
  expect(out).toMatch(
    /^\[PASS\] rotation: the new token worked before and after, the old one was answered 401 within \d\.\d s/,
  );
  expect(code).toBe(0);
  expect(fly.recorded()).toMatchObject([{ drill: "rotation", app: "shop", result: "passed" }]);
  expect(await tokens()).toHaveLength(2);
  await none();
});

test("the answer with a token's value is lost, and it is revoked all the same", async () => {
  await makeApp();
  await fly.arm("createLimitedAccessToken", { kind: "lose-response" });
  const { code, err } = await fly.drill("rotation", "--app", "shop");
  expect([code, err]).toEqual([2, expect.stringContaining("not carried out: create token")]);
  expect(await tokens()).toHaveLength(1);
  await none();
  expect(fly.recorded()).toEqual([]);
});

test("interrupted between the two it leaves no token that works, and records nothing", async () => {
  await makeApp();
  const { code, err } = await fly.run(["rotation", "--app", "shop"], (child) => {
    child.stderr?.on("data", (text: string) => {
      if (String(text).includes("works")) child.kill("SIGINT");
    });
  });
  expect([code, err]).toEqual([130, expect.stringContaining("interrupted; nothing was recorded")]);
  await none();
  expect(fly.recorded()).toEqual([]);
});

test("a token that cannot be cleared away is named, and the drill has failed", async () => {
  await makeApp();
  // The drill's own revocation goes well, the one that clears away does not.
  await fly.arm("deleteLimitedAccessToken", { kind: "status", status: 403, body: { error: "no" }, skip: 1, times: 9 });
  const { code, out } = await fly.drill("rotation", "--app", "shop");
  expect([code, out]).toEqual([
    1,
    expect.stringMatching(/left behind: tokens airworthy-drill-\w+ of app "shop", which end by themselves/),
  ]);
  expect(fly.recorded()).toMatchObject([{ result: "failed" }]);
});

test("what there is nothing to rotate for is said in one line", async () => {
  refuses(await fly.drill("rotation"), /name the app with --app/, fly.recorded());
  refuses(await fly.drill("rotation", "--app", "shop"), /there is no app "shop"/, fly.recorded());
  refuses(await fly.run(["rotation", "--app", "shop"], undefined, { FLY_API_TOKEN: "" }), /set FLY_API_TOKEN, or/, []);
});

test("what cannot be recorded is said, and is no proof", async () => {
  await makeApp();
  const { code, err } = await fly.drill("rotation", "--app", "shop", "--evidence", "no/such/folder/evidence.jsonl");
  expect([code, err]).toEqual([
    2,
    expect.stringContaining("evidence.jsonl cannot be written (ENOENT). Name another with --evidence"),
  ]);
  await none();
});

test("neither output nor evidence has a token, in any spelling", async () => {
  await makeApp();
  const values: string[] = [fly.emulator().token];
  const { out, err } = await fly.drill("rotation", "--app", "shop");
  const said = out + err + JSON.stringify(fly.recorded());
  expect(said).not.toMatch(/FlyV1|fm[12]_/);
  for (const value of values) {
    for (const text of [value, Buffer.from(value).toString("base64"), encodeURIComponent(value)])
      expect(said).not.toContain(text);
  }
});
