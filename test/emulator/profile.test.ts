import { beforeEach, describe, expect, test } from "vitest";
import { profiles } from "../../emulator/profile.ts";
import { withLocalFly } from "./local-fly.ts";

describe("profile fly", () => {
  const local = withLocalFly({ profile: "fly" });
  // What was just made is found at once, or each of these would begin with a real wait.
  beforeEach(() => local.caller.post("/_local/switches", { windows: "off" }));

  test("134 (documented): a hundred deletions of apps pass in a minute, whichever apps they are", async () => {
    const statuses = [];
    for (let calls = 0; calls < 110; calls++) {
      statuses.push((await local.caller.delete(`/v1/apps/none-${calls}`)).status);
    }
    expect(statuses.slice(0, 100)).toEqual(Array(100).fill(404));
    expect(statuses).toContain(429);
    await local.caller.pass(60_000);
    expect((await local.caller.delete("/v1/apps/none")).status).toBe(404);
  });

  test("a wait takes real time, and hears of what comes meanwhile", async () => {
    const { path } = await local.caller.machine(await local.caller.app());
    const before = Date.now();
    const wait = local.caller.get(`${path}/wait?timeout=60`);
    await local.caller.pass(6_500);
    expect((await wait).body.state).toBe("started");
    expect(Date.now() - before).toBeGreaterThan(150);
    expect((await local.caller.get(`${path}/wait?state=stopped&timeout=1`)).status).toBe(408);
  });
});

describe("profile fly/10", () => {
  const local = withLocalFly({ profile: "fly/10" });
  beforeEach(() => local.caller.post("/_local/switches", { windows: "off" }));

  test("a machine starts in a tenth of Fly's time, and waits take that time", async () => {
    const before = Date.now();
    const checks = { alive: { type: "tcp", port: 80, interval: "5s", grace_period: "1s" } };
    const { path } = await local.caller.machine(await local.caller.app(), { config: { image: "nginx", checks } });
    expect((await local.caller.get(`${path}/wait?timeout=60`)).body.state).toBe("started");
    const { pull, boot, checkListed } = profiles.fly.durations;
    expect(local.fly.clock.now() - before).toBeGreaterThanOrEqual((pull + boot) / 10);
    expect(local.fly.clock.now() - before).toBeLessThan((pull + boot) / 2);
    await local.caller.pass((checkListed + 5_000 + 1_000) / 10);
    expect((await local.caller.get(path)).body.checks[0].status).toBe("passing");
  });

  test("ten times as many calls pass in a second, and no more at once", async () => {
    const { path } = await local.caller.machine(await local.caller.app());
    const cordon = async () => (await local.caller.post(`${path}/cordon`)).status;
    const statuses = [];
    for (let calls = 0; calls < 8; calls++) statuses.push(await cordon());
    expect(statuses.slice(0, 3)).toEqual([200, 200, 200]);
    expect(statuses).toContain(429);
    await local.caller.pass(100);
    expect(await cordon()).toBe(200);
  });
});

describe("profile strange", () => {
  const local = withLocalFly({ profile: "strange" });

  test("the same facts come with new fields, null for no rows, and durations spelt otherwise", async () => {
    const app = await local.caller.app();
    expect((await local.caller.get(`${app}/machines`)).body).toBeNull();
    expect((await local.caller.get(`${app}/secrets`)).body.secrets).toBeNull();
    const env = { A: "15s" };
    const checks = { alive: { type: "tcp", port: 80, interval: "15s" } };
    const { shown } = await local.caller.machine(app, { config: { image: "nginx", env, checks } });
    expect(shown.x_new_field).toBeDefined();
    expect(shown.config.env).toEqual(env);
    expect(shown.config.checks.alive.interval).toBe("0h0m15s");
    expect(Object.keys(shown.config.checks)).toEqual(["alive"]);
    expect((await local.caller.get("/_local/faults")).body).toEqual({ faults: [] });
  });
});
