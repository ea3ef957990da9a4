import { expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import type { State } from "../../support/engine.ts";
import { addByHand, changeByHand, groupArgs, machinesOf } from "../../support/group.ts";
import { control, happen, journalEnd, mutations, send, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();
let count = 0;
let app = "";

async function deploy(args: (app: string) => Properties = groupArgs): Promise<{ state: State; args: Properties }> {
  app = `drift-${++count}`;
  await local.engine.create("App", app, { name: app });
  return { state: await local.engine.create("ProcessGroup", "web", args(app)), args: args(app) };
}

test("one machine's changed environment is drift at the place where the program declares it, and up mends just it", async () => {
  const { state, args } = await deploy();
  const [first, second] = await machinesOf(local, app);
  if (first) await changeByHand(local, app, first, { LOG_LEVEL: "debug" });
  const refreshed = await local.engine.refresh(state);
  expect(refreshed?.drift).toEqual({ "config.env.LOG_LEVEL": "UPDATE" });
  expect(await local.engine.diff(refreshed ?? state, args)).toEqual({ "config.env.LOG_LEVEL": "UPDATE" });
  const since = await journalEnd(local.fly);
  const mended = await local.engine.update(refreshed ?? state, args);
  const after = await machinesOf(local, app);
  expect(after[0]?.config.env).toEqual({ LOG_LEVEL: "info", FLY_PROCESS_GROUP: "web" });
  expect(after[1]?.instance_id).toBe(second?.instance_id);
  expect((await mutations(local.fly, since)).filter((operation) => operation === "Machines_update")).toHaveLength(1);
  expect(mended.outputs["release"]).toEqual(state.outputs["release"]);
  expect((await local.engine.refresh(mended))?.drift).toEqual({});
});

test("a variable added and one taken away by hand are both drift", async () => {
  const { state } = await deploy();
  const [, second] = await machinesOf(local, app);
  if (second) await changeByHand(local, app, { ...second, config: { ...second.config, env: {} } }, { NEW_ONE: "1" });
  expect((await local.engine.refresh(state))?.drift).toEqual({
    "config.env.LOG_LEVEL": "ADD",
    "config.env.NEW_ONE": "DELETE",
  });
});

test("a machine with the group's labels that no slot accounts for is drift and is destroyed", async () => {
  const { state, args } = await deploy();
  const [first] = await machinesOf(local, app);
  const extra = await addByHand(local, app, { image: "redis:7", metadata: first?.config.metadata ?? {} });
  const refreshed = await local.engine.refresh(state);
  expect(Object.values(refreshed?.drift ?? {})).toHaveLength(1);
  const slots = refreshed?.inputs["slots"] as Properties[] | undefined;
  expect(slots?.at(-1)).toMatchObject({ name: extra });
  await local.engine.update(refreshed ?? state, args);
  expect((await machinesOf(local, app)).map(({ id }) => id)).toEqual(state.outputs["machineIds"]);
});

test("a machine without the group's labels is no drift and is never touched", async () => {
  const { state, args } = await deploy();
  const stranger = await addByHand(local, app, { image: "console" });
  const refreshed = await local.engine.refresh(state);
  expect(refreshed?.drift).toEqual({});
  await local.engine.update(refreshed ?? state, args, true);
  expect((await machinesOf(local, app)).map(({ id }) => id)).toContain(stranger);
});

test("a machine destroyed by hand is drift and is made again", async () => {
  const { state, args } = await deploy();
  const [, second] = await machinesOf(local, app);
  await send(local.fly, "DELETE", `/v1/apps/${app}/machines/${second?.id}?force=true`);
  await control(local.fly, "POST", "clock", { advanceMs: 60_000 });
  const refreshed = await local.engine.refresh(state);
  expect(Object.keys(refreshed?.drift ?? {})).toEqual(["slots[1]"]);
  await local.engine.update(refreshed ?? state, args);
  expect(await machinesOf(local, app)).toHaveLength(3);
});

const stateful = (name: string): Properties => ({
  ...groupArgs(name, {}, { mounts: [{ path: "/data" }] }),
  slots: [{ name: "iad-0", region: "iad", volume: "" }],
});

async function deployWithVolume() {
  app = `drift-${++count}`;
  await local.engine.create("App", app, { name: app });
  const volume = await local.engine.create("Volume", "data", { app, name: "data", region: "iad", sizeGb: 3 });
  const args = (id: string): Properties => ({
    ...stateful(app),
    slots: [{ name: "iad-0", region: "iad", volume: id }],
  });
  return { volume, args, state: await local.engine.create("ProcessGroup", "web", args(volume.id)) };
}

test("a host migration is no drift, with a refresh and without one", async () => {
  const { volume, args, state } = await deployWithVolume();
  const [machine] = await machinesOf(local, app);
  await happen(local.fly, { kind: "host-migration", app, machine: machine?.id });
  // Without a refresh the program still names the old volume.
  expect(await local.engine.diff(state, args(volume.id))).toEqual({});
  const moved = await local.engine.refresh(volume);
  const refreshed = await local.engine.refresh(state);
  expect([moved?.drift, refreshed?.drift]).toEqual([{}, {}]);
  expect(await local.engine.diff(refreshed ?? state, args(moved?.id ?? ""))).toEqual({});
  // And where only one of the two was refreshed.
  expect(await local.engine.diff(refreshed ?? state, args(volume.id))).toEqual({});
});

test("after a host migration the next rollout keeps the machine and the volume it has", async () => {
  const { volume, args, state } = await deployWithVolume();
  const [machine] = await machinesOf(local, app);
  await happen(local.fly, { kind: "host-migration", app, machine: machine?.id });
  const next = args(volume.id);
  await local.engine.update(state, {
    ...next,
    config: { ...(next["config"] as Properties), env: { LOG_LEVEL: "warn" } },
  });
  const [after] = await machinesOf(local, app);
  expect(after?.id).toBe(machine?.id);
  expect(after?.config.env).toEqual({ LOG_LEVEL: "warn", FLY_PROCESS_GROUP: "web" });
  expect(after?.config.mounts?.[0]?.volume).not.toBe(volume.id);
});

test("a second host migration after a refresh keeps the machine and the volume it has", async () => {
  const { volume, args, state } = await deployWithVolume();
  const [machine] = await machinesOf(local, app);
  const move = () => happen(local.fly, { kind: "host-migration", app, machine: machine?.id });
  await move();
  const [moved, refreshed] = [await local.engine.refresh(volume), await local.engine.refresh(state)];
  await move();
  const next = args(moved?.id ?? "");
  const config = { ...(next["config"] as Properties), env: { LOG_LEVEL: "warn" } };
  await local.engine.update(refreshed ?? state, { ...next, config });
  const [after] = await machinesOf(local, app);
  expect([after?.id, after?.config.env["LOG_LEVEL"]]).toEqual([machine?.id, "warn"]);
  expect([volume.id, moved?.id]).not.toContain(after?.config.mounts?.[0]?.volume);
});

test("another volume for a slot is another machine, since Fly cannot give a machine another volume", async () => {
  const { args, state } = await deployWithVolume();
  const [machine] = await machinesOf(local, app);
  const other = await local.engine.create("Volume", "other", { app, name: "other", region: "iad", sizeGb: 3 });
  expect(await local.engine.diff(state, args(other.id))).toEqual({ "slots[0].volume": "UPDATE" });
  await local.engine.update(state, args(other.id));
  const [after] = await machinesOf(local, app);
  expect(after?.id).not.toBe(machine?.id);
  expect(after?.config.mounts?.[0]?.volume).toBe(other.id);
});

test("a group of another name goes before its successor only where the two would mount one volume", async () => {
  const { args, state, volume } = await deployWithVolume();
  const other = await local.engine.create("Volume", "other", { app, name: "other", region: "iad", sizeGb: 3 });
  const renamed = { ...args(volume.id), name: "worker" };
  expect(await local.engine.diff(state, renamed)).toEqual({ name: "UPDATE_REPLACE" });
  expect(await local.engine.goesFirst(state, renamed)).toBe(true);
  expect(await local.engine.goesFirst(state, { ...args(other.id), name: "worker" })).toBe(false);
});

test("a machine whose host cannot be reached is no drift", async () => {
  const { state } = await deploy();
  const [first] = await machinesOf(local, app);
  await happen(local.fly, { kind: "host-failure", app, machine: first?.id });
  expect((await local.engine.refresh(state))?.drift).toEqual({});
});

test("a machine that Fly moved, and one whose host cannot be reached, are both no drift beside one that is", async () => {
  const { state } = await deploy();
  const [first, second, third] = await machinesOf(local, app);
  await happen(local.fly, { kind: "host-migration", app, machine: first?.id });
  if (third) await changeByHand(local, app, third, { LOG_LEVEL: "debug" });
  await happen(local.fly, { kind: "host-failure", app, machine: second?.id });
  const refreshed = await local.engine.refresh(state);
  expect(refreshed?.drift).toEqual({ "config.env.LOG_LEVEL": "UPDATE" });
  const ids = refreshed?.outputs["machineIds"];
  expect(ids).toEqual(state.outputs["machineIds"]);
});

test("a refresh of an app with groups, volumes and certificates lists its machines and its volumes once", async () => {
  app = `drift-${++count}`;
  const { engine } = local;
  const make = (type: string, name: string, args: Properties) => engine.create(type, name, { app, ...args });
  const states: State[] = [await engine.create("App", app, { name: app })];
  for (const name of ["data", "spare"]) states.push(await make("Volume", name, { name, region: "iad", sizeGb: 1 }));
  for (const name of ["web", "worker", "cron"])
    states.push(await engine.create("ProcessGroup", name, groupArgs(app, { name })));
  const slots = [{ name: "iad-0", region: "iad", volume: states[1]?.id ?? "" }];
  states.push(
    await engine.create(
      "ProcessGroup",
      "cache",
      groupArgs(app, { name: "cache", slots }, { mounts: [{ path: "/data" }] }),
    ),
  );
  for (const hostname of ["a.example.com", "b.example.com"])
    states.push(await make("Certificate", hostname, { hostname }));
  const since = await journalEnd(local.fly);
  const refreshed = await Promise.all(states.map((state) => engine.refresh(state)));
  expect(refreshed.map((one) => one?.drift)).toEqual(states.map(() => ({})));
  const { entries } = (await control(local.fly, "GET", `journal?since=${since}`)) as {
    entries: { operation: string }[];
  };
  const calls = entries.map(({ operation }) => operation);
  expect(calls.filter((one) => one === "Machines_list" || one === "Volumes_list").sort()).toEqual([
    "Machines_list",
    "Volumes_list",
  ]);
  expect(calls.filter((one) => one === "Machines_show" || one === "Volumes_show")).toEqual([]);
});
