import { beforeEach, describe, expect, test } from "vitest";
import { day, machine, service, stop, withLiveCheck } from "./live-check.ts";

const { local, lines } = withLiveCheck();

beforeEach(() => local.caller.app());

describe("Machines Running", () => {
  const verdict = async () => (await lines())["Machines Running"];

  test("a group that serves from two regions passes, one from one region fails", async () => {
    await machine(local.caller);
    expect(await verdict()).toBe("FAIL shop/web: all of it is in iad");
    await machine(local.caller, { region: "lhr" });
    expect(await verdict()).toBe("PASS shop/web: 2 machines in iad, lhr");
  });

  test("a group that serves nobody may be in one region, and has to run there", async () => {
    const worker = await machine(local.caller, { group: "worker", config: { services: [] } });
    expect(await verdict()).toBe("PASS shop/worker: 1 machine in iad");
    await stop(local.caller, worker);
    expect(await verdict()).toBe("FAIL shop/worker: none of 1 machine runs");
  });

  test("a region whose machines were stopped by hand is dark, also where the proxy could start them", async () => {
    const config = { services: [service("stop")] };
    for (const region of ["iad", "lhr"]) await machine(local.caller, { region, config });
    const last = await machine(local.caller, { region: "syd", config });
    await stop(local.caller, last);
    expect(await verdict()).toBe(`FAIL shop/web: nothing runs in syd (${last.id} is stopped)`);
  });

  test("what the proxy stopped for want of traffic is there as soon as some comes", async () => {
    for (const region of ["iad", "lhr"])
      await machine(local.caller, { region, config: { services: [service("stop")] } });
    await local.caller.event({ kind: "traffic", app: "shop", region: "iad", requests: 0 });
    await local.caller.pass(day);
    const { body } = await local.caller.get("/v1/apps/shop/machines");
    expect(body.map(({ state }: { state: string }) => state)).toEqual(["stopped", "stopped"]);
    expect(await verdict()).toBe("PASS shop/web: 2 machines in iad, lhr");
  });

  test("a cordoned machine takes no traffic", async () => {
    await machine(local.caller);
    const cordoned = await machine(local.caller, { region: "lhr" });
    await local.caller.post(`${cordoned.path}/cordon`);
    expect(await verdict()).toMatch(/^FAIL shop\/web: nothing runs in lhr/);
  });

  test("a machine on a host that does not answer is not there", async () => {
    await machine(local.caller);
    const lost = await machine(local.caller, { region: "lhr" });
    await local.caller.event({ kind: "host-failure", app: "shop", machine: lost.id });
    expect(await verdict()).toMatch(/^FAIL shop\/web: nothing runs in lhr/);
  });

  test("consoles, release commands and standbys are no machines of a group", async () => {
    for (const region of ["iad", "lhr"]) await machine(local.caller, { region });
    await machine(local.caller, { region: "syd", config: { auto_destroy: true } });
    const standby = await local.caller.machine("/v1/apps/shop", {
      region: "syd",
      skip_launch: true,
      config: { image: "nginx", standbys: ["0123456789abcd"], metadata: { fly_process_group: "web" } },
    });
    expect(standby.id).toMatch(/./);
    expect(await verdict()).toBe("PASS shop/web: 2 machines in iad, lhr");
  });

  test("an app without machines has nothing to judge", async () => {
    expect(await verdict()).toBe("SKIP shop has no machines");
  });
});

describe("Checks Passing", () => {
  const verdict = async () => (await lines())["Checks Passing"];
  const checks = { alive: { type: "http", port: 8080, path: "/", interval: "15s", timeout: "2s" } };
  const report = (id: string, status: string, output = "") =>
    local.caller.event({ kind: "check", app: "shop", machine: id, check: "alive", status, output });

  test("passes, warns and fails as the worst report does, and names it without the app's words", async () => {
    const { id } = await machine(local.caller, { config: { checks } });
    await local.caller.pass(600_000);
    expect(await verdict()).toBe("PASS shop: 1 check of 1 machine pass");
    await report(id, "warning");
    expect(await verdict()).toMatch(/^WARN shop: not passing yet: alive of web/);
    await report(id, "critical", "planted words");
    const failing = await verdict();
    expect(failing).toMatch(new RegExp(`^FAIL shop: alive of web ${id} in iad\\. \`fly checks list`));
    expect(failing).not.toContain("planted");
  });

  test("machines without a check are worth a look", async () => {
    await machine(local.caller);
    expect(await verdict()).toBe("WARN shop: 1 machine, and no check on any");
  });

  test("nothing is asked of machines that are stopped", async () => {
    await stop(local.caller, await machine(local.caller, { config: { checks } }));
    expect(await verdict()).toBe("SKIP no machine of shop runs");
  });
});

describe("Secrets Deployed", () => {
  const verdict = async () => (await lines())["Secrets Deployed"];
  const set = () => local.caller.post("/v1/apps/shop/secrets", { values: { KEY: `planted ${Math.random()}` } });

  test("a secret set after a machine's version is staged, until each machine has a newer one", async () => {
    await set();
    const web = await machine(local.caller);
    const worker = await machine(local.caller, { group: "worker" });
    expect(await verdict()).toBe("PASS shop: 1 of 1 deployed");

    await local.caller.pass(60_000);
    await set();
    expect(await verdict()).toMatch(/^FAIL shop: KEY set but not deployed to web, worker: `fly secrets deploy`/);

    const update = async ({ path, shown }: typeof web) => {
      expect((await local.caller.post(path, { config: shown.config })).status).toBe(200);
      await local.caller.get(`${path}/wait?state=started`);
    };
    await update(web);
    expect(await verdict()).toMatch(/^FAIL shop: KEY set but not deployed to worker:/);
    await update(worker);
    expect(await verdict()).toMatch(/^PASS/);
  });

  test("an app without secrets has nothing to judge", async () => {
    await machine(local.caller);
    expect(await verdict()).toBe("SKIP shop has no secrets");
  });
});
