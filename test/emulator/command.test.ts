import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const migrate = { init: { cmd: ["bin/migrate", "--all"] }, restart: { policy: "no" } };
const release = { ...migrate, auto_destroy: true, env: { RELEASE_COMMAND: "1" } };

const made = async (config: object, body: object = {}) =>
  local.caller.machine(await local.caller.app(), { config: { image: "nginx", ...config }, ...body });

const waited = (path: string, state: string) => local.caller.get(`${path}/wait?state=${state}`);

async function exitOf(path: string) {
  const { events } = (await local.caller.get(path)).body;
  return events.find(({ type }: { type: string }) => type === "exit")?.request.exit_event;
}

async function printed(instance: string): Promise<string[]> {
  const { data } = (await local.caller.get(`/api/v1/apps/shop/logs?next_token=&instance=${instance}`)).body;
  return data.map(({ attributes }: { attributes: { message: string } }) => attributes.message);
}

test("a scripted command runs for its time, prints, and ends with its code", async () => {
  const script = { command: "bin/migrate", exitCode: 3, output: ["migrating", "no such table"], afterMs: 20_000 };
  expect((await local.caller.event({ kind: "command", ...script })).status).toBe(200);
  const { path, id } = await made(migrate);
  const before = local.fly.clock.now();
  expect((await waited(path, "started")).status).toBe(200);
  expect(await exitOf(path)).toBeUndefined();
  expect((await waited(path, "stopped")).status).toBe(200);
  expect(local.fly.clock.now() - before).toBeGreaterThanOrEqual(20_000);
  expect(await exitOf(path)).toMatchObject({ exit_code: 3, requested_stop: false, restarting: false });
  expect(await printed(id)).toEqual(["migrating", "no such table", "INFO Main child exited normally with code: 3"]);
});

test("another command, or the same once that is over, goes on running", async () => {
  await local.caller.event({ kind: "command", command: "bin/migrate" });
  const other = await made({ init: { exec: ["/bin/sh", "-c", "bin/migrate"] } });
  await waited(other.path, "started");
  await local.caller.pass(3_600_000);
  expect((await local.caller.get(other.path)).body.state).toBe("started");
  await local.caller.event({ kind: "command", command: "bin/migrate", over: true });
  const again = await local.caller.machine("/v1/apps/shop", { config: { image: "nginx", ...migrate } }, "started");
  await local.caller.pass(3_600_000);
  expect((await local.caller.get(again.path)).body.state).toBe("started");
});

test("a release command made as flyctl makes it ends well, is destroyed, and is shown so for a while", async () => {
  const { path } = await made(release, { skip_launch: true });
  expect((await waited(path, "stopped")).status).toBe(200);
  await local.caller.post(`${path}/start`);
  expect((await waited(path, "started")).status).toBe(200);
  expect((await waited(path, "destroyed")).status).toBe(200);
  expect(await local.caller.get(path)).toMatchObject({ status: 200, body: { state: "destroyed" } });
  expect(await exitOf(path)).toMatchObject({ exit_code: 0 });
});

test("what is none of flyctl's release commands runs on without a script", async () => {
  const { path } = await made({ ...release, env: {} });
  await waited(path, "started");
  await local.caller.pass(3_600_000);
  expect((await local.caller.get(path)).body.state).toBe("started");
});

test("an image that exits is started again as its policy says, and then stays stopped", async () => {
  await local.caller.event({ kind: "exiting-image", image: "nginx:bad", exitCode: 7, output: ["cannot bind"] });
  const { path, id } = await made({ image: "nginx:bad", restart: { policy: "on-failure", max_retries: 3 } });
  await local.caller.pass(120_000);
  expect((await local.caller.get(path)).body.state).toBe("stopped");
  expect((await printed(id)).filter((line) => line === "cannot bind")).toHaveLength(4);
  expect(await exitOf(path)).toMatchObject({ exit_code: 7, restarting: false });
});

test("what always restarts is tried again and again, less often after a while", async () => {
  await local.caller.event({ kind: "exiting-image", image: "nginx" });
  const { id, path } = await made({ restart: { policy: "always" } });
  await local.caller.pass(3_600_000);
  const exits = (await printed(id)).length;
  expect(exits).toBeGreaterThan(50);
  expect((await local.caller.get(path)).body.state).not.toBe("stopped");
  await local.caller.pass(36_000_000);
  expect(local.fly.world.logs.get(id)?.lines).toHaveLength(1000);
});

test("a stop or an update of what would end by itself comes first", async () => {
  await local.caller.event({ kind: "command", command: "bin/migrate", exitCode: 9, afterMs: 60_000 });
  const { path } = await made(migrate);
  await waited(path, "started");
  await local.caller.post(path, { config: { image: "nginx", restart: { policy: "no" } } });
  await waited(path, "started");
  await local.caller.pass(3_600_000);
  expect((await local.caller.get(path)).body.state).toBe("started");
});

test("the checks of a flapping image pass, fail and pass again", async () => {
  await local.caller.event({ kind: "flapping-image", image: "nginx" });
  const { path } = await made({ checks: { alive: { type: "tcp", port: 80, interval: "10s", grace_period: "5s" } } });
  await waited(path, "started");
  const seen: string[] = [];
  for (let reads = 0; reads < 9; reads++) {
    const status = (await local.caller.get(path)).body.checks[0]?.status;
    if (status !== undefined && status !== seen.at(-1)) seen.push(status);
  }
  expect(seen.join(" ")).toMatch(/^critical warning passing critical passing critical/);
});
