import { describe, expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import { halfMade, type State } from "../../support/engine.ts";
import { addByHand, changeByHand, groupArgs, machinesOf } from "../../support/group.ts";
import { arm, control, happen, journalEnd, mutations, send, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();
let count = 0;
let app = "";

const image = (letter: string) => `registry.fly.io/shop@sha256:${letter.repeat(64)}`;

const machineArgs = (more: Properties = {}, config: Properties = {}): Properties => ({
  app,
  name: "report",
  region: "iad",
  config: {
    image: image("a"),
    env: { LOG_LEVEL: "info" },
    checks: { alive: { type: "tcp", port: 9000, interval: "15s", timeout: "2s" } },
    ...config,
  },
  ...more,
});

async function newApp(): Promise<void> {
  app = `single-${++count}`;
  await local.engine.create("App", app, { name: app });
}

async function deploy(more?: Properties, config?: Properties): Promise<{ state: State; args: Properties }> {
  await newApp();
  const args = machineArgs(more, config);
  return { state: await local.engine.create("Machine", "nightly", args), args };
}

const only = async () => {
  const machines = await machinesOf(local, app);
  expect(machines).toHaveLength(1);
  return machines[0] as (typeof machines)[number];
};
const newVolume = async (name: string) =>
  (await local.engine.create("Volume", name, { app, name, region: "iad", sizeGb: 3 })).id;
const mounted = { mounts: [{ path: "/data" }] };

describe("a machine by itself", () => {
  test("is made healthy, under labels by which fly deploy leaves it alone", async () => {
    const { state, args } = await deploy();
    const live = await only();
    expect(live).toMatchObject({ name: "report", region: "iad", state: "started" });
    expect(live.config.metadata).toMatchObject({ airworthy_stack: "shop/dev", airworthy_machine: "nightly" });
    expect(Object.keys(live.config.metadata).filter((label) => label.startsWith("fly_"))).toEqual([]);
    expect(state.id).toBe(`${app}/${live.id}`);
    expect(state.outputs).toMatchObject({ machineId: live.id, instanceId: live.instance_id });
    const since = await journalEnd(local.fly);
    expect((await local.engine.refresh(state))?.drift).toEqual({});
    await local.engine.update(state, args, true);
    expect(await mutations(local.fly, since)).toEqual([]);
  });

  test("is changed in place, and once it is stopped it stays so", async () => {
    const { state } = await deploy();
    const next = machineArgs({}, { env: { LOG_LEVEL: "debug" } });
    const updated = await local.engine.update(state, next);
    expect(await only()).toMatchObject({ id: state.outputs["machineId"], state: "started" });
    expect((await only()).config.env).toEqual({ LOG_LEVEL: "debug" });
    const id = state.outputs["machineId"];
    await send(local.fly, "POST", `/v1/apps/${app}/machines/${id}/stop`, {});
    await send(local.fly, "GET", `/v1/apps/${app}/machines/${id}/wait?state=stopped`);
    const stopped = await local.engine.update(updated, machineArgs({}, { env: { LOG_LEVEL: "warn" } }));
    await control(local.fly, "POST", "clock", { advanceMs: 60_000 });
    expect(await only()).toMatchObject({ state: "stopped", config: { env: { LOG_LEVEL: "warn" } } });
    expect((await local.engine.refresh(stopped))?.drift).toEqual({});
  });

  test.each<[string, Properties]>([
    ["name", { name: "audit" }],
    ["region", { region: "lhr" }],
    ["app", { app: "another" }],
  ])("another %s replaces it, the old one going first", async (field, change) => {
    const { state, args } = await deploy();
    expect(await local.engine.diff(state, { ...args, ...change })).toEqual({ [field]: "UPDATE_REPLACE" });
    expect(await local.engine.goesFirst(state, { ...args, ...change })).toBe(true);
  });

  test("another volume replaces it, and the successor of its name takes the new one", async () => {
    await newApp();
    const [first, second] = [await newVolume("one"), await newVolume("two")];
    const args = (volume: string) => machineArgs({ volume }, mounted);
    const state = await local.engine.create("Machine", "nightly", args(first));
    expect(await local.engine.diff(state, args(second))).toEqual({ volume: "UPDATE_REPLACE" });
    await local.engine.remove(state);
    const next = await local.engine.create("Machine", "nightly", args(second));
    expect((await only()).config.mounts?.[0]?.volume).toBe(second);
    expect((await local.engine.refresh(next))?.drift).toEqual({});
  });

  test("a volume that Fly moved is no drift, and the next change keeps it", async () => {
    await newApp();
    const volume = await newVolume("data");
    const args = (id: string, level = "info") => machineArgs({ volume: id }, { ...mounted, env: { LOG_LEVEL: level } });
    const state = await local.engine.create("Machine", "nightly", args(volume));
    const { id } = await only();
    await happen(local.fly, { kind: "host-migration", app, machine: id });
    const moved = (await only()).config.mounts?.[0]?.volume ?? "";
    expect(moved).not.toBe(volume);
    const refreshed = (await local.engine.refresh(state)) ?? state;
    expect(await local.engine.diff(refreshed, args(moved))).toEqual({});
    expect(await local.engine.diff(refreshed, args(volume))).toEqual({});
    await local.engine.update(refreshed, args(moved, "debug"));
    expect(await only()).toMatchObject({ id, config: { mounts: [{ volume: moved }] } });
  });

  test("a lost create answer leaves one machine, not two", async () => {
    await newApp();
    await arm(local.fly, "Machines_create", { kind: "lose-response" });
    const state = await local.engine.create("Machine", "nightly", machineArgs());
    expect((await only()).id).toBe(state.outputs["machineId"]);
  });

  test("one that a dead run made is found again, and made anew where another region is declared by now", async () => {
    const { state } = await deploy();
    const again = await local.engine.create("Machine", "nightly", machineArgs());
    expect(again.id).toBe(state.id);
    const moved = await local.engine.create("Machine", "nightly", machineArgs({ region: "lhr" }));
    expect(await only()).toMatchObject({ id: moved.outputs["machineId"], region: "lhr" });
  });

  test("a lost answer to a change leaves it changed once, with no lease", async () => {
    const { state } = await deploy();
    await arm(local.fly, "Machines_update", { kind: "lose-response" });
    const since = await journalEnd(local.fly);
    await local.engine.update(state, machineArgs({}, { env: {} }));
    expect((await mutations(local.fly, since)).filter((one) => one === "Machines_update")).toHaveLength(1);
    const lease = send(local.fly, "GET", `/v1/apps/${app}/machines/${(await only()).id}/lease`);
    await expect(lease).rejects.toThrow("404");
  });

  test("one of the name that somebody else made is an error that names the import, and is not touched", async () => {
    await newApp();
    const config = { image: "redis:7" };
    const { id } = (await send(local.fly, "POST", `/v1/apps/${app}/machines`, { name: "report", config })) as {
      id: string;
    };
    await expect(local.engine.create("Machine", "nightly", machineArgs())).rejects.toThrow(
      `there is one of that name already, ${id}. To manage it here run \`pulumi import airworthy:index:Machine nightly ${app}/${id}\``,
    );
    expect((await only()).config.image).toContain("redis");
  });

  test("one whose checks never pass is half made, and mended by the next up", async () => {
    await newApp();
    await happen(local.fly, { kind: "failing-image", image: image("d") });
    const bad = machineArgs({ waitTimeout: "1s" }, { image: image("d") });
    const half = halfMade(await local.engine.create("Machine", "nightly", bad).catch((error) => error));
    expect(half.reasons[0]).toMatch(/bring up report .*its checks did not pass within 1s\n {2}check alive is critical/);
    expect(half.reasons[0]).not.toMatch(/not yet reached/);
    const inputs = await local.engine.check("Machine", "nightly", bad);
    const state = { type: "Machine", name: "nightly", id: half.id, inputs, outputs: half.outputs };
    const told = halfMade(await local.engine.refresh(state).catch((error) => error));
    expect(told.reasons[0]).toMatch(/the last change of machine \w+ \(report\) ended early\. Run `pulumi up`/);
    const mended = await local.engine.update(state, machineArgs(), true);
    expect(await only()).toMatchObject({ id: half.outputs["machineId"], config: { image: image("a") } });
    expect((await local.engine.refresh(mended))?.drift).toEqual({});
  });

  test("its delete stops it by its signal first, and what is gone already is done", async () => {
    const { state } = await deploy();
    const since = await journalEnd(local.fly);
    await local.engine.remove(state);
    expect(await mutations(local.fly, since)).toEqual(["Machines_create_lease", "Machines_stop", "Machines_delete"]);
    expect(await machinesOf(local, app)).toEqual([]);
    await local.engine.remove(state);
    expect(await local.engine.refresh(state)).toBeUndefined();
  });

  test("is no stranger and no excess to a group of the stack, which its going leaves alone", async () => {
    const { state } = await deploy();
    const group = await local.engine.create("ProcessGroup", "web", groupArgs(app));
    expect((await local.engine.refresh(group))?.drift).toEqual({});
    await local.engine.remove(group);
    expect((await only()).id).toBe(state.outputs["machineId"]);
  });

  test("two of one name are refused at preview", async () => {
    await newApp();
    await local.engine.check("Machine", "one", machineArgs());
    await expect(local.engine.check("Machine", "two", machineArgs())).rejects.toThrow(
      `machine report of app ${app} is declared already, by "one"`,
    );
  });
});

describe("drift", () => {
  test("what was changed by hand stands where the program declares it, and up mends it", async () => {
    const { state, args } = await deploy();
    await changeByHand(local, app, await only(), { LOG_LEVEL: "debug" });
    const refreshed = (await local.engine.refresh(state)) ?? state;
    expect(await local.engine.diff(refreshed, args)).toEqual({ "config.env.LOG_LEVEL": "UPDATE" });
    const mended = await local.engine.update(refreshed, args);
    expect((await only()).config.env).toEqual({ LOG_LEVEL: "info" });
    expect((await local.engine.refresh(mended))?.drift).toEqual({});
  });

  test("a schedule taken away by hand is drift", async () => {
    const { state, args } = await deploy({ schedule: "daily" });
    const live = await only();
    const { schedule: _, ...config } = live.config as unknown as Properties;
    await send(local.fly, "POST", `/v1/apps/${app}/machines/${live.id}`, { config });
    const refreshed = (await local.engine.refresh(state)) ?? state;
    expect(await local.engine.diff(refreshed, args)).toEqual({ schedule: "ADD" });
  });

  test("one that somebody destroyed is gone", async () => {
    const { state, args } = await deploy();
    const id = state.outputs["machineId"];
    await send(local.fly, "DELETE", `/v1/apps/${app}/machines/${id}?force=true`);
    await control(local.fly, "POST", "clock", { advanceMs: 60_000 });
    const next = { ...args, config: { image: image("b") } };
    await expect(local.engine.update(state, next)).rejects.toThrow(/it is gone\. Run `pulumi refresh`/);
    expect(await local.engine.refresh(state)).toBeUndefined();
  });
});

describe("on a schedule", () => {
  test("it need not run: nothing waits for checks, and it is started by nobody when it has ended", async () => {
    await happen(local.fly, { kind: "failing-image", image: image("e") });
    const config = { image: image("e"), restart: { policy: "no" } };
    const { state } = await deploy({ schedule: "hourly" }, config);
    const { id } = await only();
    expect((await only()).config).toMatchObject({ schedule: "hourly" });
    await happen(local.fly, { kind: "exit", app, machine: id });
    const updated = await local.engine.update(state, machineArgs({ schedule: "daily" }, config));
    await control(local.fly, "POST", "clock", { advanceMs: 60_000 });
    expect(await only()).toMatchObject({ id, state: "stopped", config: { schedule: "daily" } });
    expect((await local.engine.refresh(updated))?.drift).toEqual({});
  });

  test("an image that cannot be pulled is an error all the same", async () => {
    await happen(local.fly, { kind: "unpullable-image", image: image("f") });
    await expect(deploy({ schedule: "daily" }, { image: image("f") })).rejects.toThrow(
      /bring up report \(machine \w+ of app "single-\d+" in iad\): it is failed/,
    );
  });
});

describe('image: "running"', () => {
  test("needs a machine, whose image it then keeps whoever deploys one", async () => {
    await newApp();
    const keeping = machineArgs({}, { image: "running" });
    await expect(local.engine.create("Machine", "nightly", keeping)).rejects.toThrow(
      /config\.image is "running", and there is no machine whose image to keep\. Give an image for the first `up`/,
    );
    const state = await local.engine.create("Machine", "nightly", machineArgs());
    expect(await local.engine.diff(state, keeping)).toEqual({});
    const live = await only();
    const config = { ...live.config, image: image("b") };
    await send(local.fly, "POST", `/v1/apps/${app}/machines/${live.id}`, { config });
    const declared = { ...state, inputs: await local.engine.check("Machine", "nightly", keeping) };
    expect((await local.engine.refresh(declared))?.drift).toEqual({});
    await local.engine.update(declared, machineArgs({}, { image: "running", env: {} }));
    expect((await only()).config.image).toBe(image("b"));
  });
});

test.each<[string, Properties, Properties, RegExp]>([
  ["a volume without a place", { volume: "vol_1" }, {}, /^volume: has no place in the machine/],
  ["a place without a volume", {}, mounted, /^volume: is required, because config\.mounts has a path/],
  ["a name Fly refuses", { name: "Report_1" }, {}, /^name: must be at most 63 lowercase letters/],
  ["a schedule there is not", { schedule: "yearly" }, {}, /^schedule: /],
])("%s is refused at check", async (_, more, config, message) => {
  await expect(local.engine.check("Machine", "bad", machineArgs(more, config))).rejects.toThrow(message);
});

test("a refresh of two groups and a machine asks for the app's machines once", async () => {
  const { state } = await deploy();
  const web = await local.engine.create("ProcessGroup", "web", groupArgs(app));
  const worker = await local.engine.create("ProcessGroup", "worker", groupArgs(app, { name: "worker" }));
  const since = await journalEnd(local.fly);
  await Promise.all([state, web, worker].map((one) => local.engine.refresh(one)));
  const { entries } = (await control(local.fly, "GET", `journal?since=${since}`)) as {
    entries: { operation: string }[];
  };
  expect(entries.map(({ operation }) => operation)).toEqual(["Machines_list"]);
});

test("a machine added by hand is a stranger that nobody touches", async () => {
  const { state } = await deploy();
  const stranger = await addByHand(local, app, { image: "console" });
  await local.engine.remove(state);
  expect((await only()).id).toBe(stranger);
});
