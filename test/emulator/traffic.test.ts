import { describe, expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();
const look = 300_000;

interface Service {
  autostop?: string;
  autostart?: boolean;
  min?: number;
  concurrency?: object;
}

function serving({ autostop = "stop", autostart = true, min = 0, concurrency }: Service = {}) {
  const limits = concurrency ?? { type: "requests", soft_limit: 10, hard_limit: 20 };
  const service = { internal_port: 80, ports: [{ port: 443 }], concurrency: limits };
  return {
    image: "nginx",
    env: { PRIMARY_REGION: "iad" },
    services: [{ ...service, autostop, autostart, min_machines_running: min }],
  };
}

async function fleet(count: number, service?: Service, region = "iad") {
  const machines = [];
  for (let made = 0; made < count; made++) {
    const body = { region, config: serving(service) };
    machines.push(await local.caller.machine("/v1/apps/shop", body, "started"));
  }
  return machines;
}

const traffic = async (requests: number, more: object = {}) =>
  (await local.caller.event({ kind: "traffic", app: "shop", requests, ...more })).body;

async function states(machines: { path: string }[]) {
  const shown = [];
  for (const { path } of machines) shown.push((await local.caller.get(path)).body.state as string);
  return shown;
}

async function stopped(machines: { path: string }[]) {
  for (const { path } of machines) {
    await local.caller.post(`${path}/stop`);
    await local.caller.get(`${path}/wait?state=stopped`);
  }
}

const started = ({ path }: { path: string }) => local.caller.get(`${path}/wait?state=started&timeout=1`);

describe("the proxy starts", () => {
  test("a machine that sleeps when a request comes, and says that it was the proxy", async () => {
    await local.caller.app();
    const machines = await fleet(2);
    await stopped(machines);
    expect(await traffic(1)).toEqual({ served: {}, woken: [machines[0]?.id], unserved: 1 });
    expect((await started(machines[0] as never)).status).toBe(200);
    expect(await states(machines)).toEqual(["started", "stopped"]);
    const { body } = await local.caller.get(`${machines[0]?.path}/events`);
    expect(
      body.find(({ type, source }: Record<string, string>) => type === "start" && source === "proxy"),
    ).toBeDefined();
    expect((await traffic(1)).served).toEqual({ [machines[0]?.id ?? ""]: 1 });
  });

  test("as many as the soft limits ask for, and none while there is room", async () => {
    await local.caller.app();
    const machines = await fleet(3);
    await stopped(machines.slice(1));
    expect((await traffic(10)).woken).toEqual([]);
    expect((await traffic(11)).woken).toEqual([machines[1]?.id]);
    // What starts already is not started twice.
    expect((await traffic(12)).woken).toEqual([]);
    expect((await traffic(21)).woken).toEqual([machines[2]?.id]);
  });

  test("none that is cordoned, on a failed host, without autostart or without that port: requests find nothing", async () => {
    await local.caller.app();
    const machines = await fleet(2);
    const [deaf] = await fleet(1, { autostart: false });
    await stopped([...machines, deaf as never]);
    await local.caller.post(`${machines[0]?.path}/cordon`);
    await local.caller.event({ kind: "host-failure", app: "shop", machine: machines[1]?.id });
    expect(await traffic(5)).toEqual({ served: {}, woken: [], unserved: 5 });
    await traffic(0);
    await local.caller.post(`${machines[0]?.path}/uncordon`);
    expect((await traffic(5, { port: 5432 })).woken).toEqual([]);
    expect((await traffic(5, { port: 443 })).woken).toEqual([machines[0]?.id]);
  });

  test("the nearest machine, and again one that was stopped under load", async () => {
    await local.caller.app();
    const [far] = await fleet(1, {}, "syd");
    const [near] = await fleet(1, {}, "ewr");
    await stopped([far as never, near as never]);
    expect((await traffic(1)).woken).toEqual([near?.id]);
    await started(near as never);
    await local.caller.post(`${near?.path}/stop`);
    await local.caller.get(`${near?.path}/wait?state=stopped`);
    expect((await started(near as never)).status).toBe(200);
  });

  test("a suspended machine where it was", async () => {
    await local.caller.app();
    const [machine] = await fleet(1);
    await local.caller.post(`${machine?.path}/suspend`);
    await local.caller.get(`${machine?.path}/wait?state=suspended`);
    expect((await traffic(1)).woken).toEqual([machine?.id]);
    expect((await started(machine as never)).status).toBe(200);
  });
});

describe("requests", () => {
  test("go beyond the soft limit when nothing is left to start, and not beyond the hard one", async () => {
    await local.caller.app();
    const [one, other] = await fleet(2);
    expect(await traffic(45)).toEqual({
      served: { [one?.id ?? ""]: 20, [other?.id ?? ""]: 20 },
      woken: [],
      unserved: 5,
    });
  });

  test("go to no machine that is cordoned or whose service check fails (67, documented)", async () => {
    await local.caller.app();
    const [one, other] = await fleet(2);
    await local.caller.post(`${one?.path}/cordon`);
    expect((await traffic(8)).served).toEqual({ [other?.id ?? ""]: 8 });
    const service = { ...serving().services[0], checks: [{ type: "http", port: 80 }] };
    const checked = { config: { ...serving(), services: [service] } };
    const third = await local.caller.machine("/v1/apps/shop", checked, "started");
    await local.caller.pass(60_000);
    await local.caller.post(`${other?.path}/cordon`);
    expect((await traffic(8)).served).toEqual({ [third.id]: 8 });
    const check = "servicecheck-00-http-80";
    await local.caller.event({ kind: "check", app: "shop", machine: third.id, check, status: "critical" });
    expect(await traffic(8)).toEqual({ served: {}, woken: [], unserved: 8 });
  });
});

describe("the proxy stops", () => {
  test("one idle machine a region every few minutes, down to the minimum of the primary region", async () => {
    await local.caller.app();
    const primary = await fleet(3, { min: 1 });
    const elsewhere = await fleet(2, { min: 1 }, "ams");
    await traffic(0);
    const running = async () => {
      await local.caller.pass(look);
      await local.caller.pass(10_000);
      const counted = [await states(primary), await states(elsewhere)];
      return counted.map((list) => list.filter((state) => state === "started").length);
    };
    expect(await running()).toEqual([2, 1]);
    expect(await running()).toEqual([1, 0]);
    expect(await running()).toEqual([1, 0]);
  });

  test("what is above what the load needs, never below one more than the busy ones", async () => {
    await local.caller.app();
    const machines = await fleet(3);
    await traffic(10);
    await local.caller.pass(10 * look);
    await local.caller.pass(10_000);
    expect((await states(machines)).filter((state) => state === "started")).toHaveLength(2);
  });

  test("when the traffic that was scripted for a while is over", async () => {
    await local.caller.app();
    const machines = await fleet(1);
    await traffic(3, { forMs: 2 * look });
    await local.caller.pass(look + 1000);
    expect(await states(machines)).toEqual(["started"]);
    await local.caller.pass(2 * look);
    expect(await states(machines)).toEqual(["stopped"]);
  });

  test("by suspending where that is asked for and possible, else by a stop", async () => {
    await local.caller.app();
    const [small] = await fleet(1, { autostop: "suspend" });
    const guest = { cpu_kind: "shared", cpus: 2, memory_mb: 4096 };
    const config = { ...serving({ autostop: "suspend" }), guest, metadata: { fly_process_group: "large" } };
    const large = await local.caller.machine("/v1/apps/shop", { config }, "started");
    await traffic(0);
    await local.caller.pass(2 * look);
    expect(await states([small as never, large])).toEqual(["suspended", "stopped"]);
  });

  test("nothing with autostop off, and nothing at all where no traffic was scripted", async () => {
    await local.caller.app();
    const machines = [...(await fleet(1)), ...(await fleet(1, { autostop: "off" }))];
    await local.caller.pass(20 * look);
    expect(await states(machines)).toEqual(["started", "started"]);
    await traffic(0);
    await local.caller.pass(20 * look);
    expect((await states(machines)).sort()).toEqual(["started", "stopped"]);
  });

  test("idle machines without any script where switch autostop is on", async () => {
    await local.caller.app();
    const machines = await fleet(1);
    await local.caller.post("/_local/switches", { autostop: "on" });
    await local.caller.pass(2 * look);
    expect(await states(machines)).toEqual(["stopped"]);
  });
});
