import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

async function running(config: Record<string, unknown>) {
  const app = await local.caller.app();
  const machine = await local.caller.machine(app, { config: { image: "nginx", ...config } }, "started");
  const exit = (exitCode: number) => local.caller.event({ kind: "exit", app: "shop", machine: machine.id, exitCode });
  const state = async () => (await local.caller.get(machine.path)).body.state;
  const started = () => local.caller.get(`${machine.path}/wait?state=started`);
  return { ...machine, exit, state, started };
}

const onFailure = (max_retries: number) => ({ restart: { policy: "on-failure", max_retries } });

test("77 (documented): a process that fails once too often stays stopped", async () => {
  const { exit, state, started } = await running(onFailure(2));
  for (let exits = 0; exits < 2; exits++) {
    await exit(1);
    expect((await started()).status).toBe(200);
  }
  await exit(1);
  expect(await state()).toBe("stopped");
});

test("77 (assumed): failures long apart are not counted together", async () => {
  const { exit, state, started } = await running(onFailure(1));
  for (let exits = 0; exits < 4; exits++) {
    await exit(1);
    expect((await started()).status).toBe(200);
    await local.caller.pass(301_000);
  }
  await exit(1);
  await started();
  await exit(1);
  expect(await state()).toBe("stopped");
});

test("77 (documented): no restarts nothing, always restarts what ended well", async () => {
  const none = await running({ restart: { policy: "no" } });
  await none.exit(1);
  expect(await none.state()).toBe("stopped");
  const always = { image: "nginx", restart: { policy: "always" } };
  const machine = await local.caller.machine("/v1/apps/shop", { config: always }, "started");
  await local.caller.event({ kind: "exit", app: "shop", machine: machine.id, exitCode: 0 });
  expect((await local.caller.get(`${machine.path}/wait?state=started`)).status).toBe(200);
});

test("an exit says its code, that nobody asked for it, and whether it is restarted", async () => {
  const { path, exit } = await running(onFailure(1));
  await exit(137);
  const { body } = await local.caller.get(`${path}/events`);
  const event = body.find(({ type }: { type: string }) => type === "exit");
  expect(event.request.exit_event).toMatchObject({ exit_code: 137, requested_stop: false, restarting: true });
});

test("54 (documented; of a stop assumed): what destroys itself does so after an exit and after a stop", async () => {
  const { path, exit } = await running({ auto_destroy: true, restart: { policy: "no" } });
  await exit(0);
  expect((await local.caller.get(`${path}/wait?state=destroyed`)).status).toBe(200);
  const other = await local.caller.machine(
    "/v1/apps/shop",
    { config: { image: "nginx", auto_destroy: true } },
    "started",
  );
  await local.caller.post(`${other.path}/stop`);
  expect((await local.caller.get(`${other.path}/wait?state=destroyed`)).status).toBe(200);
});
