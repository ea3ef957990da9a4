import { expect, test } from "vitest";
import { CheckFailed } from "../support/engine.ts";
import { arm, control, happen, send, withLocalFly } from "../support/local-fly.ts";

const local = withLocalFly();

test("an app is made, read and deleted, and its name is its id in the preview already", async () => {
  const { engine, fly } = local;
  expect((await engine.create("App", "shop", { name: "shop-one" }, true)).id).toBe("shop-one");
  const app = await engine.create("App", "shop", { name: "shop-one" });
  expect(app.id).toBe("shop-one");
  expect(app.outputs).toMatchObject({ name: "shop-one", hostname: "shop-one.fly.dev", orgSlug: "local" });
  expect((await engine.refresh(app))?.drift).toEqual({});
  await engine.remove(app);
  await control(fly, "POST", "clock", { advanceMs: 60_000 });
  expect(await engine.refresh(app)).toBeUndefined();
});

test("a lost create answer leaves one app and no error", async () => {
  const { engine, fly } = local;
  await arm(fly, "Apps_create", { kind: "lose-response" });
  const app = await engine.create("App", "lost", { name: "shop-lost" });
  expect(app.outputs).toMatchObject({ hostname: "shop-lost.fly.dev" });
});

test("a name that somebody else holds is one clear error, and nothing is made", async () => {
  const { engine, fly } = local;
  await happen(fly, { kind: "foreign-app", name: "taken-name", org: "strangers" });
  await expect(engine.create("App", "taken", { name: "taken-name" })).rejects.toThrow(
    /create app "taken-name": .*taken.*Choose another name/s,
  );
});

test("an app of one's own that is there already is to be imported, not taken over", async () => {
  const { engine, fly } = local;
  await send(fly, "POST", "/v1/apps", { app_name: "by-hand", name: "by-hand", org_slug: "local" });
  await expect(engine.create("App", "hand", { name: "by-hand" })).rejects.toThrow(/pulumi import airworthy:index:App/);
  const imported = await engine.read("App", "hand", "by-hand");
  expect(imported?.inputs).toEqual({ name: "by-hand" });
});

test("the same app twice in a program is refused before anything is asked for", async () => {
  const { engine } = local;
  await engine.check("App", "first", { name: "shop-twice" });
  await expect(engine.check("App", "second", { name: "shop-twice" })).rejects.toThrow(
    'app shop-twice is declared already, by "first": keep one of the two',
  );
});

test("a change of name replaces, a change of private does not", async () => {
  const { engine } = local;
  const app = await engine.create("App", "diff", { name: "shop-diff" });
  expect(await engine.diff(app, { name: "shop-other" })).toEqual({ name: "UPDATE_REPLACE" });
  expect(await engine.diff(app, { name: "shop-diff", private: true })).toEqual({ private: "ADD" });
});

test.each([
  [{ name: "Bad_Name" }, /^name: must be at most 63 lowercase letters/],
  [{}, /^name: is required/],
  [{ name: "shop", nmae: "x" }, /^nmae: there is no such property/],
])("%j is refused at check with the property and what is allowed", async (args, message) => {
  const refusal = await local.engine.check("App", "bad", args as never).catch((error) => error);
  expect(refusal).toBeInstanceOf(CheckFailed);
  expect(refusal.reasons[0]).toMatch(message);
});

test("an app is not called gone by a token that Fly does not accept", async () => {
  const { engine, fly } = local;
  const app = await engine.create("App", "kept", { name: "shop-kept" });
  for (const status of [401, 403, 500]) {
    await arm(fly, "Apps_show", { kind: "status", status, times: status === 500 ? 6 : 1 });
    await expect(engine.refresh(app)).rejects.toThrow(/read app "shop-kept"/);
    await control(fly, "DELETE", "faults");
  }
});
