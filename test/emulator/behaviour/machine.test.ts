import { expect } from "vitest";
import { behaviour } from "./behaviour.ts";

behaviour(29, async ({ caller }) => {
  const { shown } = await caller.machine(await caller.app());
  expect(shown.id).toMatch(/^[0-9a-f]{14}$/);
  expect(shown.instance_id).toMatch(/^[0-9A-Z]{26}$/);
  expect(shown.events).toMatchObject([{ type: "launch", status: "created", source: "user" }]);
});

const images = [
  ["nginx", "registry-1.docker.io/library/nginx:latest"],
  ["flyio/hello:1", "registry-1.docker.io/flyio/hello:1"],
  ["docker.io/redis", "registry-1.docker.io/library/redis:latest"],
  ["ghcr.io/acme/web", "ghcr.io/acme/web:latest"],
  ["registry.fly.io/shop:deploy-1", "registry.fly.io/shop:deploy-1"],
  [`nginx@sha256:${"a".repeat(64)}`, `registry-1.docker.io/library/nginx@sha256:${"a".repeat(64)}`],
] as const;

behaviour(30, async ({ caller }) => {
  const app = await caller.app();
  for (const [image, full] of images) {
    const { config, image_ref } = (await caller.machine(app, { config: { image } })).shown;
    expect(config).toEqual({
      image: full,
      guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256 },
      restart: { policy: "on-failure", max_retries: 10 },
      dns: {},
      init: {},
    });
    expect(image_ref.digest).toMatch(image.includes("@") ? `sha256:${"a".repeat(64)}` : /^sha256:[0-9a-f]{64}$/);
  }
});

behaviour(31, async ({ caller }) => {
  const app = await caller.app();
  for (const [region, expected] of [
    ["iad,dfw", /^iad$/],
    ["any", /^[a-z]{3}$/],
    ["eu", /^(ams|arn|cdg|fra|lhr)$/],
    [undefined, /^iad$/],
  ] as const) {
    expect((await caller.machine(app, { region })).shown.region).toMatch(expected);
  }
});

behaviour(32, async ({ caller }) => {
  expect((await caller.machine(await caller.app())).shown.name).toMatch(/^[a-z]+-[a-z]+-\d{4}$/);
});

behaviour(33, async ({ caller }) => {
  const app = await caller.app();
  const { id } = await caller.machine(app, { name: "web" });
  expect(await caller.post(`${app}/machines`, { name: "web", config: { image: "nginx" } })).toMatchObject({
    status: 409,
    body: { error: `already_exists: unique machine name violation, machine ID ${id} already exists with name "web"` },
  });
  expect((await caller.get(`${app}/machines`)).body).toHaveLength(1);
});

behaviour(34, async ({ caller }) => {
  const app = await caller.app();
  const { path, id } = await caller.machine(app, { name: "web" });
  await caller.delete(`${path}?force=true`);
  await caller.get(`${path}/wait?state=destroyed`);
  expect((await caller.machine(app, { name: "web" })).id).not.toBe(id);
});

behaviour(35, async ({ caller }) => {
  const checks = { alive: { type: "http", port: 80, interval: "90s", timeout: "2s", grace_period: 5_000_000_000 } };
  const services = [{ internal_port: 80, checks: [{ type: "tcp", interval: 15e9 }] }];
  const stop_config = { signal: "SIGTERM", timeout: "30s" };
  const guest = { cpu_kind: "performance", cpus: 2, memory_mb: 4096 };
  const { path } = await caller.machine(await caller.app(), {
    config: { image: "nginx", guest, env: { A: "1" }, services, checks, stop_config },
  });
  const { config } = (await caller.get(path)).body;
  expect(config).toMatchObject({ guest, env: { A: "1" }, stop_config });
  expect(config.services[0].checks[0].interval).toBe("15s");
  expect(config.checks.alive).toMatchObject({ interval: "1m30s", timeout: "2s", grace_period: "5s" });
});

behaviour(36, async ({ caller }) => {
  const services = ["stop", "off", "suspend", true, false].map((autostop) => ({ internal_port: 80, autostop }));
  const { path } = await caller.machine(await caller.app(), { config: { image: "nginx", services } });
  const read = (await caller.get(path)).body.config.services;
  expect(read.map(({ autostop }: { autostop: unknown }) => autostop)).toEqual([true, false, "suspend", true, false]);
});

behaviour(44, async ({ caller }) => {
  const { path } = await caller.machine(await caller.app(), { skip_launch: true });
  expect((await caller.get(`${path}/wait?timeout=30`)).status).toBe(408);
  expect((await caller.get(path)).body.state).toBe("stopped");
});

behaviour(45, async ({ caller }) => {
  const { shown, path } = await caller.machine(await caller.app(), { lease_ttl: 30 });
  const update = { config: { image: "nginx:2" } };
  expect((await caller.post(path, update)).status).toBe(409);
  expect((await caller.post(path, update, { "fly-machine-lease-nonce": shown.nonce })).status).toBe(200);
});

behaviour(46, async ({ caller }) => {
  const app = await caller.app();
  const wanted = { config: { image: "nginx" }, min_secrets_version: 1 };
  expect(await caller.post(`${app}/machines`, wanted)).toMatchObject({
    status: 412,
    body: { error: "failed_precondition: secrets version 1 is not known, the newest is 0" },
  });
  await caller.post(`${app}/secrets/KEY`, { value: "v" });
  expect((await caller.post(`${app}/machines`, wanted)).status).toBe(200);
});

behaviour(52, async ({ caller }) => {
  const app = await caller.app();
  const first = await caller.machine(app, { config: { image: "nginx", metadata: { role: "web" } } }, "started");
  const second = await caller.machine(app, { region: "fra" });
  const ids = async (query: string) => {
    const { body } = await caller.get(`${app}/machines?${query}`);
    return body.map(({ id }: { id: string }) => id);
  };
  expect(await ids("metadata.role=web")).toEqual([first.id]);
  expect(await ids("state=started,stopped")).toEqual([first.id]);
  expect(await ids("region=fra")).toEqual([second.id]);
  const page = await caller.get(`${app}/machines?limit=1`);
  expect(await ids(`limit=1&cursor=${page.headers.get("fly-next-cursor")}`)).toEqual([second.id]);
});

behaviour(53, async ({ caller }) => {
  const app = await caller.app();
  expect(await caller.get(`${app}/machines/0123456789abcd`)).toMatchObject({
    status: 404,
    body: { error: "machine not found" },
  });
  expect(await caller.get(`${app}/machines/12345`)).toMatchObject({
    status: 400,
    body: { error: "invalid machine ID, '12345'" },
  });
});

behaviour(141, async ({ caller, fly }) => {
  const app = await caller.app();
  fly.faults.arm({ operation: "Machines_create", kind: "lose-response" });
  const made = { config: { image: "nginx", metadata: { tag: "t1" } } };
  await expect(caller.post(`${app}/machines`, made)).rejects.toThrow();
  expect((await caller.get(`${app}/machines?metadata.tag=t1`)).body).toHaveLength(1);
});

behaviour(142, async ({ caller }) => {
  const app = await caller.app();
  const { id: volume } = await caller.volume(app);
  const config = { image: "nginx", metadata: { role: "db" }, mounts: [{ volume, path: "/data" }] };
  const { path, id } = await caller.machine(app, { config }, "started");
  await caller.event({ kind: "host-failure", app: "shop", machine: id });
  const { body } = await caller.get(path);
  expect(body).toMatchObject({ host_status: "unreachable", config: null });
  const known = { metadata: { role: "db" }, guest: { memory_mb: 256 }, mounts: [{ volume }] };
  expect(body.incomplete_config).toMatchObject(known);
  expect(body.incomplete_config.restart).toBeUndefined();
  expect((await caller.post(path, { config })).status).toBe(412);
  expect((await caller.get(path)).body.instance_id).toBe(body.instance_id);
});
