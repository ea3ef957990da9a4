import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();
const gib = 1024 ** 3;

const growing = { extend_threshold_percent: 80, add_size_gb: 2, size_gb_limit: 6 };

async function mounted(mount: Record<string, number>) {
  const app = await local.caller.app();
  const volume = await local.caller.volume(app, { size_gb: 1 });
  const config = { image: "nginx", mounts: [{ volume: volume.id, path: "/data", ...mount }] };
  const machine = await local.caller.machine(app, { config }, "started");
  const fill = async (gb: number) => {
    const bytesUsed = Math.floor(gb * gib);
    const event = { kind: "volume-filled", app: "shop", volume: volume.id, bytesUsed };
    expect((await local.caller.event(event)).status).toBe(200);
    return (await local.caller.get(volume.path)).body;
  };
  return { ...volume, machine, fill };
}

test("a volume that fills up is made larger by its mount's step, and only past the threshold", async () => {
  const { fill, machine } = await mounted(growing);
  expect((await fill(0.7)).size_gb).toBe(1);
  expect(await fill(0.9)).toMatchObject({ size_gb: 3, bytes_total: 3 * gib });
  expect((await fill(2.2)).size_gb).toBe(3);
  expect((await local.caller.get(machine.path)).body.state).toBe("started");
});

test("it grows in several steps at once, never past its limit, and is full then", async () => {
  const { fill } = await mounted(growing);
  expect((await fill(3.9)).size_gb).toBe(5);
  const full = await fill(20);
  expect(full).toMatchObject({ size_gb: 6, bytes_used: 6 * gib, blocks_free: 0 });
});

test("a mount that does not ask for it, and a stopped machine, grow nothing", async () => {
  const plain = await mounted({});
  expect((await plain.fill(0.99)).size_gb).toBe(1);
  const app = "/v1/apps/shop";
  const volume = await local.caller.volume(app, { name: "other" });
  const config = { image: "nginx", mounts: [{ volume: volume.id, path: "/data", ...growing }] };
  const machine = await local.caller.machine(app, { config }, "started");
  await local.caller.post(`${machine.path}/stop`);
  await local.caller.get(`${machine.path}/wait?state=stopped`);
  const event = { kind: "volume-filled", app: "shop", volume: volume.id, bytesUsed: gib };
  expect((await local.caller.event(event)).body).toEqual({ sizeGb: 1, bytesUsed: gib });
});
