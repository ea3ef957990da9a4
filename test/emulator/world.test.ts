import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const whole = async () => (await local.caller.get("/_local/world")).body;

/** An app with a leased machine on a volume, a volume that a machine just destroyed still claims, a secret, a moved clock. */
async function prepared() {
  const app = await local.caller.app();
  const volume = await local.caller.volume(app);
  const claimed = await local.caller.volume(app);
  const on = ({ id }: { id: string }) => ({ config: { image: "nginx", mounts: [{ volume: id, path: "/data" }] } });
  const { path } = await local.caller.machine(app, on(volume), "started");
  const doomed = await local.caller.machine(app, on(claimed), "started");
  await local.caller.post(`${app}/secrets/KEY`, { value: "secret" });
  await local.caller.pass(1_234);
  await local.caller.post("/_local/switches", { windows: "on" });
  await local.caller.delete(`${doomed.path}?force=true`);
  await local.caller.get(`${doomed.path}/wait?state=destroyed`);
  const { nonce } = (await local.caller.post(`${path}/lease`, { ttl: 60 })).body.data;
  return { app, path, volume, nonce, claim: () => local.caller.post(`${app}/machines`, on(claimed)) };
}

test("a restored world is the one of the snapshot: ids, leases, volumes, claims, clock", async () => {
  const { app, path, volume, nonce, claim } = await prepared();
  const { world, clock } = local.fly;
  const before = await whole();
  const snapshot = world.snapshot();
  const now = clock.now();
  await local.caller.pass(600_000);
  await local.caller.delete(`${path}?force=true`);
  await local.caller.get(`${path}/wait?state=destroyed`);
  await local.caller.delete(volume.path);
  expect((await claim()).status).toBe(200);
  await local.caller.app("another");
  world.restore(snapshot);
  expect(clock.now() - now).toBeLessThan(1_000);
  expect({ ...(await whole()), now: before.now }).toEqual(before);
  expect((await claim()).status).toBe(412);
  expect((await local.caller.post(`${path}/stop`)).status).toBe(409);
  expect((await local.caller.post(`${path}/stop`, {}, { "fly-machine-lease-nonce": nonce })).status).toBe(200);
  expect((await local.caller.get("/v1/apps/another")).status).toBe(404);
  expect((await local.caller.get(volume.path)).body.attached_machine_id).toBe(path.split("/").at(-1));
  expect((await local.caller.get(app)).status).toBe(200);
});

test("a lease has as long to go after a restore as it had", async () => {
  const { path } = await prepared();
  const snapshot = local.fly.world.snapshot();
  await local.caller.pass(61_000);
  expect((await local.caller.get(`${path}/lease`)).status).toBe(404);
  local.fly.world.restore(snapshot);
  await local.caller.pass(55_000);
  expect((await local.caller.get(`${path}/lease`)).status).toBe(200);
  await local.caller.pass(6_000);
  expect((await local.caller.get(`${path}/lease`)).status).toBe(404);
});

test("what was on its way goes on from where it was, as often as somebody restores it", async () => {
  const app = await local.caller.app();
  const { path } = await local.caller.machine(app);
  const snapshot = local.fly.world.snapshot();
  for (let twice = 0; twice < 2; twice++) {
    expect((await local.caller.get(path)).body.state).toBe("created");
    expect((await local.caller.get(`${path}/wait`)).body.state).toBe("started");
    local.fly.world.restore(snapshot);
  }
  expect((await local.caller.get(path)).body.state).toBe("created");
});

test("what is on disk is what was restored", async () => {
  await prepared();
  const snapshot = local.fly.world.snapshot();
  await local.caller.app("another");
  local.fly.world.restore(snapshot);
  const restored = await whole();
  local.fly.world.load();
  expect({ ...(await whole()), now: restored.now }).toEqual(restored);
});

test("a restore of forty machines takes a few milliseconds", async () => {
  const app = await local.caller.app();
  for (let made = 0; made < 40; made++) await local.caller.machine(app);
  const snapshot = local.fly.world.snapshot();
  const begun = performance.now();
  for (let times = 0; times < 20; times++) local.fly.world.restore(snapshot);
  // A hundred times what it takes, so that a slow minute of the machine fails nothing.
  expect((performance.now() - begun) / 20).toBeLessThan(200);
});
