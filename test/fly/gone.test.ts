import { describe, expect, test } from "vitest";
import { appFind } from "../../fly/app.ts";
import { machineFind, machineList } from "../../fly/machine.ts";
import { volumeFind } from "../../fly/volume.ts";
import { type Answer, flyServer, says } from "./fly-server.ts";

const show = "GET /v1/apps/shop";
const list = "GET /v1/apps";
const current = "GET /v1/tokens/current";
const readMachine = "GET /v1/apps/shop/machines/m1";
const readVolume = "GET /v1/apps/shop/volumes/vol_1";

const missing = says(404, { error: "not_found: machine not found" });
const acme = says(200, { tokens: [{ org_slug: "acme" }] });
const noApps = says(200, { total_apps: 0, apps: [] });
const app = says(200, { name: "shop", id: "1" });

describe("a 404 means gone", () => {
  test("once the app answered this token", async () => {
    await using server = await flyServer({ [readMachine]: missing, [show]: app });
    await expect(machineFind(server.client(), "shop", "m1")).resolves.toBeUndefined();
  });

  test("once the app's organisation did, where the app is gone as well", async () => {
    await using server = await flyServer({ [readMachine]: missing, [show]: missing, [current]: acme, [list]: noApps });
    await expect(machineFind(server.client(), "shop", "m1")).resolves.toBeUndefined();
    expect(server.arrivals.at(-1)?.path).toBe("/v1/apps?org_slug=acme");
  });

  test("without asking again in a run in which the app has answered", async () => {
    await using server = await flyServer({ [readMachine]: missing, "GET /v1/apps/shop/machines": says(200, []) });
    const fly = server.client();
    await machineList(fly, "shop");
    await expect(machineFind(fly, "shop", "m1")).resolves.toBeUndefined();
    expect(server.arrivals).toHaveLength(2);
  });

  test("for a token of several organisations, once each of them answered", async () => {
    const both = says(200, { tokens: [{ org_slug: "acme" }, { org_slug: "beta" }] });
    await using server = await flyServer({ [show]: missing, [current]: both, [list]: noApps });
    await expect(appFind(server.client(), "shop")).resolves.toBeUndefined();
    expect(server.arrivals.slice(-2).map(({ path }) => path)).toEqual([
      "/v1/apps?org_slug=acme",
      "/v1/apps?org_slug=beta",
    ]);
  });

  test("as does a 400 that says the app does not exist", async () => {
    const strange = says(400, { error: "could not find app" });
    await using server = await flyServer({ [readVolume]: strange, [show]: missing, [current]: acme, [list]: noApps });
    await expect(volumeFind(server.client(), "shop", "vol_1")).resolves.toBeUndefined();
  });
});

describe.concurrent("a 404 proves nothing where", () => {
  const unproven: [string, string, Record<string, Answer>][] = [
    ["nothing of Fly is at the address", "not-found", {}],
    ["the token is of nobody", "unauthorized", { [show]: missing, [current]: says(401, { error: "Authenticate" }) }],
    ["the app is somebody else's", "forbidden", { [show]: says(403, { error: "unauthorized" }) }],
    ["the app cannot be asked", "server", { [show]: says(500) }],
    ["the token names no organisation", "not-found", { [show]: missing, [current]: says(200, { tokens: [] }) }],
    ["the organisation refuses", "forbidden", { [show]: missing, [current]: acme, [list]: says(403) }],
    ["the organisation cannot be asked", "server", { [show]: missing, [current]: acme, [list]: says(503) }],
    ["the organisation is not found either", "not-found", { [show]: missing, [current]: acme, [list]: says(404) }],
  ];
  test.each(unproven)("%s", async (_, kind, rest) => {
    await using server = await flyServer({ [readMachine]: missing, ...rest });
    await expect(machineFind(server.client(), "shop", "m1")).rejects.toMatchObject({ kind });
  });
});

test.concurrent.each([401, 403, 500, 502, 503, 504])(
  "a %i never means gone, whatever the app answers",
  async (status) => {
    await using server = await flyServer({ [readMachine]: says(status, { error: "not found" }), [show]: app });
    const fly = server.client();
    await appFind(fly, "shop");
    await expect(machineFind(fly, "shop", "m1")).rejects.toMatchObject({ name: "FlyError", status });
  },
);

test.each(["scheduling_destroy", "pending_destroy", "destroyed"])("a volume that is %s is gone", async (state) => {
  const volume = { id: "vol_1", name: "data", state, region: "iad", size_gb: 1 };
  await using server = await flyServer({ [readVolume]: says(200, volume) });
  await expect(volumeFind(server.client(), "shop", "vol_1")).resolves.toBeUndefined();
});
