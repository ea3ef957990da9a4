import { beforeAll, expect, test } from "vitest";
import type { Properties } from "../../provider/value.ts";
import { halfMade, type State } from "../support/engine.ts";
import { arm, control, journalEnd, mutations, send, withLocalFly } from "../support/local-fly.ts";

const local = withLocalFly();
const app = "copied";
let source: State;
let snapshotId = "";

beforeAll(async () => {
  const { engine, fly } = local;
  await engine.create("App", app, { name: app });
  source = await engine.create("Volume", "source", args("source", { sizeGb: 5 }));
  const mounts = [{ volume: source.id, path: "/data" }];
  await send(fly, "POST", `/v1/apps/${app}/machines`, { region: "iad", config: { image: "redis:7", mounts } });
  const snapshot = await engine.create("VolumeSnapshot", "source", { app, volume: source.id });
  snapshotId = String(snapshot.outputs["snapshotId"]);
});

const args = (name: string, more: Properties = {}): Properties => ({ app, name, region: "iad", sizeGb: 5, ...more });
const make = (name: string, more: Properties) => local.engine.create("Volume", name, args(name, more));
const live = async (name: string) =>
  ((await send(local.fly, "GET", `/v1/apps/${app}/volumes`)) as { id: string; name: string; state: string }[]).filter(
    (volume) => volume.name === name,
  );
const seeds: [string, () => Properties][] = [
  ["a snapshot", () => ({ snapshotId })],
  ["another volume", () => ({ sourceVolumeId: source.id })],
];

test.each(seeds)("a volume from %s is there with its data before anything goes on", async (what, seed) => {
  const name = what.replace(/\W/g, "_");
  const state = await make(name, seed());
  expect(await live(name)).toMatchObject([{ id: state.id, state: "created" }]);
  expect((await local.engine.refresh(state))?.drift).toEqual({});
});

test.each(seeds)("less than the size of %s is refused by Fly, and nothing is made", async (_, seed) => {
  await expect(make("small", { ...seed(), sizeGb: 4 })).rejects.toThrow(
    /create volume "small" .* it was to start from (snapshot|volume) v\w+, .*Its size is the least that sizeGb may be, and it was to be 4 GB/,
  );
  expect(await live("small")).toEqual([]);
});

test("a snapshot that does not exist is a clear error", async () => {
  await expect(make("none", { snapshotId: "vs_none" })).rejects.toThrow(
    /it was to start from snapshot vs_none, which must be of this app and exist/,
  );
});

test("a lost answer leaves one copy, with its data", async () => {
  await arm(local.fly, "Volumes_create", { kind: "lose-response" });
  const state = await make("lost", { snapshotId });
  expect(await live("lost")).toMatchObject([{ id: state.id, state: "created" }]);
});

test("a wait that fails keeps the volume, and the next up waits for its data", async () => {
  const { engine, fly } = local;
  await arm(fly, "Volumes_show", { kind: "status", status: 403 });
  const half = halfMade(await make("half", { snapshotId }).catch((error) => error));
  expect(half.outputs).toMatchObject({ app, name: "half" });
  const inputs = await engine.check("Volume", "half", args("half", { snapshotId }));
  const since = await journalEnd(fly);
  const state: State = { type: "Volume", name: "half", id: half.id, inputs, outputs: half.outputs };
  await engine.update(state, args("half", { snapshotId }), true);
  expect(await mutations(fly, since)).toEqual([]);
  expect(await live("half")).toMatchObject([{ id: half.id, state: "created" }]);
});

test("one that a dead run began is gone on with while Fly fills it, and later is no longer told from an empty one", async () => {
  const { engine, fly } = local;
  const body = { name: "begun", region: "iad", size_gb: 5, snapshot_retention: 14, snapshot_id: snapshotId };
  const { id } = (await send(fly, "POST", `/v1/apps/${app}/volumes`, body)) as State;
  expect((await make("begun", { snapshotId })).id).toBe(id);
  await expect(make("begun", { snapshotId })).rejects.toThrow(/there is one of that name already: vol_/);
  const empty = await engine.create("Volume", "empty", args("empty"));
  await expect(make("empty", { snapshotId })).rejects.toThrow(new RegExp(`already: ${empty.id}`));
});

test("another seed later is refused, with the way to go", async () => {
  const state = await make("settled", { snapshotId });
  await expect(local.engine.diff(state, args("settled", { snapshotId: "vs_other" }))).rejects.toThrow(
    /^snapshotId: cannot be changed. It is used only when the volume is made/,
  );
});

test("two seeds are refused at check", async () => {
  const both = args("both", { snapshotId, sourceVolumeId: source.id });
  await expect(local.engine.check("Volume", "both", both)).rejects.toThrow(/^sourceVolumeId: cannot be given beside/);
});

test("a refresh asks for the volumes of an app once", async () => {
  const { engine, fly } = local;
  const states = [await engine.create("Volume", "one", args("one")), await engine.create("Volume", "two", args("two"))];
  const since = await journalEnd(fly);
  await Promise.all(states.map((state) => engine.refresh(state)));
  const { entries } = (await control(fly, "GET", `journal?since=${since}`)) as { entries: object[] };
  // No machine has them, so one may have what was restored in their place.
  expect(entries).toMatchObject([{ operation: "Volumes_list" }, { operation: "Machines_list" }]);
});
