import { afterAll, beforeAll, expect, test } from "vitest";
import { Workspace } from "../support/workspace.ts";

let shop: Workspace;

beforeAll(async () => {
  shop = await Workspace.of(".");
  await shop.pulumi(["config", "set", "--secret", "sessionKey"], {}, "planted-session-key");
  await shop.ok("config", "set", "--path", "team[0]", "ana");
  await shop.ok("config", "set", "--path", "team[1]", "ben");
  await shop.ok("up", "--yes", "--skip-preview");
});
afterAll(() => shop?.remove());

/** The stack's token for CI and its app, as somebody reads them who may see secrets. */
async function deployed(): Promise<{ app: string; token: string }> {
  const outputs = JSON.parse(await shop.ok("stack", "output", "--json", "--show-secrets"));
  return { app: new URL(outputs.url).hostname.replace(".fly.dev", ""), token: outputs.deployToken };
}

/** How the local Fly answers somebody who has this token. */
async function answerTo({ app, token }: { app: string; token: string }): Promise<number> {
  const { url } = await shop.localFly();
  const authorization = token.startsWith("FlyV1 ") ? token : `Bearer ${token}`;
  return (await fetch(`${url}/v1/apps/${app}`, { headers: { authorization } })).status;
}

test("the token of the first up is valid, and in no plain output", async () => {
  const first = await deployed();
  expect(await answerTo(first)).toBe(200);
  expect(await answerTo({ ...first, token: `${first.token}x` })).toBe(401);
  expect(await shop.ok("stack", "output", "--json")).not.toContain(first.token);
  expect(await shop.export()).not.toContain(first.token);
});

test("somebody who leaves the team takes no valid token along: the new one is there before the old one is dead", async () => {
  const before = { ...(await deployed()), calls: await shop.mutations() };
  await shop.ok("config", "rm", "--path", "team[1]");
  const output = await shop.ok("up", "--yes", "--skip-preview");
  const after = await deployed();
  expect((await shop.mutations()).slice(before.calls.length)).toEqual([
    "createLimitedAccessToken",
    "deleteLimitedAccessToken",
  ]);
  expect(after.token).not.toBe(before.token);
  expect(await answerTo(before)).toBe(401);
  expect(await answerTo(after)).toBe(200);
  for (const { token } of [before, after]) expect(output).not.toContain(token);
});

test("a team that stays keeps its token", async () => {
  const before = { ...(await deployed()), calls: await shop.mutations() };
  await shop.ok("up", "--yes", "--skip-preview", "--expect-no-changes");
  expect(await shop.mutations()).toEqual(before.calls);
  expect((await deployed()).token).toBe(before.token);
});
