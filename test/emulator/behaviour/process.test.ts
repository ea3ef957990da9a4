import { expect } from "vitest";
import { behaviour } from "./behaviour.ts";

behaviour(166, async ({ caller }) => {
  const app = await caller.app();
  const { path, shown } = await caller.machine(app, { skip_service_registration: true }, "started");
  expect(shown.cordoned).toBe(true);
  expect((await caller.get(path)).body.cordoned).toBe(true);
  expect((await caller.get(`${app}/machines`)).body[0].cordoned).toBe(true);
  await caller.post(`${path}/uncordon`);
  expect((await caller.get(path)).body.cordoned).toBe(false);
  expect((await caller.machine(app)).shown.cordoned).toBe(false);
});

behaviour(167, async ({ caller }) => {
  const { id } = await caller.machine(await caller.app(), { region: "lhr" }, "started");
  const read = async (token: string) =>
    (await caller.get(`/api/v1/apps/shop/logs?next_token=${token}&instance=${id}&region=lhr`)).body;
  await caller.event({ kind: "log", app: "shop", machine: id, lines: ["hello"] });
  const { data, meta } = await read("");
  const timestamp = expect.stringMatching(/^\d{4}-\d\d-\d\dT/);
  const attributes = { message: "hello", instance: id, region: "lhr", timestamp };
  expect(data).toEqual([{ id: expect.any(String), attributes: expect.objectContaining(attributes) }]);
  await caller.event({ kind: "log", app: "shop", machine: id, lines: ["again"] });
  const next = await read(meta.next_token);
  expect(next.data.map((row: typeof data) => row.attributes.message)).toEqual(["again"]);
});

behaviour(168, async ({ caller }) => {
  const { id } = await caller.machine(await caller.app(), {}, "started");
  const lines = Array.from({ length: 120 }, (_, index) => `line ${index}`);
  await caller.event({ kind: "log", app: "shop", machine: id, lines });
  const { data } = (await caller.get("/api/v1/apps/shop/logs")).body;
  expect(data.map((row: { attributes: { message: string } }) => row.attributes.message)).toEqual(lines.slice(20));
});

behaviour(169, async ({ caller }) => {
  const config = { image: "nginx", env: { RELEASE_COMMAND: "1" }, restart: { policy: "no" }, auto_destroy: true };
  const { path, id } = await caller.machine(await caller.app(), { config, skip_launch: true }, "stopped");
  await caller.post(`${path}/start`);
  expect((await caller.get(`${path}/wait?state=started`)).status).toBe(200);
  expect((await caller.get(`${path}/wait?state=destroyed`)).status).toBe(200);
  const { state, events } = (await caller.get(path)).body;
  expect(state).toBe("destroyed");
  const exit = events.find(({ type }: { type: string }) => type === "exit");
  expect(exit.request.exit_event).toMatchObject({ exit_code: 0, requested_stop: false });
  const { data } = (await caller.get(`/api/v1/apps/shop/logs?instance=${id}`)).body;
  expect(data.at(-1).attributes.message).toContain("Main child exited normally");
});

behaviour(170, async ({ caller }) => {
  const app = await caller.app();
  await caller.event({ kind: "exiting-image", image: "nginx" });
  const { id } = await caller.machine(app, { config: { image: "nginx", restart: { policy: "always" } } });
  const ends = async () => (await caller.get(`/api/v1/apps/shop/logs?instance=${id}`)).body.data.length;
  await caller.pass(60_000);
  expect(await ends()).toBe(11);
  await caller.pass(200_000);
  expect(await ends()).toBe(11);
  await caller.pass(600_000);
  expect(await ends()).toBeGreaterThan(11);
});
