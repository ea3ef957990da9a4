import { describe, expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

describe("profile fly", () => {
  const local = withLocalFly({ profile: "fly" });

  test("134 (documented): three calls of an action pass, the fourth is 429, another machine's is not", async () => {
    const app = await local.caller.app();
    const [one, other] = [await local.caller.machine(app), await local.caller.machine(app)];
    const statuses = [];
    for (let calls = 0; calls < 4; calls++) statuses.push((await local.caller.post(`${one.path}/cordon`)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect((await local.caller.post(`${other.path}/cordon`)).status).toBe(200);
    await local.caller.pass(1_000);
    expect((await local.caller.post(`${one.path}/cordon`)).status).toBe(200);
  });

  test("134: ten reads of a machine pass at once", async () => {
    const { path } = await local.caller.machine(await local.caller.app());
    const statuses = [];
    for (let reads = 0; reads < 12; reads++) statuses.push((await local.caller.get(path)).status);
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(200));
    expect(statuses).toContain(429);
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

  test("62 (observed): start right after a stop is refused though the machine reads as stopped", async () => {
    const { path } = await local.caller.machine(await local.caller.app());
    await local.caller.pass(60_000);
    await local.caller.post(`${path}/stop`);
    await local.caller.pass(1_100);
    expect((await local.caller.get(path)).body.state).toBe("stopped");
    expect((await local.caller.post(`${path}/start`)).body.error).toContain("machine still active");
    await local.caller.pass(1_000);
    expect((await local.caller.post(`${path}/start`)).status).toBe(200);
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
