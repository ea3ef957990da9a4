import { beforeAll, describe, expect, test } from "vitest";
import type { Properties } from "../../provider/value.ts";
import type { State } from "../support/engine.ts";
import { journalEnd, mutations, send, withLocalFly } from "../support/local-fly.ts";

const app = "by-hand";
const hostname = "shop.example.com";

// What was made with curl, and a Fly that spells things in its own way.
describe.each(["instant", "strange"] as const)("on a Fly of profile %s", (profile) => {
  const local = withLocalFly({ profile });
  const ids = {} as Record<string, string>;

  const post = async (path: string, body: object = {}) =>
    (await send(local.fly, "POST", `/v1/apps${path}`, body)) as { id: string; ip: string };

  beforeAll(async () => {
    await post("", { name: app, org_slug: "local" });
    await post("", { name: "apart", org_slug: "local", network: "inside" });
    const volume = await post(`/${app}/volumes`, { name: "data", region: "iad", size_gb: 7, snapshot_retention: 3 });
    const config = { image: "redis:7", mounts: [{ volume: volume.id, path: "/data" }] };
    await post(`/${app}/machines`, { region: "iad", config });
    await post(`/${app}/volumes/${volume.id}/snapshots`);
    const list = () => send(local.fly, "GET", `/v1/apps/${app}/volumes/${volume.id}/snapshots`);
    const [snapshot] = (await list()) as { id: string }[];
    await post(`/${app}/certificates/acme`, { hostname });
    for (const type of ["v6", "shared_v4", "v4"]) ids[type] = (await post(`/${app}/ip_assignments`, { type })).ip;
    const flycast = { type: "private_v6", network: "inside" };
    ids["private_v6"] = (await post(`/${app}/ip_assignments`, flycast)).ip;
    Object.assign(ids, { volume: volume.id, snapshot: snapshot?.id });
  });

  const subjects: [type: string, id: () => string, inputs: () => Properties][] = [
    ["App", () => app, () => ({ name: app })],
    ["App", () => "apart", () => ({ name: "apart", network: "inside" })],
    [
      "Volume",
      () => `${app}/${ids["volume"]}`,
      () => ({ app, name: "data", region: "iad", sizeGb: 7, snapshotRetention: 3 }),
    ],
    [
      "VolumeSnapshot",
      () => `${app}/${ids["volume"]}/${ids["snapshot"]}`,
      () => ({ app, volume: ids["volume"] ?? "" }),
    ],
    ["Certificate", () => `${app}/${hostname}`, () => ({ app, hostname })],
    ["IpAddress", () => `${app}/${ids["v6"]}`, () => ({ app, type: "v6" })],
    ["IpAddress", () => `${app}/${ids["v4"]}`, () => ({ app, type: "v4" })],
    ["IpAddress", () => `${app}/${ids["shared_v4"]}`, () => ({ app, type: "shared_v4" })],
    ["IpAddress", () => `${app}/${ids["private_v6"]}`, () => ({ app, type: "private_v6", network: "inside" })],
  ];

  test.each(subjects)("%s %#: an import is followed by no change and no drift", async (type, id, inputs) => {
    const { engine, fly } = local;
    const since = await journalEnd(fly);
    const imported = (await engine.read(type, `${type} ${id()}`, id())) as State;
    expect(imported.inputs).toMatchObject(inputs());
    // The program that import writes, and the least one that means the same.
    expect(await engine.diff(imported, imported.inputs)).toEqual({});
    expect(await engine.diff(imported, inputs())).toEqual({});
    expect(await engine.refresh(imported)).toMatchObject({ drift: {}, id: imported.id, outputs: imported.outputs });
    expect(await mutations(fly, since)).toEqual([]);
  });

  test("an imported app may say its organisation, and may stop saying it; another is a new app", async () => {
    const { engine } = local;
    const imported = (await engine.read("App", `App ${app}`, app)) as State;
    expect(await engine.diff(imported, { name: app, orgSlug: "local" })).toEqual({});
    expect(await engine.diff(imported, { name: app, orgSlug: "other" })).toEqual({ orgSlug: "ADD_REPLACE" });
  });

  test.each([
    ["App", "nowhere", /import App "nowhere": there is none. `fly apps list`/],
    [
      "Volume",
      `${app}/vol_none`,
      /import Volume vol_none of app "by-hand": there is none. `fly volumes list -a by-hand`/,
    ],
    ["Volume", "vol_none", /import Volume "vol_none": the id must be <app>\/<volume id>/],
    [
      "IpAddress",
      `${app}/2a09::1`,
      /import IpAddress 2a09::1 of app "by-hand": there is none. `fly ips list -a by-hand`/,
    ],
    ["IpAddress", "2a09::1", /import IpAddress "2a09::1": the id must be <app>\/<address>/],
    [
      "Certificate",
      "nowhere/shop.example.com",
      /import Certificate for shop.example.com of app "nowhere": there is none/,
    ],
  ])("an import of %s %s says what is wrong and where to look", async (type, id, message) => {
    await expect(local.engine.read(type, "nothing", id)).rejects.toThrow(message);
  });
});
