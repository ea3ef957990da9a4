import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

// Requests as Fly's own Go library puts them on the wire, where that is not what Fly's documents show. They were taken
// from a run of it: docs/local-fly-transcript.md.

const local = withLocalFly();

test("an app's unset fields come as empty texts", async () => {
  const body = { name: "shop", org_slug: "local", network: "", app_role_id: "" };
  expect((await local.caller.post("/v1/apps?wait=true", body)).status).toBe(201);
  expect((await local.caller.get("/v1/apps/shop")).body).toMatchObject({ network: "", status: "pending" });
});

test("a volume's unset fields come as null, and an update's too", async () => {
  const app = await local.caller.app();
  const unset = {
    ...{ encrypted: null, require_unique_zone: null, unique_zone_app_wide: null, snapshot_retention: null },
    ...{ auto_backup_enabled: null, fstype: null, snapshot_id: null, source_volume_id: null, compute: null },
  };
  const volume = await local.caller.volume(app, { ...unset, name: "data", region: "fra", size_gb: 1 });
  expect(volume.shown).toMatchObject({ encrypted: true, fstype: "ext4", snapshot_retention: 5 });
  const change = { snapshot_retention: 7, auto_backup_enabled: null };
  const { body } = await local.caller.put(volume.path, change);
  expect(body).toMatchObject({ snapshot_retention: 7, auto_backup_enabled: true });
});

test("an address's unset fields come as empty texts", async () => {
  const app = await local.caller.app();
  const body = { type: "v6", region: "", org_slug: "", network: "", service_name: "" };
  expect((await local.caller.post(`${app}/ip_assignments`, body)).status).toBe(200);
});

test("a lease's time comes in the query, without a body", async () => {
  const { path } = await local.caller.machine(await local.caller.app(), {}, "started");
  const now = local.fly.clock.attended() / 1000;
  const { body } = await local.caller.post(`${path}/lease?ttl=600`);
  expect(body.data.expires_at).toBeGreaterThan(now + 590);
  const nonce = { "fly-machine-lease-nonce": body.data.nonce };
  const renewed = await local.caller.post(`${path}/lease?ttl=900`, undefined, nonce);
  expect(renewed.body.data.expires_at).toBeGreaterThan(now + 890);
});

test("a stop comes with the machine's id and a time of nothing, a restart with its wishes in the query", async () => {
  const { path, id } = await local.caller.machine(await local.caller.app(), {}, "started");
  expect((await local.caller.post(`${path}/restart?force_stop=false&timeout=5s&signal=SIGINT`)).status).toBe(200);
  expect((await local.caller.get(`${path}/wait?state=started&timeout=30`)).status).toBe(200);
  expect((await local.caller.post(`${path}/stop`, { id, timeout: "0s" })).status).toBe(200);
});

test("a signal comes as its number", async () => {
  const { path } = await local.caller.machine(await local.caller.app(), {}, "started");
  expect((await local.caller.post(`${path}/signal`, { signal: 9 })).status).toBe(200);
  for (const signal of [0, 7, 16, -1, 9.5]) {
    expect((await local.caller.post(`${path}/signal`, { signal })).status).toBe(400);
  }
});

test("a cluster's version comes as a text, in Fly's document it is a number", async () => {
  const cluster = { org_slug: "local", region: "fra", plan: "basic", postgis_enabled: false };
  for (const pg_major_version of ["16", 16]) {
    const { status, body } = await local.caller.post("/v1/postgres", { ...cluster, pg_major_version });
    expect([status, body.data.pg_major_version]).toEqual([201, "16"]);
  }
  expect((await local.caller.post("/v1/postgres", { ...cluster, pg_major_version: { toString: 1 } })).status).toBe(400);
});
