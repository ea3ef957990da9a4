import { beforeAll, describe, expect, test } from "vitest";
import type { Properties } from "../../provider/value.ts";
import type { State } from "../support/engine.ts";
import { arm, control, journalEnd, mutations, send, withLocalFly } from "../support/local-fly.ts";

const local = withLocalFly();
const apps = ["change", "change-too"] as const;
const [app] = apps;

beforeAll(async () => {
  for (const name of apps) await local.engine.create("App", name, { name });
});

const args = (name: string, more: Properties = {}): Properties => ({ app, name, region: "iad", sizeGb: 3, ...more });

/** A volume with data in it, which no machine uses any more. */
async function used(name: string, more: Properties = {}): Promise<State> {
  const state = await local.engine.create("Volume", name, args(name, more));
  const config = { image: "redis:7", mounts: [{ volume: state.id, path: "/data" }] };
  const machine = (await send(local.fly, "POST", `/v1/apps/${app}/machines`, { region: "iad", config })) as {
    id: string;
  };
  await send(local.fly, "DELETE", `/v1/apps/${app}/machines/${machine.id}?force=true`);
  await control(local.fly, "POST", "clock", { advanceMs: 60_000 });
  return state;
}

const shown = (id: string, of: string = app) =>
  send(local.fly, "GET", `/v1/apps/${of}/volumes/${id}`) as Promise<Record<string, unknown>>;
const snapshots = async (id: string) =>
  ((await send(local.fly, "GET", `/v1/apps/${app}/volumes/${id}/snapshots`)) as { status: string }[]).map(
    ({ status }) => status,
  );
const isGone = async (id: string) => (await shown(id).catch(() => ({ state: "destroyed" }))) as { state: string };

describe("at Fly", () => {
  test.each<[string, Properties, string, unknown]>([
    ["sizeGb", { sizeGb: 9 }, "size_gb", 9],
    ["snapshotRetention", { snapshotRetention: 30 }, "snapshot_retention", 30],
    ["autoBackupEnabled", { autoBackupEnabled: false }, "auto_backup_enabled", false],
  ])("another %s is there in place, and what else was declared with it", async (name, more, wire, value) => {
    const state = await local.engine.create("Volume", `at_${name}`.toLowerCase(), args(`at_${name}`.toLowerCase()));
    await local.engine.update(state, args(`at_${name}`.toLowerCase(), more));
    const rest = { size_gb: 3, snapshot_retention: 14, auto_backup_enabled: true };
    expect(await shown(state.id)).toMatchObject({ ...rest, [wire]: value, encrypted: true });
  });

  test("an update whose answers are lost has happened once", async () => {
    const state = await local.engine.create("Volume", "lost", args("lost"));
    await arm(local.fly, "Volumes_extend", { kind: "lose-response" });
    await arm(local.fly, "Volumes_update", { kind: "lose-response" });
    await local.engine.update(state, args("lost", { sizeGb: 7, snapshotRetention: 21 }));
    expect(await shown(state.id)).toMatchObject({ size_gb: 7, snapshot_retention: 21 });
  });
});

describe("a replacement", () => {
  // As the engine does it: the new one first, the group moves over to it, then the old one goes.
  test.each<[string, Properties]>([
    ["name", { name: "renamed" }],
    ["region", { region: "lhr" }],
    ["app", { app: apps[1] }],
    ["encrypted", { encrypted: false, allowDuplicateName: true }],
  ])("for another %s is a second volume, and the first goes into a snapshot before it goes", async (field, more) => {
    const name = `old_${field}`;
    const old = await used(name, field === "encrypted" ? { allowDuplicateName: true } : {});
    const news = args(name, more);
    expect(await local.engine.diff(old, news)).toMatchObject({ [field]: "UPDATE_REPLACE" });
    const replacement = await local.engine.create("Volume", name, news);
    expect(replacement.id).not.toBe(old.id);
    const since = await journalEnd(local.fly);
    await local.engine.remove(old);
    expect(await mutations(local.fly, since)).toEqual(["Volume_snapshots_create", "Volumes_delete"]);
    expect(await snapshots(old.id)).toEqual(["created"]);
    expect((await isGone(old.id)).state).not.toBe("created");
    expect(await shown(replacement.id, String(news["app"]))).toMatchObject({ state: "created" });
  });

  test("for another encryption under the same name is refused at preview, with the way to go", async () => {
    const state = await local.engine.create("Volume", "plain", args("plain"));
    const since = await journalEnd(local.fly);
    await expect(local.engine.diff(state, args("plain", { encrypted: false }))).rejects.toThrow(
      /^encrypted: makes another volume of the same name, which begins empty, .* Set allowDuplicateName for that/,
    );
    expect(await mutations(local.fly, since)).toEqual([]);
    const renamed = await local.engine.diff(state, { ...args("plain_too"), encrypted: false });
    expect(renamed).toEqual({ name: "UPDATE_REPLACE", encrypted: "UPDATE_REPLACE" });
  });
});

describe("a delete", () => {
  test("whose snapshot fails leaves the volume", async () => {
    const state = await used("unsaved");
    await arm(local.fly, "Volume_snapshots_create", { kind: "status", status: 422, body: { error: "not now" } });
    await expect(local.engine.remove(state)).rejects.toThrow("not now");
    expect(await shown(state.id)).toMatchObject({ state: "created" });
    await local.engine.remove(state);
    expect(await snapshots(state.id)).toContain("created");
  });

  test.each<[string, string[]]>([
    ["retain", []],
    ["destroy", ["Volumes_delete"]],
    ["snapshot", ["Volume_snapshots_create", "Volumes_delete"]],
  ])("does what onDelete said last: %s", async (onDelete, calls) => {
    const state = await used(`last_${onDelete}`, { onDelete: onDelete === "snapshot" ? "destroy" : "snapshot" });
    const since = await journalEnd(local.fly);
    const changed = await local.engine.update(state, args(`last_${onDelete}`, { onDelete }));
    expect(await mutations(local.fly, since)).toEqual([]);
    await local.engine.remove(changed);
    expect(await mutations(local.fly, since)).toEqual(calls);
  });
});
