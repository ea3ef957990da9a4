import { expect, test } from "vitest";
import { profiles } from "../../emulator/profile.ts";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();
const { pull, boot, stop, checkListed } = profiles.instant.durations;

/** The clock flows with real time, so a moment of ours is in every figure. */
const moment = 900;

async function path(since = 0) {
  return (await local.caller.get(`/_local/critical-path?since=${since}`)).body;
}

const create = (app: string) => local.caller.machine(app);
const started = (machine: { path: string }) => local.caller.get(`${machine.path}/wait?state=started`);

function expectNear(found: number, wanted: number): void {
  expect(found).toBeGreaterThanOrEqual(wanted);
  expect(found).toBeLessThan(wanted + moment);
}

test("nothing served has no path", async () => {
  expect(await path()).toEqual({ elapsedMs: 0, bestMs: 0, calls: [] });
});

test("machines that were made at once took no longer than one", async () => {
  const app = await local.caller.app();
  const machines = await Promise.all([create(app), create(app), create(app)]);
  await Promise.all(machines.map(started));
  const { elapsedMs, bestMs } = await path();
  expectNear(elapsedMs, pull + boot);
  expectNear(bestMs, pull + boot);
  expect(bestMs).toBeLessThanOrEqual(elapsedMs);
});

test("machines that were made in turns could have been made at once", async () => {
  const app = await local.caller.app();
  for (let made = 0; made < 3; made++) await started(await create(app));
  const { elapsedMs, bestMs } = await path();
  expectNear(elapsedMs, 3 * (pull + boot));
  expectNear(bestMs, pull + boot);
});

test("changes of one machine wait for each other, and the path names them", async () => {
  const app = await local.caller.app();
  await create(app);
  const machine = await create(app);
  await started(machine);
  await local.caller.post(machine.path, { config: { image: "nginx:2" } });
  await started(machine);
  const { elapsedMs, bestMs, calls } = await path();
  expectNear(elapsedMs, pull + boot + stop + pull + boot);
  expectNear(bestMs, pull + boot + stop + pull + boot);
  const long = calls.filter(({ ms }: { ms: number }) => ms > moment);
  expect(long).toMatchObject([
    { operation: "Machines_create", path: `${app}/machines` },
    { operation: "Machines_update", path: machine.path },
  ]);
  expect(calls.reduce((sum: number, { ms }: { ms: number }) => sum + ms, 0)).toBe(bestMs);
});

test("what a client only looks at counts where its looks move the clock, and from a number on only the rest", async () => {
  const app = await local.caller.app();
  const checks = { alive: { type: "tcp", port: 80, interval: "15s", grace_period: "5s" } };
  const machine = await local.caller.machine(app, { config: { image: "nginx", checks } }, "started");
  const seq = local.fly.journal.entries().at(-1)?.seq ?? 0;
  for (;;) {
    const { body } = await local.caller.get(machine.path);
    if (body.checks?.[0]?.status === "passing") break;
  }
  const { bestMs, elapsedMs } = await path(seq);
  // The wait before it had moved the clock a little further.
  expectNear(bestMs, checkListed + 5_000 + 15_000 - 500);
  expectNear(elapsedMs, bestMs);
});

test("what nobody waited for counts as long as anybody was there", async () => {
  await create(await local.caller.app());
  const { elapsedMs, bestMs } = await path();
  expect(elapsedMs).toBeLessThan(moment);
  expect(bestMs).toBeLessThanOrEqual(elapsedMs);
});
