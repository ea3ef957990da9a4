import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { debianTool } from "../support/debian.ts";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();
const gib = 1024 ** 3;

/** The series of a scrape by name and labels, without the host, which is the local Fly's own affair. */
async function scrape(): Promise<{ text: string; series: Record<string, number> }> {
  const { status, body, headers } = await local.caller.get("/_local/metrics");
  expect([status, headers.get("content-type")]).toEqual([200, expect.stringMatching(/^text\/plain/)]);
  const lines = (body as string).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const pairs = lines.map((line) => {
    const [, name = "", value] = /^(.*) (\S+)$/.exec(line.replace(/host="[0-9a-f]{4}",/, "")) ?? [];
    return [name, Number(value)];
  });
  return { text: body, series: Object.fromEntries(pairs) };
}

async function running() {
  const app = await local.caller.app();
  const volume = await local.caller.volume(app, { size_gb: 2 });
  const guest = { cpu_kind: "shared", cpus: 2, memory_mb: 512 };
  const config = { image: "nginx", guest, mounts: [{ volume: volume.id, path: "/data" }] };
  return { volume, machine: await local.caller.machine(app, { config }, "started") };
}

test("a running machine and its volume are measured as Fly names it, in a format that Prometheus reads", async () => {
  const { volume, machine } = await running();
  const { text, series } = await scrape();
  const labels = `app="shop",region="iad",instance="${machine.id}"`;
  expect(series).toMatchObject({
    [`fly_instance_up{${labels}}`]: 1,
    [`fly_instance_memory_mem_total{${labels}}`]: 512 * 1024 ** 2,
    [`fly_volume_size_bytes{app="shop",region="iad",id="${volume.id}"}`]: 2 * gib,
    [`fly_volume_used_pct{app="shop",region="iad",id="${volume.id}"}`]: 0,
  });
  // Its linter finds Fly's names wanting and ends with 3; what cannot be read ends with 1.
  const { status, stderr } = spawnSync(debianTool("promtool"), ["check", "metrics"], { input: text, encoding: "utf8" });
  expect([0, 3], stderr).toContain(status);
});

test("a CPU's time goes on at the pace of its load, also where that changes, and never back", async () => {
  const { machine } = await running();
  const load = (wish: object) =>
    local.caller.event({ kind: "machine-load", app: "shop", machine: machine.id, ...wish });
  const worked = async (mode: string) => {
    const { series } = await scrape();
    return series[`fly_instance_cpu{app="shop",region="iad",instance="${machine.id}",cpu_id="1",mode="${mode}"}`] ?? 0;
  };
  await load({ cpu: 0.5 });
  const before = { user: await worked("user"), idle: await worked("idle") };
  await local.caller.pass(100_000);
  expect((await worked("user")) - before.user).toBeCloseTo(5_000, -2);
  expect((await worked("idle")) - before.idle).toBeCloseTo(5_000, -2);
  const half = await worked("user");
  await load({ cpu: 0 });
  expect(await worked("user")).toBeGreaterThanOrEqual(half);
});

test("memory and a volume are as full as somebody says", async () => {
  const { volume, machine } = await running();
  await local.caller.event({ kind: "machine-load", app: "shop", machine: machine.id, memory: 0.75 });
  await local.caller.event({ kind: "volume-filled", app: "shop", volume: volume.id, bytesUsed: gib });
  const { series } = await scrape();
  expect(Object.entries(series)).toContainEqual([expect.stringMatching(/mem_available/), 128 * 1024 ** 2]);
  expect(Object.entries(series)).toContainEqual([expect.stringMatching(/used_pct/), 50]);
});

test("a stopped machine measures nothing, and only the local Fly's own token may look", async () => {
  const { machine } = await running();
  await local.caller.post(`${machine.path}/stop`);
  await local.caller.get(`${machine.path}/wait?state=stopped`);
  expect(Object.keys((await scrape()).series).filter((name) => name.startsWith("fly_instance"))).toEqual([]);
  expect((await local.caller.get("/_local/metrics", { authorization: "Bearer junk" })).status).toBe(401);
});
