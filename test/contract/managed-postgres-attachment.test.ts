import { beforeAll, expect, test } from "vitest";
import { Engine, secret } from "../support/engine.ts";
import { arm, control, journalEnd, send, withLocalFly } from "../support/local-fly.ts";

const local = withLocalFly();
let cluster = "";

beforeAll(async () => {
  const args = { name: "db", region: "iad", plan: "basic", diskSizeGb: 10 };
  cluster = (await local.engine.create("ManagedPostgres", "db", args)).id;
});

let count = 0;

/** A new app, and its attachment as a program would declare it. */
async function fresh() {
  const app = `user-${++count}`;
  await local.engine.create("App", app, { name: app });
  return {
    app,
    args: { cluster, app },
    make: () => local.engine.create("ManagedPostgresAttachment", app, { cluster, app }),
  };
}

const attached = async () => {
  const { data } = (await send(local.fly, "GET", `/v1/postgres/${cluster}`)) as {
    data: { attached_apps: { name: string }[] };
  };
  return data.attached_apps.map(({ name }) => name);
};

test("an app is attached, found so, and detached; no secret is set", async () => {
  const { app, make } = await fresh();
  const state = await make();
  expect(state.id).toBe(`${cluster}/${app}`);
  expect(await attached()).toContain(app);
  expect(await send(local.fly, "GET", `/v1/apps/${app}/secrets`)).toMatchObject({ secrets: [] });
  expect((await local.engine.refresh(state))?.drift).toEqual({});
  await local.engine.remove(state);
  expect(await attached()).not.toContain(app);
  expect(await local.engine.refresh(state)).toBeUndefined();
  await local.engine.remove(state);
});

test("an app attached twice in one program is refused at the second, before anything is asked", async () => {
  const { app, args } = await fresh();
  const since = await journalEnd(local.fly);
  await local.engine.check("ManagedPostgresAttachment", "one", args);
  await expect(local.engine.check("ManagedPostgresAttachment", "two", args)).rejects.toThrow(
    `attachment of app ${app} to cluster ${cluster} is declared already, by "one": keep one of the two`,
  );
  expect(await journalEnd(local.fly)).toBe(since);
});

test("one that Fly has already is taken over, since it is a note and nothing more", async () => {
  const { app, make } = await fresh();
  await send(local.fly, "POST", `/v1/postgres/${cluster}/attachments`, { app_name: app });
  await make();
  expect((await attached()).filter((name) => name === app)).toEqual([app]);
});

test("a lost create answer leaves one attachment", async () => {
  const { app, make } = await fresh();
  await arm(local.fly, "Postgres_attachments_create", { kind: "lose-response" });
  await make();
  expect((await attached()).filter((name) => name === app)).toEqual([app]);
});

test("cluster and app replace", async () => {
  const { args, make } = await fresh();
  const state = await make();
  expect(await local.engine.diff(state, { ...args, app: "other" })).toEqual({ app: "UPDATE_REPLACE" });
  expect(await local.engine.diff(state, { ...args, cluster: "other" })).toEqual({ cluster: "UPDATE_REPLACE" });
});

test("it is gone with its app", async () => {
  const { app, make } = await fresh();
  const state = await make();
  await send(local.fly, "DELETE", `/v1/apps/${app}?force=true`);
  await control(local.fly, "POST", "clock", { advanceMs: 60_000 });
  expect(await local.engine.refresh(state)).toBeUndefined();
  await local.engine.remove(state);
});

test("an imported attachment shows no change, and one that is not there is a clear error", async () => {
  const { app, args } = await fresh();
  await expect(local.engine.read("ManagedPostgresAttachment", "none", `${cluster}/${app}`)).rejects.toThrow(
    /import attachment of app "user-\d+" of Managed Postgres cluster \w+: there is none/,
  );
  await send(local.fly, "POST", `/v1/postgres/${cluster}/attachments`, { app_name: app });
  const later = await Engine.start({ flapsUrl: local.fly.url, token: secret(local.fly.token) });
  const imported = await later.read("ManagedPostgresAttachment", app, `${cluster}/${app}`);
  expect(imported?.inputs).toEqual(args);
  if (imported) expect(await local.engine.diff(imported, args)).toEqual({});
});

test("an app that does not exist is one clear error, and nothing is attached", async () => {
  const since = await attached();
  const args = { cluster, app: "nobody" };
  await expect(local.engine.create("ManagedPostgresAttachment", "nobody", args)).rejects.toThrow(
    /attach app "nobody" and Managed Postgres cluster \w+: Fly answered 404: App not found/,
  );
  expect(await attached()).toEqual(since);
});
