import { beforeAll, beforeEach, expect, test } from "vitest";
import { Engine, halfMade, type State, secret } from "../support/engine.ts";
import { withEngineLog } from "../support/engine-log.ts";
import { arm, control, journalEnd, mutations, send, withLocalFly } from "../support/local-fly.ts";

const local = withLocalFly();
const log = withEngineLog();
const app = "kept";
let engine: Engine;
let count = 0;
let volume = "";

beforeAll(async () => {
  engine = await Engine.start({ flapsUrl: local.fly.url, token: secret(local.fly.token) }, { log: log.address });
  await engine.create("App", app, { name: app });
});

beforeEach(async () => {
  const name = `data_${++count}`;
  volume = ((await send(local.fly, "POST", `/v1/apps/${app}/volumes`, { name, region: "iad", size_gb: 3 })) as State)
    .id;
});

/** A machine that writes to the volume: before that there is nothing to store. */
const use = () =>
  send(local.fly, "POST", `/v1/apps/${app}/machines`, {
    region: "iad",
    config: { image: "redis:7", mounts: [{ volume, path: "/data" }] },
  });
const make = (more = {}) => engine.create("VolumeSnapshot", "before", { app, volume, ...more });
const path = () => `/v1/apps/${app}/volumes/${volume}/snapshots`;
const snapshots = async () => (await send(local.fly, "GET", path())) as { id: string; status: string }[];

test("a snapshot is taken and is stored before anything goes on", async () => {
  await use();
  const state = await make();
  expect(await snapshots()).toMatchObject([{ id: state.outputs["snapshotId"], status: "created" }]);
  expect(state.id).toBe(`${app}/${volume}/${state.outputs["snapshotId"]}`);
  expect(state.outputs["createdAt"]).toMatch(/^\d{4}-\d\d-\d\dT/);
  const refreshed = await engine.refresh(state);
  expect(refreshed).toMatchObject({ drift: {}, outputs: state.outputs });
});

test("each change takes another one, which keeps the first", async () => {
  await use();
  const state = await make({ triggers: ["v1"] });
  expect(await engine.diff(state, { app, volume, triggers: ["v2"] })).toEqual({ "triggers[0]": "UPDATE_REPLACE" });
  const next = await make({ triggers: ["v2"] });
  expect((await snapshots()).map(({ id }) => id).sort()).toEqual(
    [state.outputs["snapshotId"], next.outputs["snapshotId"]].sort(),
  );
});

test("a volume that no machine ever used has nothing to store, which is said", async () => {
  await expect(make()).rejects.toThrow(
    /take a snapshot of volume vol_\w+ of app "kept": no machine has used the volume/,
  );
});

test("one that somebody else just began counts once it is stored", async () => {
  await use();
  await send(local.fly, "POST", path());
  const since = await journalEnd(local.fly);
  const state = await make();
  expect(await snapshots()).toMatchObject([{ id: state.outputs["snapshotId"], status: "created" }]);
  expect(await mutations(local.fly, since)).toEqual(["Volume_snapshots_create"]);
});

test("a lost answer leaves one snapshot, not two", async () => {
  await use();
  await arm(local.fly, "Volume_snapshots_create", { kind: "lose-response" });
  await make();
  expect(await snapshots()).toHaveLength(1);
});

test("a wait that fails keeps the snapshot that is being written, and the next up waits for that one", async () => {
  await use();
  // The list is read twice before it has the new one's last state.
  await arm(local.fly, "Volume_snapshots_list", { kind: "status", status: 403, skip: 2 });
  const half = halfMade(await make().catch((error) => error));
  const since = await journalEnd(local.fly);
  const state: State = {
    type: "VolumeSnapshot",
    name: "before",
    id: half.id,
    inputs: { app, volume },
    outputs: half.outputs,
  };
  const finished = await engine.update(state, { app, volume }, true);
  expect(await mutations(local.fly, since)).toEqual([]);
  expect(await snapshots()).toMatchObject([{ id: finished.outputs["snapshotId"], status: "created" }]);
});

test("removing one leaves it at Fly, and says so", async () => {
  await use();
  const state = await make();
  const since = await journalEnd(local.fly);
  await engine.remove(state);
  expect(await mutations(local.fly, since)).toEqual([]);
  expect(await snapshots()).toHaveLength(1);
  expect(log.warnings.join()).toMatch(/snapshot vs_\w+ of volume vol_\w+ stays at Fly until its retention is over/);
});

test("one that is not in the list any more is gone, with its app too", async () => {
  await use();
  const state = await make();
  local.fly.world.snapshots.drop(local.fly.world.snapshots.of(app).at(-1) as never);
  expect(await engine.refresh(state)).toBeUndefined();
  await engine.create("App", "short", { name: "short" });
  await send(local.fly, "DELETE", "/v1/apps/short?force=true");
  await control(local.fly, "POST", "clock", { advanceMs: 60_000 });
  const { snapshotId } = state.outputs;
  expect(await engine.refresh({ ...state, id: `short/${volume}/${snapshotId}` })).toBeUndefined();
});

test("a refresh asks once for all snapshots of a volume", async () => {
  await use();
  const states = [await make(), await make()];
  const { entries: before } = (await control(local.fly, "GET", "journal?since=0")) as { entries: object[] };
  await Promise.all(states.map((state) => engine.refresh(state)));
  const { entries: after } = (await control(local.fly, "GET", "journal?since=0")) as { entries: object[] };
  expect(after.slice(before.length)).toMatchObject([{ operation: "Volume_snapshots_list" }]);
});

test("an import is followed by no change; of what is not there it is an error", async () => {
  await use();
  const { id } = await make();
  const imported = (await engine.read("VolumeSnapshot", "again", id)) as State;
  expect(imported.inputs).toEqual({ app, volume });
  expect(await engine.diff(imported, { app, volume })).toEqual({});
  await expect(engine.read("VolumeSnapshot", "none", `${app}/${volume}/vs_none`)).rejects.toThrow(
    /import VolumeSnapshot vs_none of volume vol_\w+ of app "kept": there is none. `fly volumes snapshots list vol_/,
  );
  await expect(engine.read("VolumeSnapshot", "none", volume)).rejects.toThrow(
    /the id must be <app>\/<volume id>\/<snapshot id>/,
  );
});

test("what is no volume's id is refused at check", async () => {
  await expect(engine.check("VolumeSnapshot", "bad", { app, volume: "data" })).rejects.toThrow(
    /^volume: must be the id of a volume/,
  );
});
