import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const create = async (body: object = {}) =>
  local.caller.post("/api/v1/releases", { app_name: "shop", image: "shop:1", strategy: "CANARY", ...body });
const versions = async (query = "") =>
  (await local.caller.get(`/api/v1/apps/shop/releases${query}`)).body.releases.map(
    ({ version }: { version: number }) => version,
  );

test("releases count up, the newest is listed first, and the current one is the newest that came through", async () => {
  await local.caller.app();
  const ids = [];
  for (const image of ["shop:1", "shop:2", "shop:3"]) ids.push((await create({ image })).body.release.id);
  expect([await versions(), await versions("?limit=2")]).toEqual([
    [3, 2, 1],
    [3, 2],
  ]);
  for (const [index, status] of ["complete", "complete", "failed"].entries()) {
    await local.caller.patch(`/api/v1/releases/${ids[index]}`, { status, metadata: {} });
  }
  expect((await local.caller.get("/api/v1/apps/shop/releases/current")).body).toMatchObject({
    version: 2,
    image_ref: "shop:2",
    strategy: "CANARY",
  });
});

test("a release of no app is 404, of another's 403, with a strategy or status that there is not 400", async () => {
  await local.caller.app();
  await local.caller.event({ kind: "foreign-app", name: "theirs", org: "acme" });
  expect((await create({ app_name: "nobody" })).status).toBe(404);
  expect((await create({ app_name: "theirs" })).status).toBe(403);
  expect((await create({ strategy: "HOPE" })).status).toBe(400);
  const { id } = (await create()).body.release;
  expect((await local.caller.patch(`/api/v1/releases/${id}`, { status: "done" })).status).toBe(400);
  expect((await local.caller.patch("/api/v1/releases/none", { status: "complete" })).status).toBe(404);
});
