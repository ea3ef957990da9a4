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

test("59 (documented): start of what is stopped tells the state before", async () => {
  const { path } = await started();
  await local.caller.post(`${path}/stop`);
  await local.caller.get(`${path}/wait?state=stopped`);
  expect(await local.caller.post(`${path}/start`)).toMatchObject({
    status: 200,
    body: { previous_state: "stopped", migrated: false, new_host: "" },
  });
  expect((await local.caller.get(`${path}/wait`)).body.state).toBe("started");
});

test("60 (observed): start while the image is pulled is 412", async () => {
  const { path } = await local.caller.machine(await local.caller.app());
  expect(await local.caller.post(`${path}/start`)).toMatchObject({
    status: 412,
    body: { error: "failed_precondition: unable to start machine from current state: 'created'" },
  });
});

test("61, 62 (observed): start during an update or a stop is 412", async () => {
  const { path } = await started();
  await local.caller.post(`${path}/stop`);
  const refused = async (why: string) =>
    expect(await local.caller.post(`${path}/start`)).toMatchObject({
      status: 412,
      body: { error: `failed_precondition: ${why}, refusing to start` },
    });
  await refused("machine still active");
  await local.caller.get(`${path}/wait?state=stopped`);
  await local.caller.post(`${path}/start`);
  await local.caller.get(`${path}/wait`);
  await local.caller.post(path, { config: { image: "nginx:2" } });
  await refused("machine getting replaced");
});

test("63, 64 (documented): stop says it was asked for, and again is no error", async () => {
  const { path } = await started();
  expect(await local.caller.post(`${path}/stop`)).toMatchObject({ status: 200, body: { ok: true } });
  expect((await local.caller.get(path)).body.state).toBe("stopping");
  await local.caller.get(`${path}/wait?state=stopped`);
  const { body: events } = await local.caller.get(`${path}/events`);
  const exit = events.find(({ type }: { type: string }) => type === "exit");
  expect(exit.request.exit_event).toMatchObject({ requested_stop: true, exit_code: 0 });
  expect((await local.caller.post(`${path}/stop`)).status).toBe(200);
});

test("65 (specified): an unknown signal or time is 400", async () => {
  const { path } = await started();
  expect((await local.caller.post(`${path}/stop`, { signal: "SIGFOO" })).status).toBe(400);
  expect((await local.caller.post(`${path}/stop`, { timeout: "soon" })).status).toBe(400);
  expect((await local.caller.post(`${path}/signal`, { signal: "SIGUSR1" })).status).toBe(200);
});

test("66 (documented): a machine of 2 GB suspends and resumes, a larger one does not", async () => {
  const { path } = await started();
  await local.caller.post(`${path}/suspend`);
  expect((await local.caller.get(`${path}/wait?state=suspended`)).status).toBe(200);
  expect((await local.caller.post(`${path}/start`)).body.previous_state).toBe("suspended");
  const large = { image: "nginx", guest: { cpu_kind: "shared", cpus: 2, memory_mb: 4096 } };
  const other = await local.caller.machine("/v1/apps/shop", { config: large }, "started");
  expect((await local.caller.post(`${other.path}/suspend`)).status).toBe(412);
});

test("67 (relied on by flyctl): cordon twice is no error and shows", async () => {
  const { path } = await started();
  for (let twice = 0; twice < 2; twice++) expect((await local.caller.post(`${path}/cordon`)).status).toBe(200);
  expect((await local.caller.get(path)).body.cordoned).toBe(true);
  await local.caller.post(`${path}/uncordon`);
  expect((await local.caller.get(path)).body.cordoned).toBe(false);
});

test("68 (documented): restart goes through restarting and keeps the version", async () => {
  const { path, shown } = await started();
  await local.caller.post(`${path}/restart`);
  expect((await local.caller.get(path)).body.state).toBe("restarting");
  await local.caller.get(`${path}/wait`);
  expect((await local.caller.get(path)).body).toMatchObject({ state: "started", instance_id: shown.instance_id });
});

test("69, 70 (observed): wait is for started, and says what it found when time is over", async () => {
  const { path } = await local.caller.machine(await local.caller.app());
  expect((await local.caller.get(`${path}/wait`)).body).toMatchObject({ ok: true, state: "started" });
  await local.caller.post(`${path}/stop`);
  await local.caller.get(`${path}/wait?state=stopped`);
  expect(await local.caller.get(`${path}/wait?timeout=5`)).toMatchObject({
    status: 408,
    body: { error: "deadline_exceeded: machine failed to reach desired state, started, currently stopped" },
  });
});

test.each(["90", "0", "-1", "x"])("71 (observed): a wait of %s s is 400", async (timeout) => {
  const { path } = await local.caller.machine(await local.caller.app());
  expect(await local.caller.get(`${path}/wait?timeout=${timeout}`)).toMatchObject({
    status: 400,
    body: {
      error: "invalid_argument: invalid WaitMachineRequest.Timeout: value must be inside range [1s, 1m0s]",
    },
  });
});

test("72, 73 (relied on by clients): several states may be waited for, destroyed too", async () => {
  const { path } = await started();
  await local.caller.post(`${path}/suspend`);
  expect((await local.caller.get(`${path}/wait?state=stopped&state=suspended`)).body.state).toBe("suspended");
  await local.caller.delete(path);
  expect((await local.caller.get(`${path}/wait?state=destroyed`)).body.state).toBe("destroyed");
});

test("75 (specified): a wait for an old version is not content with the new one", async () => {
  const { path, shown } = await started();
  const { body } = await local.caller.post(path, { config: { image: "nginx:2" } });
  expect((await local.caller.get(`${path}/wait?instance_id=${body.instance_id}`)).status).toBe(200);
  expect((await local.caller.get(`${path}/wait?version=${shown.instance_id}&timeout=1`)).status).toBe(408);
});

const exits = async (id: string, exitCode: number) =>
  local.caller.event({ kind: "exit", app: "shop", machine: id, exitCode });

test.each([
  ["on-failure", 1, "starting"],
  ["on-failure", 0, "stopped"],
  ["no", 1, "stopped"],
  ["always", 0, "starting"],
])("77 (documented): restart %s after exit code %i leads to %s", async (policy, code, state) => {
  const { path, id } = await started({ config: { image: "nginx", restart: { policy } } });
  expect((await exits(id, code)).status).toBe(200);
  expect((await local.caller.get(path)).body.state).toBe(state);
});

test("77 (documented): a machine that keeps failing is given up after its tries", async () => {
  const restart = { policy: "on-failure", max_retries: 2 };
  const { path, id } = await started({ config: { image: "nginx", restart } });
  for (let exit = 0; exit < 3; exit++) {
    await exits(id, 1);
    await local.caller.get(`${path}/wait?state=settled`);
  }
  expect((await local.caller.get(path)).body.state).toBe("stopped");
});

test("54 (documented): auto_destroy destroys what exits", async () => {
  const { path, id } = await started({ config: { image: "nginx", auto_destroy: true } });
  await exits(id, 0);
  expect((await local.caller.get(`${path}/wait?state=destroyed`)).status).toBe(200);
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

test("165 (observed): checks are absent, then critical and warning, then passing, under Fly's names and a mirror", async () => {
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
