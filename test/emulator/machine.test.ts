import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

test("29, 30 (documented): create is 200 with what Fly fills in", async () => {
  const { shown } = await local.caller.machine(await local.caller.app());
  expect(shown.id).toMatch(/^[0-9a-f]{14}$/);
  expect(shown.instance_id).toMatch(/^[0-9A-Z]{26}$/);
  expect(shown.events).toMatchObject([{ type: "launch", status: "created", source: "user" }]);
  expect(shown.config).toEqual({
    image: "registry-1.docker.io/library/nginx:latest",
    guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256 },
    restart: { policy: "on-failure", max_retries: 10 },
    dns: {},
    init: {},
  });
  expect(shown.image_ref.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test.each([
  ["flyio/hello:1", "registry-1.docker.io/flyio/hello:1"],
  ["docker.io/redis", "registry-1.docker.io/library/redis:latest"],
  ["ghcr.io/acme/web", "ghcr.io/acme/web:latest"],
  ["registry.fly.io/shop:deploy-1", "registry.fly.io/shop:deploy-1"],
  [`nginx@sha256:${"a".repeat(64)}`, `registry-1.docker.io/library/nginx@sha256:${"a".repeat(64)}`],
])("30: image %s is echoed as %s", async (image, full) => {
  const { shown } = await local.caller.machine(await local.caller.app(), { config: { image } });
  expect(shown.config.image).toBe(full);
  if (image.includes("@")) expect(shown.image_ref.digest).toBe(`sha256:${"a".repeat(64)}`);
});

test.each([
  ["iad,dfw", "iad"],
  ["any", /^[a-z]{3}$/],
  ["eu", /^(ams|arn|cdg|fra|lhr)$/],
  [undefined, "iad"],
])("31: region %s", async (region, expected) => {
  const { shown } = await local.caller.machine(await local.caller.app(), { region });
  expect(shown.region).toMatch(expected);
});

test("31 (assumed): a region that does not exist is 400, in create of machine and volume", async () => {
  const app = await local.caller.app();
  const reply = await local.caller.post(`${app}/machines`, { region: "mia", config: { image: "nginx" } });
  expect(reply).toMatchObject({ status: 400, body: { error: expect.stringContaining('"mia"') } });
  expect((await local.caller.post(`${app}/volumes`, { name: "d", region: "xxx" })).status).toBe(400);
});

test("32 to 34 (observed): names are made, unique among the living, and free again after death", async () => {
  const app = await local.caller.app();
  expect((await local.caller.machine(app)).shown.name).toMatch(/^[a-z]+-[a-z]+-\d{4}$/);
  const { id, path } = await local.caller.machine(app, { name: "web" });
  expect(await local.caller.post(`${app}/machines`, { name: "web", config: { image: "nginx" } })).toMatchObject({
    status: 409,
    body: { error: `already_exists: unique machine name violation, machine ID ${id} already exists with name "web"` },
  });
  await local.caller.delete(`${path}?force=true`);
  await local.caller.get(`${path}/wait?state=destroyed`);
  await local.caller.machine(app, { name: "web" });
});

test("35, 36 (observed): durations come back as Go spells them, autostop as booleans but for suspend", async () => {
  const service = (autostop: unknown) => ({ internal_port: 80, autostop, checks: [{ type: "tcp", interval: 15e9 }] });
  const { shown } = await local.caller.machine(await local.caller.app(), {
    config: {
      image: "nginx",
      services: ["stop", "off", "suspend", true, false].map(service),
      checks: { alive: { type: "http", port: 80, interval: "90s", timeout: "2s", grace_period: 5_000_000_000 } },
      stop_config: { signal: "SIGTERM", timeout: "30s" },
    },
  });
  expect(shown.config.services.map(({ autostop }: { autostop: unknown }) => autostop)).toEqual([
    true,
    false,
    "suspend",
    true,
    false,
  ]);
  expect(shown.config.services[0].checks[0].interval).toBe("15s");
  expect(shown.config.checks.alive).toMatchObject({ interval: "1m30s", timeout: "2s", grace_period: "5s" });
  expect(shown.config.stop_config).toEqual({ signal: "SIGTERM", timeout: "30s" });
});

test("37, 38 (documented): an update replaces the whole config and makes a version, same machine", async () => {
  const { path, shown } = await local.caller.machine(
    await local.caller.app(),
    { config: { image: "nginx", env: { A: "1" } } },
    "started",
  );
  const { status, body } = await local.caller.post(path, { config: { image: "nginx:2" } });
  expect(status).toBe(200);
  expect(body.config.env).toBeUndefined();
  expect(body.instance_id).not.toBe(shown.instance_id);
  expect(body).toMatchObject({ id: shown.id, private_ip: shown.private_ip, region: shown.region });
  const { body: versions } = await local.caller.get(`${path}/versions`);
  expect(versions.map(({ version }: { version: string }) => version)).toEqual([body.instance_id, shown.instance_id]);
  expect(versions[1].user_config.env).toEqual({ A: "1" });
});

test("39 (documented): an old version reads as replaced", async () => {
  const { path, shown } = await local.caller.machine(await local.caller.app(), {}, "started");
  await local.caller.post(path, { config: { image: "nginx:2" } });
  const { body } = await local.caller.get(`${path}?version=${shown.instance_id}`);
  expect(body).toMatchObject({ state: "replaced", config: { image: "registry-1.docker.io/library/nginx:latest" } });
});

test("40: a stale current_version is 409 and changes nothing", async () => {
  const { path, shown } = await local.caller.machine(await local.caller.app(), {}, "started");
  const update = { config: { image: "nginx:2" }, current_version: shown.instance_id };
  expect((await local.caller.post(path, update)).status).toBe(200);
  expect((await local.caller.post(path, { ...update, config: { image: "nginx:3" } })).status).toBe(409);
  expect((await local.caller.get(path)).body.config.image).toMatch(/nginx:2$/);
});

test("41, 155 (observed): an update of what runs reads replacing, stopped, starting, started", async () => {
  const { path } = await local.caller.machine(await local.caller.app(), {}, "started");
  const states = [(await local.caller.post(path, { config: { image: "nginx:2" } })).body.state];
  for (let reads = 0; reads < 5; reads++) {
    const { state } = (await local.caller.get(path)).body;
    if (state !== states.at(-1)) states.push(state);
  }
  expect(states).toEqual(["replacing", "stopped", "starting", "started"]);
});

test("42 (observed): an update of what is stopped leaves it stopped", async () => {
  const { path } = await local.caller.machine(await local.caller.app(), {}, "started");
  await local.caller.post(`${path}/stop`);
  await local.caller.get(`${path}/wait?state=stopped`);
  await local.caller.post(path, { config: { image: "nginx:2" } });
  expect((await local.caller.get(`${path}/wait?state=settled`)).body.state).toBe("stopped");
});

test("43 (assumed): an update cannot move a machine", async () => {
  const { path } = await local.caller.machine(await local.caller.app());
  expect((await local.caller.post(path, { region: "fra", config: { image: "nginx" } })).status).toBe(400);
});

test("44 (observed): with skip_launch it settles as stopped and a wait for started runs out", async () => {
  const { path } = await local.caller.machine(await local.caller.app(), { skip_launch: true });
  expect((await local.caller.get(`${path}/wait?timeout=30`)).status).toBe(408);
  expect((await local.caller.get(path)).body.state).toBe("stopped");
});

test("46 (assumed): a min_secrets_version nobody knows yet is refused, a known one is not", async () => {
  const app = await local.caller.app();
  const wanted = { config: { image: "nginx" }, min_secrets_version: 1 };
  expect((await local.caller.post(`${app}/machines`, wanted)).status).toBe(412);
  await local.caller.post(`${app}/secrets/KEY`, { value: "v" });
  expect((await local.caller.post(`${app}/machines`, wanted)).status).toBe(200);
});

test("48, 49 (observed): what runs is destroyed with force only, which flyctl spells kill", async () => {
  const app = await local.caller.app();
  for (const query of ["force=true", "kill=true"]) {
    const { path } = await local.caller.machine(app, {}, "started");
    expect(await local.caller.delete(path)).toMatchObject({
      status: 412,
      body: {
        error: "failed_precondition: unable to destroy machine, not currently stopped, suspended, failed or created",
      },
    });
    expect(await local.caller.delete(`${path}?${query}`)).toMatchObject({ status: 200, body: { ok: true } });
  }
});

test("50, 51, 53, 151 (observed): a destroyed machine is shown for a while, listed on request, and takes no update", async () => {
  const app = await local.caller.app();
  const { path, id } = await local.caller.machine(app);
  await local.caller.delete(path);
  await local.caller.get(`${path}/wait?state=destroyed`);
  expect((await local.caller.get(path)).body.state).toBe("destroyed");
  expect((await local.caller.get(`${app}/machines`)).body).toEqual([]);
  expect((await local.caller.get(`${app}/machines?include_deleted=true`)).body).toMatchObject([{ id }]);
  const update = await local.caller.post(path, { config: { image: "nginx" } });
  expect(update).toMatchObject({ status: 404, body: { error: "not_found: machine not found" } });
  await local.caller.pass(3_600_000);
  expect(await local.caller.get(path)).toMatchObject({ status: 404, body: { error: "machine not found" } });
  expect(await local.caller.get(`${app}/machines/12345`)).toMatchObject({
    status: 400,
    body: { error: "invalid machine ID, '12345'" },
  });
});

test("52 (specified): lists filter by metadata, state and region, and go on from a cursor", async () => {
  const app = await local.caller.app();
  const web = { config: { image: "nginx", metadata: { role: "web" } } };
  const first = await local.caller.machine(app, web, "started");
  const second = await local.caller.machine(app, { region: "fra" });
  const ids = async (query: string) => {
    const { body } = await local.caller.get(`${app}/machines?${query}`);
    return body.map(({ id }: { id: string }) => id);
  };
  expect(await ids("metadata.role=web")).toEqual([first.id]);
  expect(await ids("state=started,stopped")).toEqual([first.id]);
  expect(await ids("region=fra")).toEqual([second.id]);
  const page = await local.caller.get(`${app}/machines?limit=1`);
  expect(await ids(`limit=1&cursor=${page.headers.get("fly-next-cursor")}`)).toEqual([second.id]);
});

test("56 (observed): a full region is 422, a full volume's host 412", async () => {
  const app = await local.caller.app();
  const { id } = await local.caller.volume(app, { region: "fra" });
  await local.caller.event({ kind: "capacity", region: "fra", machines: 0 });
  const body = { region: "fra", config: { image: "nginx" } };
  expect(await local.caller.post(`${app}/machines`, body)).toMatchObject({
    status: 422,
    body: { error: "could not find a candidate host", status: "insufficient_capacity" },
  });
  const mounted = { ...body, config: { image: "nginx", mounts: [{ volume: id, path: "/d" }] } };
  expect(await local.caller.post(`${app}/machines`, mounted)).toMatchObject({
    status: 412,
    body: { status: "volume_placement_capacity" },
  });
  expect((await local.caller.get(`${app}/machines`)).body).toEqual([]);
});

test.each([
  ["57 (observed): too little memory", { guest: { cpu_kind: "performance", cpus: 8, memory_mb: 8192 } }, "16384"],
  ["58: a GPU", { guest: { gpu_kind: "a10" } }, "GPU"],
  ["no image", { image: "" }, "config.image"],
  ["two mounts", { mounts: [1, 2].map((n) => ({ volume: "v", path: `/${n}` })) }, "config.mounts"],
  ["a stop time-out of 301 s", { stop_config: { timeout: "301s" } }, "config.stop_config.timeout"],
  ["a number in env", { env: { A: 1 } }, "config.env.A"],
  ["services that are no list", { services: {} }, "config.services"],
])("%s is 400 and names what is wrong", async (_, config, named) => {
  const app = await local.caller.app();
  const reply = await local.caller.post(`${app}/machines`, { config: { image: "nginx", ...config } });
  expect([reply.status, reply.body.error]).toEqual([400, expect.stringContaining(named)]);
  expect((await local.caller.get(`${app}/machines`)).body).toEqual([]);
});

test("89 to 91 (specified): metadata is set, merged, dropped and guarded, and makes no version", async () => {
  const { path, shown } = await local.caller.machine(await local.caller.app());
  expect((await local.caller.post(`${path}/metadata/a`, { value: "1" })).status).toBe(204);
  expect((await local.caller.get(`${path}/metadata/a`)).body).toEqual({ value: "1" });
  expect((await local.caller.patch(`${path}/metadata`, { metadata: { a: null, b: "2" } })).status).toBe(204);
  expect((await local.caller.get(`${path}/metadata`)).body).toEqual({ b: "2" });
  const stale = { metadata: { b: "3" }, machine_version: "01OLD" };
  expect((await local.caller.patch(`${path}/metadata`, stale)).status).toBe(412);
  expect((await local.caller.delete(`${path}/metadata/b`)).status).toBe(204);
  expect((await local.caller.get(`${path}/metadata/b`)).status).toBe(404);
  expect((await local.caller.get(path)).body.instance_id).toBe(shown.instance_id);
});

test("142 (documented): of an unreachable host Fly knows the config in part and takes no update", async () => {
  const app = await local.caller.app();
  const { path, id } = await local.caller.machine(app, {}, "started");
  await local.caller.event({ kind: "host-failure", app: "shop", machine: id });
  const { body } = await local.caller.get(path);
  expect(body).toMatchObject({ host_status: "unreachable", config: null, incomplete_config: { metadata: {} } });
  expect((await local.caller.post(path, { config: { image: "nginx" } })).status).toBe(412);
});
