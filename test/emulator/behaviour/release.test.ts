import { expect } from "vitest";
import { behaviour } from "./behaviour.ts";

behaviour(139, async ({ caller }) => {
  const query = "{ __schema { mutationType { fields { name } } } }";
  const { body } = await caller.post("/graphql", { query });
  const names: string[] = body.data.__schema.mutationType.fields.map(({ name }: { name: string }) => name);
  expect(names).toContain("createLimitedAccessToken");
  expect(names.filter((name) => /roll/i.test(name))).toEqual([]);
  await caller.app();
  for (const path of ["/api/v1/releases/3/rollback", "/api/v1/apps/shop/releases/rollback"]) {
    expect(await caller.post(path)).toMatchObject({ status: 404, body: "404 page not found" });
  }
});

behaviour(140, async ({ caller }) => {
  await caller.app();
  const current = () => caller.get("/api/v1/apps/shop/releases/current");
  expect((await current()).status).toBe(404);
  const wish = { app_name: "shop", image: "registry.fly.io/shop:1", strategy: "ROLLING", definition: {} };
  const { release } = (await caller.post("/api/v1/releases", wish)).body;
  expect(release).toMatchObject({ version: 1, image_ref: wish.image, in_progress: true });
  expect((await current()).status).toBe(404);
  expect((await caller.patch(`/api/v1/releases/${release.id}`, { status: "complete" })).status).toBe(200);
  expect(await current()).toMatchObject({ status: 200, body: { id: release.id, stable: true, in_progress: false } });
});
