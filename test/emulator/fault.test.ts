import { describe, expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();
const arm = (fault: Record<string, unknown>) => local.caller.post("/_local/faults", fault);
const make = (app: string, config: object = { image: "nginx" }) => local.caller.post(`${app}/machines`, { config });

describe("capacity", () => {
  const texts: [variant: string, status: number, text: string, code?: string][] = [
    ["region", 422, "could not find a candidate host", "insufficient_capacity"],
    [
      "volume-host",
      412,
      "insufficient resources to create new machine with existing volume id 'vol_x'",
      "volume_placement_capacity",
    ],
    [
      "memory",
      409,
      "aborted: could not reserve resource for machine: insufficient memory available to fulfill request",
    ],
    ["cpus", 409, "aborted: could not reserve resource for machine: insufficient CPUs available to fulfill request"],
    ["ips", 409, "aborted: insufficient IPs available to fulfill request"],
    ["none", 409, "aborted: no capacity"],
  ];

  test.each(texts)("56 (observed): %s is refused as Fly does, so many times, and nothing is made", async (...row) => {
    const [variant, status, error, code] = row;
    const app = await local.caller.app();
    const config = { image: "nginx", mounts: [{ volume: "vol_x", path: "/data" }] };
    expect((await arm({ operation: "Machines_create", kind: "capacity", variant, times: 2 })).status).toBe(200);
    const body = code === undefined ? { error } : { error, status: code };
    for (let calls = 0; calls < 2; calls++) expect(await make(app, config)).toMatchObject({ status, body });
    expect((await local.caller.get(`${app}/machines`)).body).toEqual([]);
    expect((await make(app)).status).toBe(200);
  });

  test("is refused for what needs no room", async () => {
    expect(await arm({ operation: "Machines_list", kind: "capacity" })).toMatchObject({ status: 400 });
    expect((await arm({ operation: "Machines_create", kind: "capacity", variant: "air" })).status).toBe(400);
  });
});

describe("event", () => {
  test("happens at Fly just before the call it was armed for, and once", async () => {
    const app = await local.caller.app();
    const { path, id } = await local.caller.machine(app, {}, "started");
    const before = (await local.caller.get(path)).body.private_ip;
    const event = { kind: "host-migration", app: "shop", machine: id };
    await arm({ operation: "Machines_show", kind: "event", event, skip: 1 });
    expect((await local.caller.get(path)).body.private_ip).toBe(before);
    const after = (await local.caller.get(path)).body.private_ip;
    expect(after).not.toBe(before);
    expect((await local.caller.get(path)).body.private_ip).toBe(after);
  });

  test("makes an image unpullable at the second create", async () => {
    const app = await local.caller.app();
    const event = { kind: "unpullable-image", image: "nginx" };
    await arm({ operation: "Machines_create", kind: "event", event, skip: 1 });
    await local.caller.machine(app, {}, "started");
    const { path } = await local.caller.machine(app);
    expect((await local.caller.get(`${path}/wait?state=started`)).status).toBe(400);
    expect((await local.caller.get(path)).body.state).toBe("failed");
  });

  test("is read when it is armed", async () => {
    expect((await arm({ operation: "Machines_create", kind: "event", event: { kind: "rain" } })).status).toBe(400);
    expect((await arm({ operation: "Machines_create", kind: "event" })).status).toBe(400);
  });
});

describe("armed by code", () => {
  test("a fault does the same as by the control route", async () => {
    const app = await local.caller.app();
    local.fly.faults.arm({ operation: "Machines_create", kind: "capacity", variant: "none" });
    expect((await make(app)).body).toEqual({ error: "aborted: no capacity" });
    local.fly.faults.arm({ operation: "Machines_create", kind: "status", status: 502 });
    expect((await make(app)).status).toBe(502);
  });

  test("141: a lost answer leaves the machine, a refused connection does not", async () => {
    const app = await local.caller.app();
    const config = { image: "nginx", metadata: { tag: "mine" } };
    local.fly.faults.arm({ operation: "Machines_create", kind: "refuse" });
    await expect(make(app, config)).rejects.toThrow();
    const tagged = async () => (await local.caller.get(`${app}/machines?metadata.tag=mine`)).body.length;
    expect(await tagged()).toBe(0);
    local.fly.faults.arm({ operation: "Machines_create", kind: "lose-response" });
    await expect(make(app, config)).rejects.toThrow();
    expect(await tagged()).toBe(1);
  });

  // `fails`: what comes after the test is part of it, and is what must not pass.
  test.fails("one that is left over fails its test", async () => {
    local.fly.faults.arm({ operation: "Machines_create", kind: "refuse" });
  });
});
