import { beforeAll, describe, expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import { Engine, halfMade, type State, secret } from "../../support/engine.ts";
import { withEngineLog } from "../../support/engine-log.ts";
import { groupArgs, type Machine, machinesOf } from "../../support/group.ts";
import { arm, control, happen, journalEnd, mutations, send, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();
const log = withEngineLog();
let engine: Engine;
beforeAll(async () => {
  engine = await Engine.start({ flapsUrl: local.fly.url, token: secret(local.fly.token) }, { log: log.address });
});

interface Volume {
  id: string;
  name: string;
  region: string;
  size_gb: number;
  host_status: string;
  attached_machine_id: string | null;
}

let count = 0;
let app = "";
const volumes = async () => ((await send(local.fly, "GET", `/v1/apps/${app}/volumes`)) as Volume[] | null) ?? [];
const day = 24 * 3_600_000;

/** A group of two machines with a volume each, one of them with a snapshot and on a host that Fly has lost. */
async function stranded({ snapshot = true, hostFailure = "fail" } = {}) {
  app = `host-${++count}`;
  await engine.create("App", app, { name: app });
  const made: State[] = [];
  for (const name of ["data_0", "data_1"]) {
    made.push(await engine.create("Volume", `${app}-${name}`, { app, name, region: "iad", sizeGb: 3 }));
  }
  const [first, second] = made as [State, State];
  const args = args_(first.id, second.id, hostFailure);
  const state = await engine.create("ProcessGroup", "web", args);
  if (snapshot) {
    await send(local.fly, "POST", `/v1/apps/${app}/volumes/${first.id}/snapshots`);
    await control(local.fly, "POST", "clock", { advanceMs: 5 * 60_000 });
  }
  const [machine] = await machinesOf(local, app);
  await happen(local.fly, { kind: "host-failure", app, machine: machine?.id });
  return { volume: first, other: second, args, state, machine: machine as Machine };
}

const args_ = (first: string, second: string, hostFailure: string, config: Properties = {}) =>
  groupArgs(
    app,
    {
      slots: [
        { name: "iad-0", region: "iad", volume: first },
        { name: "iad-1", region: "iad", volume: second },
      ],
      deploy: { hostFailure },
    },
    { mounts: [{ path: "/data" }], ...config },
  );

const snapshotsOf = async (id: string) =>
  (await send(local.fly, "GET", `/v1/apps/${app}/volumes/${id}/snapshots`)) as { id: string; status: string }[];

describe("hostFailure fail", () => {
  test("names machine, volume, last snapshot and both ways when the slot has to change, and touches nothing", async () => {
    const { volume, other, state, machine } = await stranded();
    const [snapshot] = await snapshotsOf(volume.id);
    const since = await journalEnd(local.fly);
    const news = args_(volume.id, other.id, "fail", { env: { LOG_LEVEL: "debug" } });
    const error = await engine.update(state, news).catch((thrown) => thrown);
    const said = halfMade(error).reasons.join();
    expect(said).toContain(`change web/iad-0 (machine ${machine.id} of app "${app}")`);
    expect(said).toContain(`Fly cannot reach the host of the machine and of its volume ${volume.id}`);
    expect(said).toContain(`Its last snapshot is ${snapshot?.id} of 20`);
    expect(said).toContain('set deploy.hostFailure to "replace-from-snapshot" and run `pulumi up`');
    expect(said).toContain(`fly volumes create data_0 -a ${app} --region iad --size 3 --snapshot-id ${snapshot?.id}\``);
    const changing = (await mutations(local.fly, since)).filter((one) => /Volumes|_create$|_delete/.test(one));
    expect(changing.filter((one) => !one.includes("lease") && !one.startsWith("Releases"))).toEqual([]);
    expect((await volumes()).map(({ id }) => id).sort()).toEqual([volume.id, other.id].sort());
  });

  test("says where there is no snapshot to go back to", async () => {
    const { volume, other, state } = await stranded({ snapshot: false });
    const news = args_(volume.id, other.id, "fail", { env: { LOG_LEVEL: "debug" } });
    const error = await engine.update(state, news).catch((thrown) => thrown);
    expect(halfMade(error).reasons.join()).toContain("lists no complete snapshot of that. Wait until the host is back");
  });

  test("leaves a slot alone that has nothing to change", async () => {
    const { args, state } = await stranded();
    const refreshed = await engine.refresh(state);
    expect(refreshed?.drift).toEqual({});
    expect(await engine.diff(refreshed ?? state, args)).toEqual({});
    const since = await journalEnd(local.fly);
    await engine.update(refreshed ?? state, args, true);
    expect((await mutations(local.fly, since)).filter((one) => !one.includes("lease"))).toEqual([]);
  });
});

describe("hostFailure replace-from-snapshot", () => {
  const replaced = async () => {
    const before = await stranded();
    const news = args_(before.volume.id, before.other.id, "replace-from-snapshot");
    const state = await engine.update(before.state, news);
    return { ...before, news, state };
  };

  test("makes one volume from the last snapshot and a machine with it, and leaves old volume and other slot", async () => {
    const { volume, other, machine } = await replaced();
    const all = await volumes();
    expect(all).toHaveLength(3);
    const [made] = all.filter(({ id }) => id !== volume.id && id !== other.id);
    expect(made).toMatchObject({ name: "data_0", region: "iad", size_gb: 3, state: "created", host_status: "ok" });
    const machines = await machinesOf(local, app);
    expect(machines).toHaveLength(2);
    const anew = machines.find(({ config }) => config.metadata["airworthy_slot"] === "iad-0");
    expect(anew?.id).not.toBe(machine.id);
    expect(anew).toMatchObject({ state: "started", config: { mounts: [{ volume: made?.id }] } });
    expect(anew?.config.metadata["airworthy_volume"]).toBe(volume.id);
    expect(log.warnings.join()).toContain(
      `volume ${volume.id} of web/iad-0 is on a host that Fly cannot reach: ${made?.id} takes its place, from snapshot`,
    );
    expect(log.warnings.join()).toContain(`\`fly volumes destroy ${volume.id}\``);
  });

  test("is no drift for volume or group, and the next up is empty, refreshed or not", async () => {
    const { volume, other, news, state } = await replaced();
    expect(await engine.diff(state, news)).toEqual({});
    const volumeNow = await engine.refresh(volume);
    expect(volumeNow?.drift).toEqual({});
    expect(volumeNow?.id).not.toBe(volume.id);
    expect(log.warnings.join()).toContain(`volume ${volume.id} was replaced by ${volumeNow?.id}`);
    const groupNow = await engine.refresh(state);
    expect(groupNow?.drift).toEqual({});
    const renewed = args_(volumeNow?.id ?? "", other.id, "replace-from-snapshot");
    for (const [known, wanted] of [
      [state, renewed],
      [groupNow, news],
      [groupNow, renewed],
    ] as const) {
      expect(await engine.diff(known ?? state, wanted)).toEqual({});
      const since = await journalEnd(local.fly);
      await engine.update(known ?? state, wanted, true);
      expect((await mutations(local.fly, since)).filter((one) => !one.includes("lease"))).toEqual([]);
    }
  });

  test("keeps the restored volume through later rollouts, though the old one's host is back", async () => {
    const { volume, other, machine, state } = await replaced();
    await happen(local.fly, { kind: "host", app, volume: volume.id, failed: false });
    const made = (await volumes()).find(({ name, id }) => name === "data_0" && id !== volume.id);
    let known = state;
    for (const level of ["debug", "warn"]) {
      const news = args_(volume.id, other.id, "replace-from-snapshot", { env: { LOG_LEVEL: level } });
      known = await engine.update(known, news);
      const machines = await machinesOf(local, app);
      const anew = machines.find(({ config }) => config.metadata["airworthy_slot"] === "iad-0");
      expect([anew?.config.mounts?.[0]?.volume, anew?.config.env["LOG_LEVEL"]]).toEqual([made?.id, level]);
      expect(machines.map(({ id }) => id)).not.toContain(machine.id);
    }
    expect((await engine.refresh(volume))?.id).toBe(made?.id);
  });

  test("makes a machine that is gone again with the restored volume, whatever is back", async () => {
    const { volume, news, state } = await replaced();
    await happen(local.fly, { kind: "host", app, volume: volume.id, failed: false });
    const made = (await volumes()).find(({ name, id }) => name === "data_0" && id !== volume.id);
    const [id] = state.outputs["machineIds"] as string[];
    await send(local.fly, "DELETE", `/v1/apps/${app}/machines/${id}?force=true`);
    await control(local.fly, "POST", "clock", { advanceMs: 60_000 });
    await engine.update(state, news, true);
    const anew = (await machinesOf(local, app)).find(({ config }) => config.metadata["airworthy_slot"] === "iad-0");
    expect(anew?.id).not.toBe(id);
    expect(anew?.config.mounts?.[0]?.volume).toBe(made?.id);
    expect(anew?.config.metadata["airworthy_volume"]).toBe(volume.id);
  });

  test("keeps it though the run that restored it was killed before the state knew", async () => {
    const before = await stranded();
    const news = args_(before.volume.id, before.other.id, "replace-from-snapshot");
    await engine.update(before.state, news);
    await happen(local.fly, { kind: "host", app, volume: before.volume.id, failed: false });
    const made = (await volumes()).find(({ name, id }) => name === "data_0" && id !== before.volume.id);
    const config = { ...(news["config"] as Properties), env: { LOG_LEVEL: "debug" } };
    await engine.update(before.state, { ...news, config }, true);
    const mounted = (await machinesOf(local, app)).map((machine) => machine.config.mounts?.[0]?.volume);
    expect(mounted.sort()).toEqual([made?.id, before.other.id].sort());
  });

  test("touches nothing where no snapshot exists", async () => {
    const { volume, other, state, machine } = await stranded({ snapshot: false });
    const error = await engine.update(state, args_(volume.id, other.id, "replace-from-snapshot")).catch((e) => e);
    expect(halfMade(error).reasons.join()).toContain(
      "Fly cannot reach its host and lists no complete snapshot of it, so nothing was touched",
    );
    expect(await volumes()).toHaveLength(2);
    expect((await machinesOf(local, app)).map(({ id }) => id)).toContain(machine.id);
  });

  test.each(["lose-response", "refuse", "status"])("(create of the volume: %s) never makes two", async (kind) => {
    const { volume, other, state } = await stranded();
    await arm(local.fly, "Volumes_create", { kind });
    const news = args_(volume.id, other.id, "replace-from-snapshot");
    const after = await engine.update(state, news).catch(async (error) => {
      const { id, outputs } = halfMade(error);
      return await engine.update({ ...state, id, outputs }, news, true);
    });
    expect(await volumes()).toHaveLength(3);
    expect(await engine.diff(after, news)).toEqual({});
    expect(await machinesOf(local, app)).toHaveLength(2);
  });

  test.each([
    ["Volumes_show", 0],
    ["Machines_delete", 0],
    ["Machines_create", 0],
    ["Machines_wait", 0],
  ])("ended at %s is continued with the volume that was made", async (operation) => {
    const { volume, other, state } = await stranded();
    await arm(local.fly, operation, { kind: "status", status: 422, times: 1 });
    const news = args_(volume.id, other.id, "replace-from-snapshot");
    const after = await engine.update(state, news).catch(async (error) => {
      const { id, outputs } = halfMade(error);
      return await engine.update({ ...state, id, outputs }, news, true);
    });
    const all = await volumes();
    expect(all).toHaveLength(3);
    const machines = await machinesOf(local, app);
    expect(machines).toHaveLength(2);
    const made = all.find(({ name, id }) => name === "data_0" && id !== volume.id);
    const anew = machines.find(({ config }) => config.metadata["airworthy_slot"] === "iad-0");
    expect(anew?.config.mounts?.[0]?.volume).toBe(made?.id);
    expect(await engine.diff(after, news)).toEqual({});
  });

  test("takes a volume that a person made of the snapshot by hand", async () => {
    const { volume, other, state } = await stranded();
    const [snapshot] = await snapshotsOf(volume.id);
    const made = (await send(local.fly, "POST", `/v1/apps/${app}/volumes`, {
      name: "data_0",
      region: "iad",
      size_gb: 3,
      snapshot_id: snapshot?.id,
    })) as Volume;
    await engine.update(state, args_(volume.id, other.id, "replace-from-snapshot"));
    expect((await machinesOf(local, app)).map(({ config }) => config.mounts?.[0]?.volume)).toContain(made.id);
    expect(await volumes()).toHaveLength(3);
  });

  test("guesses between no two volumes", async () => {
    const { volume, other, state } = await stranded();
    for (let copy = 0; copy < 2; copy++) {
      await send(local.fly, "POST", `/v1/apps/${app}/volumes`, { name: "data_0", region: "iad", size_gb: 3 });
    }
    const error = await engine.update(state, args_(volume.id, other.id, "replace-from-snapshot")).catch((e) => e);
    expect(halfMade(error).reasons.join()).toContain("may have been made of its snapshot already. Delete those");
    expect(await volumes()).toHaveLength(4);
  });
});

test("a host that is back is as good as any, and nothing is replaced", async () => {
  const { volume, other, machine, state } = await stranded({ hostFailure: "replace-from-snapshot" });
  await happen(local.fly, { kind: "host-failure", app, machine: machine.id, over: true });
  await control(local.fly, "POST", "clock", { advanceMs: day });
  const news = args_(volume.id, other.id, "replace-from-snapshot", { env: { LOG_LEVEL: "debug" } });
  await engine.update(state, news);
  expect((await machinesOf(local, app)).map(({ id }) => id)).toContain(machine.id);
  expect(await volumes()).toHaveLength(2);
});
