import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const started = async (body: Record<string, unknown> = {}) =>
  local.caller.machine(await local.caller.app(), body, "started");

test("a poller sees every state of a new machine, and waits for none", async () => {
  const { path } = await local.caller.machine(await local.caller.app());
  const states: string[] = [];
  for (let reads = 0; reads < 3; reads++) states.push((await local.caller.get(path)).body.state);
  expect(states).toEqual(["created", "starting", "started"]);
});

test("an image that cannot be pulled ends in failed, and a wait for more ends at once", async () => {
  await local.caller.event({ kind: "unpullable-image", image: "acme/gone:1" });
  const { path } = await local.caller.machine(await local.caller.app(), { config: { image: "acme/gone:1" } });
  expect((await local.caller.get(`${path}/wait`)).status).toBe(400);
  const { body } = await local.caller.get(path);
  expect(body.state).toBe("failed");
  expect(body.events[0].request.error).toContain("acme/gone:1");
});

const checked = {
  config: {
    image: "acme/web:1",
    services: [{ internal_port: 8080, checks: [{ type: "http", interval: "10s", grace_period: "5s" }] }],
    checks: { alive: { type: "tcp", port: 8080, interval: "10s" } },
  },
};

const statuses = async (path: string) => {
  const { checks } = (await local.caller.get(path)).body;
  return Object.fromEntries(checks.map(({ name, status }: { name: string; status: string }) => [name, status]));
};

test("checks are absent, then critical and warning, then passing, under Fly's names and a mirror", async () => {
  const { path } = await started(checked);
  const seen: object[] = [];
  for (let reads = 0; reads < 5; reads++) seen.push(await statuses(path));
  const all = (status: string) => ({
    alive: status,
    "servicecheck-00-http-8080": status,
    "bg_deployments_compat-00-http-8080": status,
  });
  expect(seen[0]).toEqual({});
  expect(seen).toContainEqual(all("critical"));
  expect(seen).toContainEqual(all("warning"));
  expect(seen.at(-1)).toEqual(all("passing"));
});

test("checks of an image that fails never pass, though time goes on with each read", async () => {
  await local.caller.event({ kind: "failing-image", image: "acme/web:1" });
  const { path } = await started(checked);
  const before = local.fly.clock.now();
  for (let reads = 0; reads < 20; reads++) await local.caller.get(path);
  expect(new Set(Object.values(await statuses(path)))).toEqual(new Set(["critical"]));
  expect(local.fly.clock.now() - before).toBeGreaterThan(100_000);
});

test("an update forgets what the checks said of the version before", async () => {
  const { path } = await started(checked);
  for (let reads = 0; reads < 5; reads++) await local.caller.get(path);
  await local.caller.post(path, checked);
  expect(await statuses(path)).toEqual({});
});

test("a scripted check result stands until the next version", async () => {
  const { path, id } = await started(checked);
  for (let reads = 0; reads < 5; reads++) await local.caller.get(path);
  const check = { kind: "check", app: "shop", machine: id, check: "alive", status: "critical", output: "503" };
  expect((await local.caller.event(check)).status).toBe(200);
  expect(await statuses(path)).toMatchObject({ alive: "critical", "servicecheck-00-http-8080": "passing" });
  expect((await local.caller.event({ ...check, check: "nope" })).status).toBe(400);
});
