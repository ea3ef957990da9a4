import { beforeAll, expect, test } from "vitest";
import type { Properties } from "../../provider/value.ts";
import type { State } from "../support/engine.ts";
import { arm, control, happen, journalEnd, mutations, send, withLocalFly } from "../support/local-fly.ts";

const local = withLocalFly();
const app = "store";

beforeAll(() => local.engine.create("App", "store", { name: app }));

const args = (name: string, more: Properties = {}): Properties => ({ app, name, region: "iad", sizeGb: 3, ...more });
const make = (name: string, more?: Properties) => local.engine.create("Volume", name, args(name, more));
const volumes = async (name: string) =>
  ((await send(local.fly, "GET", `/v1/apps/${app}/volumes`)) as { id: string; name: string; state: string }[]).filter(
    (volume) => volume.name === name && volume.state === "created",
  );
const machineOn = async ({ id }: State) =>
  (
    (await send(local.fly, "POST", `/v1/apps/${app}/machines`, {
      region: "iad",
      config: { image: "redis:7", mounts: [{ volume: id, path: "/data" }] },
    })) as { id: string }
  ).id;

test("a volume is made with daily snapshots kept for two weeks, encrypted", async () => {
  const state = await make("fresh");
  expect(state.outputs).toMatchObject({
    snapshotRetention: 14,
    autoBackupEnabled: true,
    encrypted: true,
    actualSizeGb: 3,
  });
  expect((await local.engine.refresh(state))?.drift).toEqual({});
});

test("growing is done in place", async () => {
  const state = await make("grown");
  expect(await local.engine.diff(state, args("grown", { sizeGb: 8 }))).toEqual({ sizeGb: "UPDATE" });
  const updated = await local.engine.update(state, args("grown", { sizeGb: 8 }));
  expect(updated).toMatchObject({ id: state.id, outputs: { actualSizeGb: 8 } });
});

test("declaring less than before is refused at check, whatever the live size", async () => {
  const state = await make("shrunk", { sizeGb: 10 });
  await expect(local.engine.diff(state, args("shrunk", { sizeGb: 9 }))).rejects.toThrow(
    /^sizeGb: 9 GB is below the 10 GB declared before, and Fly cannot shrink a volume/,
  );
});

test("a volume that Fly grew is no drift, and growing it later to less changes nothing at Fly", async () => {
  const { engine, fly } = local;
  const state = await make("auto");
  await happen(fly, { kind: "volume-grown", app, volume: state.id, sizeGb: 20 });
  const refreshed = await engine.refresh(state);
  expect(refreshed?.drift).toEqual({});
  expect(refreshed?.outputs["actualSizeGb"]).toBe(20);
  const since = await journalEnd(fly);
  await engine.update(refreshed ?? state, args("auto", { sizeGb: 12 }));
  expect(await mutations(fly, since)).toEqual([]);
});

test("retention changed by hand is drift and is mended", async () => {
  const state = await make("retained");
  await send(local.fly, "PUT", `/v1/apps/${app}/volumes/${state.id}`, { snapshot_retention: 2 });
  const refreshed = await local.engine.refresh(state);
  expect(refreshed?.drift).toEqual({ snapshotRetention: "UPDATE" });
  const mended = await local.engine.update(refreshed ?? state, args("retained"));
  expect((await local.engine.refresh(mended))?.drift).toEqual({});
});

test("a lost create answer leaves one volume, not two", async () => {
  await arm(local.fly, "Volumes_create", { kind: "lose-response" });
  const state = await make("lost");
  expect((await volumes("lost")).map(({ id }) => id)).toEqual([state.id]);
});

test("a create that a dead run finished is found again and not made twice", async () => {
  const first = await make("orphan");
  const second = await make("orphan");
  expect(second.id).toBe(first.id);
});

test("a namesake that differs is somebody's data: an error names it, unless a duplicate is permitted", async () => {
  const first = await make("twin", { sizeGb: 5 });
  await expect(make("twin")).rejects.toThrow(new RegExp(`already: ${first.id}.*allowDuplicateName`));
  const second = await make("twin", { allowDuplicateName: true });
  expect(second.id).not.toBe(first.id);
});

test("a lost answer beside a permitted namesake is an error that lists the candidates", async () => {
  await make("double");
  await arm(local.fly, "Volumes_create", { kind: "lose-response" });
  await expect(make("double", { allowDuplicateName: true })).rejects.toThrow(/the answer was lost, and one of vol_/);
});

test("a delete takes a snapshot first and waits for it", async () => {
  const state = await make("farewell");
  await machineOn(state).then((id) => send(local.fly, "DELETE", `/v1/apps/${app}/machines/${id}?force=true`));
  const since = await journalEnd(local.fly);
  await local.engine.remove(state);
  expect(await mutations(local.fly, since)).toEqual(
    expect.arrayContaining(["Volume_snapshots_create", "Volumes_delete"]),
  );
  const snapshots = (await send(local.fly, "GET", `/v1/apps/${app}/volumes/${state.id}/snapshots`)) as {
    status: string;
  }[];
  expect(snapshots.map(({ status }) => status)).toContain("created");
});

test("onDelete retain leaves the volume, destroy takes no snapshot", async () => {
  const kept = await make("kept", { onDelete: "retain" });
  await local.engine.remove(kept);
  expect((await volumes("kept")).length).toBe(1);
  const dropped = await make("dropped", { onDelete: "destroy" });
  const since = await journalEnd(local.fly);
  await local.engine.remove(dropped);
  expect(await mutations(local.fly, since)).toEqual(["Volumes_delete"]);
});

test("after a host migration the volume is taken over under its new id, with no drift", async () => {
  const { engine, fly } = local;
  const state = await make("moved");
  const machine = await machineOn(state);
  await happen(fly, { kind: "host-migration", app, machine });
  const refreshed = await engine.refresh(state);
  expect(refreshed?.id).not.toBe(state.id);
  expect(refreshed?.drift).toEqual({});
  expect((await volumes("moved")).map(({ id }) => id)).toEqual([refreshed?.id]);
});

test("a volume that is really missing is an error that names state delete, never a create", async () => {
  const { engine, fly } = local;
  const state = await make("missing", { onDelete: "destroy" });
  await send(fly, "DELETE", `/v1/apps/${app}/volumes/${state.id}`);
  await expect(engine.refresh(state)).rejects.toThrow(/pulumi state delete/);
});

test("a volume that the list does not show yet is looked at by itself before it is called missing", async () => {
  const { engine, fly } = local;
  const state = await make("unlisted");
  await arm(fly, "Volumes_list", { kind: "status", status: 200, body: [] });
  expect(await engine.refresh(state)).toMatchObject({ id: state.id, drift: {} });
});

test("a volume whose app is gone is gone", async () => {
  const { engine, fly } = local;
  await engine.create("App", "gone", { name: "gone-app" });
  const state = await engine.create("Volume", "gone", { app: "gone-app", name: "gone", region: "iad", sizeGb: 1 });
  await send(fly, "DELETE", "/v1/apps/gone-app?force=true");
  await control(fly, "POST", "clock", { advanceMs: 60_000 });
  expect(await engine.refresh(state)).toBeUndefined();
});

test("region and encryption replace; the preview of a first volume keeps its defaults beside unknowns", async () => {
  const state = await make("fixed");
  expect(await local.engine.diff(state, args("fixed", { region: "lhr" }))).toEqual({ region: "UPDATE_REPLACE" });
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const preview = await local.engine.create("Volume", "u", { ...args("u"), app: unknown, sizeGb: unknown }, true);
  expect(preview.inputs).toMatchObject({ app: unknown, sizeGb: unknown, snapshotRetention: 14, onDelete: "snapshot" });
});

test("a region that only Fly can refuse is one clear error, and nothing is made", async () => {
  await expect(make("nowhere", { region: "xyz" })).rejects.toThrow(
    /create volume "nowhere" in xyz for app "store": Fly answered 400: .*region "xyz" is invalid/,
  );
  expect(await volumes("nowhere")).toEqual([]);
});

test.each([
  [{ region: "idd" }, undefined],
  [{ region: "ida" }, /^region: "ida" is no region; did you mean iad/],
  [{ region: "mad" }, /^region: Fly has retired region "mad"; near it are/],
  [{ region: "Ashburn" }, /^region: "Ashburn" is no region; did you mean iad/],
  [{ snapshotRetention: 61 }, /^snapshotRetention: must be a whole number from 1 to 60/],
  [{ sizeGb: 501 }, /^sizeGb: must be a whole number from 1 to 500/],
  [{ name: "my-vol" }, /^name: must be 1 to 30 lowercase letters, digits and underscores/],
])("%j is checked", async (bad, message) => {
  const check = local.engine.check("Volume", "bad", args("bad", bad as Properties));
  if (message === undefined) await expect(check).resolves.toBeDefined();
  else await expect(check).rejects.toThrow(message);
});
