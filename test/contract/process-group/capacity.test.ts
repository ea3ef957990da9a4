import { beforeAll, describe, expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import { Engine, halfMade, secret } from "../../support/engine.ts";
import { withEngineLog } from "../../support/engine-log.ts";
import { groupArgs, machinesOf } from "../../support/group.ts";
import { arm, happen, journalEnd, mutations, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();
const log = withEngineLog();
let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start({ flapsUrl: local.fly.url, token: secret(local.fly.token) }, { log: log.address });
});
let count = 0;
let app = "";

async function newApp() {
  app = `room-${++count}`;
  await engine.create("App", app, { name: app });
  return app;
}

const group = (slot: Properties = {}, config: Properties = {}) =>
  groupArgs(app, { slots: [{ name: "iad-0", region: "iad", ...slot }] }, config);
const create = (args: Properties) => engine.create("ProcessGroup", "web", args);
const full = (variant: string, times = 1) => arm(local.fly, "Machines_create", { kind: "capacity", variant, times });
const places = async () => (await machinesOf(local, app)).map(({ name, region }) => `${name} ${region}`);
const creates = async (since: number) => (await mutations(local.fly, since)).filter((one) => one === "Machines_create");

describe("a region without room", () => {
  test("is left for the first of the slot's other regions that has some, and that is said", async () => {
    await newApp();
    await full("region", 2);
    const state = await create(group({ fallbackRegions: ["ewr", "ord", "yyz"] }));
    expect(await places()).toEqual(["web-iad-0 ord"]);
    expect(log.warnings).toEqual(["no room for web/iad-0 in iad, ewr: made in ord instead"]);
    expect(state.outputs["machines"]).toMatchObject({ "iad-0": { region: "ord" } });
  });

  test("is no drift afterwards, and the machine stays through the next rollout", async () => {
    await newApp();
    await full("region");
    const args = group({ fallbackRegions: ["ewr"] });
    const state = await create(args);
    const refreshed = await engine.refresh(state);
    expect(refreshed?.drift).toEqual({});
    expect(await engine.diff(refreshed ?? state, args)).toEqual({});
    const [before] = await machinesOf(local, app);
    const news = group({ fallbackRegions: ["ewr"] }, { env: { LOG_LEVEL: "debug" } });
    await engine.update(refreshed ?? state, news);
    const [after] = await machinesOf(local, app);
    expect([after?.id, after?.region, after?.config.env["LOG_LEVEL"]]).toEqual([before?.id, "ewr", "debug"]);
  });

  test("is wanted again when the slot has no such region any more", async () => {
    await newApp();
    await full("region");
    const state = await create(group({ fallbackRegions: ["ewr"] }));
    await engine.update(state, group());
    expect((await machinesOf(local, app)).map(({ region }) => region)).toEqual(["iad"]);
  });

  test("is one error that names every region that was tried and what to do", async () => {
    await newApp();
    await full("region", 2);
    await expect(create(group({ fallbackRegions: ["ewr"] }))).rejects.toThrow(
      /^.*make machine web\/iad-0 of app "room-\d+": there is no room: none in iad \(Fly answered 422: could not find a candidate host.*\), none in ewr \(Fly answered 422: could not.*\)\. Give the slot more fallbackRegions, such as \["\w{3}"\]\. Try another region or a smaller guest, or wait$/,
    );
    expect(await places()).toEqual([]);
  });

  test("without other regions is asked once, and nothing is left behind", async () => {
    await newApp();
    const since = await journalEnd(local.fly);
    await full("region");
    await expect(create(group())).rejects.toThrow('Give the slot fallbackRegions, such as ["');
    expect(await creates(since)).toHaveLength(1);
    expect(await places()).toEqual([]);
  });

  test("leaves the machines that found room, and the next up makes the rest", async () => {
    await newApp();
    await happen(local.fly, { kind: "capacity", region: "syd", machines: 0 });
    const slots = [
      { name: "iad-0", region: "iad" },
      { name: "syd-0", region: "syd" },
    ];
    const error = await create(groupArgs(app, { slots })).catch((thrown) => thrown);
    const { id, outputs, reasons } = halfMade(error);
    expect(reasons.join()).toContain("none in syd");
    expect(await places()).toEqual(["web-iad-0 iad"]);
    await happen(local.fly, { kind: "capacity", region: "syd", machines: 1000 });
    const inputs = await engine.check("ProcessGroup", "web", groupArgs(app, { slots }));
    const state = { type: "ProcessGroup", name: "web", id, inputs, outputs };
    await engine.update(state, groupArgs(app, { slots }), true);
    expect(await places()).toEqual(["web-iad-0 iad", "web-syd-0 syd"]);
  });
});

describe("a host without room", () => {
  test.each(["memory", "cpus", "ips", "none"])("(%s) is left for another of the same region", async (variant) => {
    await newApp();
    await full(variant);
    await create(group({ fallbackRegions: ["ewr"] }));
    expect(await places()).toEqual(["web-iad-0 iad"]);
    expect(log.warnings).toEqual([]);
  });

  test("is tried no more than twice before another region is", async () => {
    await newApp();
    await full("memory", 2);
    await create(group({ fallbackRegions: ["ewr"] }));
    expect(await places()).toEqual(["web-iad-0 ewr"]);
  });

  test("makes a machine that is to grow a new one elsewhere in its region", async () => {
    await newApp();
    const state = await create(group());
    const [before] = await machinesOf(local, app);
    await happen(local.fly, { kind: "host", app, machine: before?.id, room: 1 });
    await engine.update(state, group({}, { guest: { cpus: 1, memoryMb: 1024 } }));
    const machines = await machinesOf(local, app);
    expect(machines.map(({ region, state: now }) => [region, now])).toEqual([["iad", "started"]]);
    expect(machines[0]?.id).not.toBe(before?.id);
  });
});

describe("a volume's host without room", () => {
  const withVolume = async (more: Properties = {}) => {
    await newApp();
    const volume = await engine.create("Volume", app, { app, name: "data", region: "iad", sizeGb: 1 });
    return { volume, args: group({ volume: volume.id }, { mounts: [{ path: "/data" }], ...more }) };
  };

  test("is one error that names the volume and the way to another host, and the volume stays", async () => {
    const { volume, args } = await withVolume();
    await full("volume-host");
    await expect(create(args)).rejects.toThrow(
      new RegExp(
        `the host of volume ${volume.id} in iad has no room \\(Fly answered 412: .*\\), and a machine can be on its volume's host only. Wait, or move the data to another host: \`fly volumes fork ${volume.id} -a ${app}\``,
      ),
    );
    expect((await engine.refresh(volume))?.id).toBe(volume.id);
    await create(args);
    expect(await places()).toEqual(["web-iad-0 iad"]);
  });

  test("keeps a machine that is to grow as it was, and says so", async () => {
    const { volume, args } = await withVolume();
    const state = await create(args);
    const [before] = await machinesOf(local, app);
    await happen(local.fly, { kind: "host", app, machine: before?.id, room: 1 });
    const news = { ...args, config: { ...(args["config"] as Properties), guest: { cpus: 1, memoryMb: 1024 } } };
    const error = await engine.update(state, news).catch((thrown) => thrown);
    expect(halfMade(error).reasons.join()).toContain(`its host in iad has no room`);
    expect(halfMade(error).reasons.join()).toContain(`fly volumes fork ${volume.id}`);
    const [after] = await machinesOf(local, app);
    expect([after?.id, after?.state]).toEqual([before?.id, "started"]);
  });
});

test("a quota that is reached is its own error, and is not tried elsewhere", async () => {
  await newApp();
  const since = await journalEnd(local.fly);
  await happen(local.fly, { kind: "machine-limit", machines: await machineCount() });
  const error = await create(group({ fallbackRegions: ["ewr"] })).catch((thrown) => thrown);
  await happen(local.fly, { kind: "machine-limit", machines: 1_000_000 });
  expect(String(error)).toMatch(
    /create machine web-iad-0 in iad for app "room-\d+": Fly answered 422: Your organization has reached its machine limit.*Add a payment method or ask billing@fly\.io/,
  );
  expect(await creates(since)).toHaveLength(1);
  expect(log.warnings).toEqual([]);
});

async function machineCount() {
  const all = await Promise.all(Array.from({ length: count }, (_, index) => machinesOf(local, `room-${index + 1}`)));
  return all.flat().length;
}
