import { expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import { halfMade, type State } from "../../support/engine.ts";
import { groupArgs, machinesOf } from "../../support/group.ts";
import { arm, happen, journalEnd, mutations, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();
const image = (letter: string) => ({ image: `registry.fly.io/shop@sha256:${letter.repeat(64)}` });
const quick = { waitTimeout: "1s" };
let count = 0;
let app = "";

async function deploy(deploy: Properties = quick, config: Properties = {}): Promise<State> {
  app = `back-${++count}`;
  await local.engine.create("App", app, { name: app });
  return await local.engine.create("ProcessGroup", "web", groupArgs(app, { deploy }, config));
}

const running = async () =>
  (await machinesOf(local, app)).map(({ name, state, config }) => `${name} ${state} ${config.image.at(-1)}`);
const all = (letter: string) => ["web-iad-0", "web-lhr-0", "web-lhr-1"].map((name) => `${name} started ${letter}`);

/** What the CLI keeps of a failed update. */
async function failing(state: State, args: Properties): Promise<{ state: State; reason: string }> {
  const half = halfMade(await local.engine.update(state, args, true).catch((error) => error));
  return { state: { ...state, outputs: half.outputs }, reason: half.reasons.join("\n") };
}

test("a release whose checks fail is taken back, and the error says why and what runs", async () => {
  const state = await deploy();
  await happen(local.fly, { kind: "failing-image", ...image("c") });
  const { state: half, reason } = await failing(state, groupArgs(app, { deploy: quick }, image("c")));
  expect(await running()).toEqual(all("a"));
  expect(reason).toMatch(
    /bring up web\/iad-0 \(machine \w+ of app "back-\d+" in iad\): its checks did not pass within 1s/,
  );
  expect(reason).toMatch(/Went back: all 3 machines are on release 1 again$/);
  expect(half.outputs["release"]).toMatchObject({ version: 1, ...image("a") });
  expect(half.outputs["config"]).toMatchObject(image("a"));
});

test("machines that were moved already go back with the one that failed", async () => {
  const state = await deploy({ ...quick, maxUnavailable: 1 });
  await arm(local.fly, "Machines_update", { kind: "status", status: 422, skip: 1 });
  const since = await journalEnd(local.fly);
  const { reason } = await failing(state, groupArgs(app, { deploy: { ...quick, maxUnavailable: 1 } }, image("b")));
  expect(reason).toMatch(/update machine \w+ .*422/);
  expect(await running()).toEqual(all("a"));
  // The first one there and back, and between them the one that was refused.
  expect((await mutations(local.fly, since)).filter((operation) => operation === "Machines_update")).toHaveLength(3);
});

test("after going back nothing drifts, the same fails again, and another release is rolled out", async () => {
  const { engine, fly } = local;
  const state = await deploy();
  await happen(fly, { kind: "failing-image", ...image("c") });
  const broken = groupArgs(app, { deploy: quick }, image("c"));
  const once = await failing(state, broken);
  expect((await engine.refresh(once.state))?.drift).toEqual({});
  expect(await engine.diff(once.state, broken)).toMatchObject({ "config.image": "UPDATE" });
  const twice = await failing(once.state, broken);
  expect(twice.reason).toMatch(/its checks did not pass/);
  const since = await journalEnd(fly);
  await engine.update(twice.state, groupArgs(app, { deploy: quick }), true);
  expect(await mutations(fly, since)).toEqual([]);
  const fixed = await engine.update(twice.state, groupArgs(app, { deploy: quick }, image("d")), true);
  expect(await running()).toEqual(all("d"));
  expect(fixed.outputs["release"]).toMatchObject({ version: 2 });
});

test('with onFailure "pause" one machine stays broken for a look, and the next up goes on from there', async () => {
  const pause = { ...quick, onFailure: "pause" };
  const state = await deploy(pause);
  await happen(local.fly, { kind: "failing-image", ...image("c") });
  const { state: half, reason } = await failing(state, groupArgs(app, { deploy: pause }, image("c")));
  expect((await running()).map((text) => text.at(-1))).toEqual(["c", "a", "a"]);
  expect(reason).toMatch(/Left as it is, because onFailure is "pause": 0 of 3 machines have the new release/);
  await local.engine.update(half, groupArgs(app, { deploy: pause }, image("d")), true);
  expect(await running()).toEqual(all("d"));
});

test("a first deploy that fails has nothing to go back to and keeps what it made", async () => {
  app = `back-${++count}`;
  await local.engine.create("App", app, { name: app });
  await happen(local.fly, { kind: "failing-image", ...image("c") });
  const args = groupArgs(app, { deploy: quick }, image("c"));
  const half = halfMade(await local.engine.create("ProcessGroup", "web", args).catch((error) => error));
  expect(half.reasons[0]).not.toMatch(/Went back/);
  expect(await machinesOf(local, app)).toHaveLength(3);
});

test("a slot that a failed release was to add is gone again, and one it was to move is where it was", async () => {
  const state = await deploy();
  await happen(local.fly, { kind: "failing-image", ...image("c") });
  const slots = [
    { name: "iad-0", region: "ord" },
    { name: "lhr-0", region: "lhr" },
    { name: "lhr-1", region: "lhr" },
    { name: "syd-0", region: "syd" },
  ];
  await failing(state, groupArgs(app, { deploy: quick, slots }, image("c")));
  expect(await running()).toEqual(all("a"));
});

test("a machine that was stopped is stopped again with what it had", async () => {
  const state = await deploy({ ...quick, maxUnavailable: 1 });
  const [, , third] = await machinesOf(local, app);
  await happen(local.fly, { kind: "exit", app, machine: third?.id, exitCode: 0 });
  await happen(local.fly, { kind: "failing-image", ...image("c") });
  await failing(state, groupArgs(app, { deploy: quick }, image("c")));
  expect((await machinesOf(local, app)).map(({ config }) => config.image.at(-1))).toEqual(["a", "a", "a"]);
});

test("a secret that only the earlier config had is not in clear in the state after going back", async () => {
  const { secret } = await import("../../support/engine.ts");
  const env = (value: unknown) => ({ env: { LOG_LEVEL: "info", KEY: value } }) as Properties;
  const state = await deploy(quick, env(secret("planted-value")));
  await happen(local.fly, { kind: "failing-image", ...image("c") });
  const { state: half, reason } = await failing(state, groupArgs(app, { deploy: quick }, image("c")));
  const shown = JSON.stringify(half.outputs["config"]);
  expect(shown).toContain("1b47061264138c4ac30d75fd1eb44270");
  expect(reason).not.toContain("planted-value");
});
