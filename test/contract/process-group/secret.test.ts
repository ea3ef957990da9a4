import { expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import type { State } from "../../support/engine.ts";
import { groupArgs, machinesOf } from "../../support/group.ts";
import { journalEnd, mutations, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();
let count = 0;
let app = "";

const secretsOf = (name: string, values: Properties) => local.engine.create("Secrets", name, { app, values });
const version = ({ outputs }: State) => outputs["version"] ?? 0;

/** A group of one machine, which uses the secrets of a resource or none. */
const args = (name: string, secrets?: State): Properties =>
  groupArgs(app, {
    name,
    slots: [{ name: "iad-0", region: "iad" }],
    ...(secrets && { minSecretsVersion: version(secrets) }),
  });
const deploy = (name: string, secrets?: State) => local.engine.create("ProcessGroup", name, args(name, secrets));

async function newApp() {
  app = `sealed-${++count}`;
  await local.engine.create("App", app, { name: app });
}

/** Version of each group's machine: a machine that was rolled has another. */
const instances = async () =>
  Object.fromEntries(
    (await machinesOf(local, app)).map(({ config, instance_id }) => [config.metadata["airworthy_group"], instance_id]),
  );
const rolled = (before: Record<string, string>, after: Record<string, string>) =>
  Object.keys(after).filter((name) => before[name] !== after[name]);

test("a changed value rolls the groups that use the secrets and no other", async () => {
  await newApp();
  const keys = await secretsOf("keys", { API_KEY: "first-value" });
  const groups = { web: await deploy("web", keys), worker: await deploy("worker", keys), plain: await deploy("plain") };
  const before = await instances();
  const changed = await local.engine.update(keys, { app, values: { API_KEY: "second-value" } });
  expect(version(changed)).toBeGreaterThan(version(keys) as number);
  for (const [name, state] of Object.entries(groups)) {
    const news = args(name, name === "plain" ? undefined : changed);
    const found = await local.engine.diff(state, news);
    expect(found).toEqual(name === "plain" ? {} : { minSecretsVersion: "UPDATE" });
    await local.engine.update(state, news);
  }
  expect(rolled(before, await instances()).sort()).toEqual(["web", "worker"]);
  expect((await machinesOf(local, app)).map(({ state }) => state)).toEqual(["started", "started", "started"]);
});

test("the same value again rolls nothing, though somebody else changed the app's secrets meanwhile", async () => {
  await newApp();
  const keys = await secretsOf("keys", { API_KEY: "first-value" });
  const web = await deploy("web", keys);
  await secretsOf("others", { OTHER: "other-value" });
  const before = await instances();
  const since = await journalEnd(local.fly);
  const again = await local.engine.update(keys, { app, values: { API_KEY: "first-value" } });
  const refreshed = (await local.engine.refresh(again)) ?? again;
  expect(await local.engine.diff(web, args("web", refreshed))).toEqual({});
  await local.engine.update(web, args("web", refreshed));
  expect(await mutations(local.fly, since)).toEqual([]);
  expect(rolled(before, await instances())).toEqual([]);
});

test("of two Secrets of one app each rolls its own groups", async () => {
  await newApp();
  const [one, two] = [await secretsOf("one", { ONE: "first-one" }), await secretsOf("two", { TWO: "first-two" })];
  const [web, worker] = [await deploy("web", one), await deploy("worker", two)];
  const before = await instances();
  const next = await local.engine.update(two, { app, values: { TWO: "second-two" } });
  expect(await local.engine.diff(web, args("web", one))).toEqual({});
  await local.engine.update(web, args("web", one));
  await local.engine.update(worker, args("worker", next));
  expect(rolled(before, await instances())).toEqual(["worker"]);
});

test("a secret more or less is a roll of the groups that use them", async () => {
  await newApp();
  const keys = await secretsOf("keys", { KEPT: "kept-value", DROPPED: "dropped-value" });
  const web = await deploy("web", keys);
  const before = await instances();
  const fewer = await local.engine.update(keys, { app, values: { KEPT: "kept-value" } });
  const after = await local.engine.update(web, args("web", fewer));
  expect(rolled(before, await instances())).toEqual(["web"]);
  expect(after.outputs["release"]).toMatchObject({ version: 2 });
});

test("a version of the secrets that does not exist is one error, and what ran runs on", async () => {
  await newApp();
  const web = await deploy("web");
  const news = { ...args("web"), minSecretsVersion: 99 };
  const error = await local.engine.update(web, news).catch((thrown) => thrown);
  expect(String(error)).toMatch(
    /update machine \w+ of app "sealed-\d+": Fly answered 412: .*secrets version 99 is not known/,
  );
  const machines = await machinesOf(local, app);
  expect(machines.map(({ id, state }) => [id, state])).toEqual([
    [(web.outputs["machineIds"] as string[])[0], "started"],
  ]);
  expect(await local.engine.diff(web, args("web"))).toEqual({});
});
