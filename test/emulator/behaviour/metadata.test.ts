import { expect } from "vitest";
import { behaviour } from "./behaviour.ts";

behaviour(89, async ({ caller }) => {
  const { path } = await caller.machine(await caller.app());
  const key = `${path}/metadata/a`;
  expect((await caller.post(key, { value: "1" })).status).toBe(204);
  expect(await caller.get(key)).toMatchObject({ status: 200, body: { value: "1" } });
  expect((await caller.delete(key)).status).toBe(204);
  expect((await caller.get(key)).status).toBe(404);
});

behaviour(90, async ({ caller }) => {
  const { path, shown } = await caller.machine(await caller.app(), {}, "started");
  await caller.post(`${path}/metadata/a`, { value: "1" });
  const { body } = await caller.get(path);
  expect(body).toMatchObject({ instance_id: shown.instance_id, state: "started", config: { metadata: { a: "1" } } });
  expect((await caller.get(`${path}/versions`)).body).toHaveLength(1);
});

behaviour(91, async ({ caller }) => {
  const metadata = { a: "1", b: "2" };
  const { path } = await caller.machine(await caller.app(), { config: { image: "nginx", metadata } });
  expect((await caller.patch(`${path}/metadata`, { metadata: { a: null } })).status).toBe(204);
  const stale = { metadata: { b: "3" }, machine_version: "01OLD" };
  expect((await caller.patch(`${path}/metadata`, stale)).status).toBe(412);
  expect((await caller.get(`${path}/metadata`)).body).toEqual({ b: "2" });
});
