import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Properties } from "../../provider/value.ts";
import { halfMade, type State } from "../support/engine.ts";
import { groupArgs, machinesOf } from "../support/group.ts";
import { arm, control, happen, journalEnd, mutations, send, withLocalFly } from "../support/local-fly.ts";

// What follows a run that failed: the cases in which the next run has to know more than Diff tells it.
const local = withLocalFly();
let count = 0;
let app = "";

const image = (letter: string) => ({ image: `registry.fly.io/shop@sha256:${letter.repeat(64)}` });
const images = async () => (await machinesOf(local, app)).map(({ config }) => config.image.at(-1));

async function deploy(more?: Properties, config?: Properties): Promise<{ state: State; args: Properties }> {
  app = `next-${++count}`;
  await local.engine.create("App", app, { name: app });
  const args = groupArgs(app, more, config);
  return { state: await local.engine.create("ProcessGroup", "web", args), args };
}

/** What the CLI keeps of a failed update: the old inputs, the new outputs. */
async function failing(state: State, args: Properties): Promise<State> {
  const error = await local.engine.update(state, args, true).catch((thrown) => thrown);
  return { ...state, outputs: halfMade(error).outputs };
}

test("an image whose checks fail breaks one machine, however often up is repeated", async () => {
  const short = { deploy: { waitTimeout: "1s", onFailure: "pause" } };
  const { state } = await deploy(short);
  await happen(local.fly, { kind: "failing-image", image: image("c").image });
  const next = groupArgs(app, short, image("c"));
  const once = await failing(state, next);
  await failing(once, next);
  expect(await images()).toEqual(["c", "a", "a"]);
});

test("a machine that ended by itself after a failed update is not taken for healthy", async () => {
  const short = { deploy: { waitTimeout: "1s", onFailure: "pause" } };
  const { state } = await deploy(short, { restart: { policy: "no" } });
  await happen(local.fly, { kind: "failing-image", image: image("c").image });
  const next = groupArgs(app, short, { ...image("c"), restart: { policy: "no" } });
  const once = await failing(state, next);
  const [first] = await machinesOf(local, app);
  await happen(local.fly, { kind: "exit", app, machine: first?.id, exitCode: 1 });
  expect((await machinesOf(local, app))[0]?.state).toBe("stopped");
  await failing(once, next);
  expect(await images()).toEqual(["c", "a", "a"]);
});

test("after an image that cannot be pulled, the same fails again and another one is rolled out", async () => {
  const short = { deploy: { waitTimeout: "1s", onFailure: "pause" } };
  const { state } = await deploy(short);
  await happen(local.fly, { kind: "unpullable-image", image: image("e").image });
  const once = await failing(state, groupArgs(app, short, image("e")));
  const twice = await failing(once, groupArgs(app, short, image("e")));
  expect(await images()).toEqual(["e", "a", "a"]);
  const fixed = await local.engine.update(twice, groupArgs(app, short, image("b")), true);
  expect(await images()).toEqual(["b", "b", "b"]);
  expect((await local.engine.refresh(fixed))?.drift).toEqual({});
});

test.each([
  ["without a refresh", false],
  ["with a refresh, which forgets errors", true],
])("a failed update whose program is then reverted is taken back %s", async (_, refreshed) => {
  const { engine } = local;
  const pause = { deploy: { onFailure: "pause" } };
  const { state, args } = await deploy(pause);
  await arm(local.fly, "Machines_update", { kind: "status", status: 422, skip: 1 });
  let half = await failing(state, groupArgs(app, pause, image("b")));
  expect(await images()).toEqual(["b", "a", "a"]);
  if (refreshed) {
    const told = halfMade(await engine.refresh(half).catch((error) => error));
    expect(told.reasons[0]).toMatch(/the last rollout of web ended early\. Run `pulumi up`/);
    half = { ...half, inputs: told.inputs ?? {}, outputs: told.outputs };
  }
  // The program says what the old inputs say, so nothing but the failure makes the engine call Update.
  expect(await engine.diff(half, args)).toEqual({});
  const back = await engine.update(half, args, true);
  expect(await images()).toEqual(["a", "a", "a"]);
  expect((await engine.refresh(back))?.drift).toEqual({});
});

test("a first deploy that failed its checks is still half made after a refresh", async () => {
  app = `next-${++count}`;
  await local.engine.create("App", app, { name: app });
  await happen(local.fly, { kind: "failing-image", image: image("d").image });
  const args = groupArgs(app, { deploy: { waitTimeout: "1s" } }, image("d"));
  const half = halfMade(await local.engine.create("ProcessGroup", "web", args).catch((error) => error));
  const inputs = await local.engine.check("ProcessGroup", "web", args);
  const state = { type: "ProcessGroup", name: "web", id: half.id, inputs, outputs: half.outputs };
  const told = halfMade(await local.engine.refresh(state).catch((error) => error));
  expect(told.reasons[0]).toMatch(/ended early \(iad-0, lhr-0, lhr-1\)/);
});

test("what was changed by hand is mended by the run after one that failed before it", async () => {
  const { engine, fly } = local;
  const { state, args } = await deploy();
  for (const { id, config } of await machinesOf(local, app)) {
    await send(fly, "POST", `/v1/apps/${app}/machines/${id}`, { config: { ...config, env: { BY: "hand" } } });
  }
  const refreshed = (await engine.refresh(state)) ?? state;
  await arm(fly, "Machines_create_lease", { kind: "status", status: 422 });
  const half = await failing(refreshed, args);
  const mended = await engine.update(half, args, true);
  expect((await machinesOf(local, app)).map(({ config }) => config.env)).toEqual(
    Array.from({ length: 3 }, () => ({ LOG_LEVEL: "info", FLY_PROCESS_GROUP: "web" })),
  );
  expect((await engine.refresh(mended))?.drift).toEqual({});
});

test("how a change is rolled out is in the state at once and touches no machine", async () => {
  const { engine, fly } = local;
  const { state } = await deploy();
  const since = await journalEnd(fly);
  const deployed = {
    ...{ strategy: "rolling", maxUnavailable: 2, waitTimeout: "9m", keepReleases: 3 },
    ...{ onFailure: "pause", hostFailure: "fail" },
  };
  const updated = await engine.update(state, groupArgs(app, { deploy: deployed }));
  expect(updated.inputs["deploy"]).toEqual(deployed);
  expect(updated.outputs["release"]).toEqual(state.outputs["release"]);
  expect(await mutations(fly, since)).toEqual([]);
});

test("a slot that gets another name and keeps its volume gets a machine with that volume", async () => {
  const { engine } = local;
  app = `next-${++count}`;
  await engine.create("App", app, { name: app });
  const { id } = await engine.create("Volume", "data", { app, name: "data", region: "iad", sizeGb: 3 });
  const args = (name: string): Properties => ({
    ...groupArgs(app, {}, { mounts: [{ path: "/data" }] }),
    slots: [{ name, region: "iad", volume: id }],
  });
  const state = await engine.create("ProcessGroup", "web", args("iad-0"));
  const renamed = await engine.update(state, args("first"));
  expect((await machinesOf(local, app)).map(({ name, config }) => [name, config.mounts?.[0]?.volume])).toEqual([
    ["web-first", id],
  ]);
  expect((await engine.refresh(renamed))?.drift).toEqual({});
});

test("a group whose machines somebody destroys meanwhile is deleted all the same", async () => {
  const { engine, fly } = local;
  const { state } = await deploy();
  const [first] = await machinesOf(local, app);
  // While the client waits for its turn.
  await arm(fly, "Machines_create_lease", { kind: "status", status: 429, times: 6 });
  const removed = engine.remove(state);
  while (fly.faults.unspent()[0]?.times === 6) await setImmediate();
  await send(fly, "DELETE", `/v1/apps/${app}/machines/${first?.id}?force=true`);
  await send(fly, "GET", `/v1/apps/${app}/machines/${first?.id}/wait?state=destroyed`);
  await removed;
  expect(await machinesOf(local, app)).toEqual([]);
});

test("a volume that Fly moved is changed where it is, without a refresh first", async () => {
  const { engine, fly } = local;
  app = `next-${++count}`;
  await engine.create("App", app, { name: app });
  const volumeArgs = { app, name: "data", region: "iad", sizeGb: 3 };
  const volume = await engine.create("Volume", "data", volumeArgs);
  const group = {
    ...groupArgs(app, {}, { mounts: [{ path: "/data" }] }),
    slots: [{ name: "iad-0", region: "iad", volume: volume.id }],
  };
  await engine.create("ProcessGroup", "web", group);
  await happen(fly, { kind: "host-migration", app, machine: (await machinesOf(local, app))[0]?.id });
  const grown = await engine.update(volume, { ...volumeArgs, sizeGb: 5 });
  expect(grown.outputs["actualSizeGb"]).toBe(5);
  expect((await engine.refresh(grown))?.drift).toEqual({});
});

test("an app that was just deleted can be made again at once, and stays", async () => {
  const { engine, fly } = local;
  app = `next-${++count}`;
  await engine.remove(await engine.create("App", app, { name: app }));
  const again = await engine.create("App", app, { name: app });
  await control(fly, "POST", "clock", { advanceMs: 60_000 });
  expect(await engine.refresh(again)).toBeDefined();
});

test("a snapshot that is being taken already is waited for, not asked for in vain", async () => {
  const { engine, fly } = local;
  app = `next-${++count}`;
  await engine.create("App", app, { name: app });
  const volume = await engine.create("Volume", "data", { app, name: "data", region: "iad", sizeGb: 3 });
  const config = { image: "redis:7", mounts: [{ volume: volume.id, path: "/data" }] };
  const { id } = (await send(fly, "POST", `/v1/apps/${app}/machines`, { region: "iad", config })) as { id: string };
  await send(fly, "DELETE", `/v1/apps/${app}/machines/${id}?force=true`);
  await send(fly, "POST", `/v1/apps/${app}/volumes/${volume.id}/snapshots`);
  await engine.remove(volume);
  expect(await mutations(fly, await journalEnd(fly))).toEqual([]);
});

test("an address of one region is not taken for the one of all regions", async () => {
  const { engine } = local;
  app = `next-${++count}`;
  await engine.create("App", app, { name: app });
  const one = await engine.create("IpAddress", "one", { app, type: "v4", region: "iad" });
  const all = await engine.create("IpAddress", "all", { app, type: "v4" });
  expect(all.id).not.toBe(one.id);
  const imported = await engine.read("IpAddress", "all", all.id);
  expect(imported?.inputs).toEqual({ app, type: "v4" });
});
