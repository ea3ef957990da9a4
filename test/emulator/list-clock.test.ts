import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const checks = { alive: { type: "tcp", port: 80, interval: "10s", grace_period: "5s" } };

// biome-ignore lint/suspicious/noExplicitAny: tests read raw answers
const list = async (): Promise<any[]> => (await local.caller.get("/v1/apps/shop/machines")).body;

const make = (image = "nginx") => local.caller.machine("/v1/apps/shop", { config: { image, checks } });

/** How far a list moved the clock, in whole seconds. */
async function moved(): Promise<number> {
  const before = local.fly.clock.now();
  await list();
  return Math.round((local.fly.clock.now() - before) / 1000);
}

test("who watches many machines by lists meets every stage of each and waits for none", async () => {
  await local.caller.app();
  await make();
  await local.caller.pass(3_000);
  await make();
  const seen: string[] = [];
  for (let looks = 0; looks < 20; looks++) {
    const machines = await list();
    seen.push(machines.map(({ state, checks: [check] = [] }) => check?.status ?? state).join(" "));
  }
  const stages = seen.filter((stage, index) => stage !== seen[index - 1]);
  expect(stages).toEqual([
    ...["created created", "starting created", "started created", "critical created", "critical starting"],
    ...["critical started", "critical critical", "warning critical", "warning warning"],
    ...["passing warning", "passing passing"],
  ]);
});

test("a list of what is settled and healthy moves no clock, whatever another app does", async () => {
  await local.caller.app();
  await make();
  await local.caller.pass(60_000);
  await local.caller.machine(await local.caller.app("another"));
  expect(await moved()).toBe(0);
});

test("machines whose checks never pass move it by one interval a list", async () => {
  await local.caller.app();
  await local.caller.event({ kind: "failing-image", image: "nginx:bad" });
  for (let made = 0; made < 3; made++) await make("nginx:bad");
  await local.caller.pass(60_000);
  for (let looks = 0; looks < 3; looks++) expect(await moved()).toBe(10);
});

test("a check that is scripted to fail for good moves it by one interval a list too", async () => {
  await local.caller.app();
  const { id } = await make();
  await local.caller.pass(60_000);
  await local.caller.event({ kind: "check", app: "shop", machine: id, check: "alive", status: "critical" });
  for (let looks = 0; looks < 3; looks++) expect(await moved()).toBe(10);
});
