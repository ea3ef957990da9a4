import { beforeEach, describe, expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();
const create = (query = "") => local.caller.post(`/v1/apps${query}`, { name: "shop", org_slug: "local" });
const windows = (position: string) => local.caller.post("/_local/switches", { windows: position });

async function mounted() {
  await create("?wait=true");
  const app = "/v1/apps/shop";
  const volume = await local.caller.volume(app);
  const config = { image: "nginx", mounts: [{ volume: volume.id, path: "/data" }] };
  const { body } = await local.caller.post(`${app}/machines`, { config });
  return { app, volume, config, path: `${app}/machines/${body.id}`, id: body.id };
}

describe("with windows on", () => {
  beforeEach(() => windows("on"));

  test("18 (relied on by fly-go): a new app is 404 for a moment, with all that is below it", async () => {
    await create();
    expect(await local.caller.get("/v1/apps/shop")).toMatchObject({ status: 404, body: { error: "app not found" } });
    expect(await local.caller.get("/v1/apps/shop")).toMatchObject({ status: 200, body: { status: "pending" } });
  });

  test("a new app's machines are 404 as long as the app is", async () => {
    await create();
    expect((await local.caller.get("/v1/apps/shop/machines")).status).toBe(404);
    expect((await local.caller.get("/v1/apps/shop/machines")).status).toBe(200);
  });

  test("19 (relied on by fly-go): an app made with wait is found at once, also by who asks for it again", async () => {
    await create("?wait=true");
    expect((await local.caller.get("/v1/apps/shop")).status).toBe(200);
  });

  test("74 (relied on by flyctl): a wait for a new machine is 404 once, GET and the list have it", async () => {
    const { path, app } = await mounted();
    expect(await local.caller.get(`${path}/wait`)).toMatchObject({ status: 404, body: { error: "machine not found" } });
    expect((await local.caller.get(`${path}/wait`)).status).toBe(200);
    const another = await local.caller.machine(app);
    expect((await local.caller.get(another.path)).status).toBe(200);
    const { body } = await local.caller.get(`${app}/machines`);
    expect(body.map((machine: { id: string }) => machine.id)).toContain(another.id);
  });

  test("154 (observed): the volume of a machine that is gone stays claimed for a moment, by nobody", async () => {
    const { app, volume, config, path } = await mounted();
    await local.caller.get(path);
    await local.caller.delete(`${path}?force=true`);
    await local.caller.get(`${path}/wait?state=destroyed`);
    expect((await local.caller.get(volume.path)).body.attached_machine_id).toBeNull();
    expect(await local.caller.post(`${app}/machines`, { config })).toMatchObject({
      status: 412,
      body: { error: `failed_precondition: volume already claimed by machine ${"\0".repeat(14)}` },
    });
    expect((await local.caller.post(`${app}/machines`, { config })).status).toBe(200);
  });

  test("100 (observed): a list shows a deleted volume as if nothing had been done, for a moment", async () => {
    await create("?wait=true");
    const { path } = await local.caller.volume("/v1/apps/shop");
    await local.caller.delete(path);
    const listed = async () => (await local.caller.get("/v1/apps/shop/volumes")).body[0].state;
    expect(await listed()).toBe("created");
    expect(await listed()).toBe("waiting_for_detach");
  });
});

test("in profile instant none of it is there unless it is switched on", async () => {
  await create();
  expect((await local.caller.get("/v1/apps/shop")).status).toBe(200);
  const { path } = await local.caller.machine("/v1/apps/shop");
  expect((await local.caller.get(path)).status).toBe(200);
});

describe("profile fly", () => {
  const real = withLocalFly({ profile: "fly" });

  test("has windows of its own, which time closes and looks do not", async () => {
    await real.caller.app();
    expect((await real.caller.get("/v1/apps/shop")).status).toBe(404);
    expect((await real.caller.get("/v1/apps/shop")).status).toBe(404);
    await real.caller.pass(3_000);
    expect((await real.caller.get("/v1/apps/shop")).status).toBe(200);
  });

  test("has none where they are switched off", async () => {
    await real.caller.post("/_local/switches", { windows: "off" });
    await real.caller.app();
    expect((await real.caller.get("/v1/apps/shop")).status).toBe(200);
  });
});
