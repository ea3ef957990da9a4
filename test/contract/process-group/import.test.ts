import { describe, expect, test } from "vitest";
import { toWire } from "../../../provider/machine/wire.ts";
import { lift, type Properties, type Value } from "../../../provider/value.ts";
import { halfMade, type State } from "../../support/engine.ts";
import { flyctls, groupArgs, type Machine, machinesOf } from "../../support/group.ts";
import { arm, control, happen, journalEnd, mutations, send, withLocalFly } from "../../support/local-fly.ts";

let count = 0;

describe.each(["instant", "strange"] as const)("on a Fly of profile %s", (profile) => {
  const local = withLocalFly({ profile });

  async function newApp(): Promise<string> {
    const app = `import-${++count}`;
    await local.engine.create("App", app, { name: app });
    return app;
  }

  const post = async (path: string, body: unknown) => (await send(local.fly, "POST", path, body)) as Machine;

  /** Machines as `fly deploy` makes them: config in Fly's spelling, flyctl's marks, a name of Fly's own. */
  async function flyDeploy(app: string, regions: string[], config: Properties, group = "web"): Promise<string[]> {
    const { env, metadata } = flyctls(group);
    const wire = toWire(config) as { env?: object; metadata?: object };
    const whole = { ...wire, env: { ...wire.env, ...env }, metadata: { ...wire.metadata, ...metadata } };
    const ids: string[] = [];
    for (const region of regions) {
      ids.push((await post(`/v1/apps/${app}/machines`, { region, config: whole })).id);
      await control(local.fly, "POST", "clock", { advanceMs: 60_000 });
    }
    return ids;
  }

  const adopt = async (app: string, group = "web") =>
    (await local.engine.read("ProcessGroup", group, `${app}/${group}`)) as State;

  const natural = (app: string, config: Properties = {}) => groupArgs(app, {}, config);
  const configOf = (args: Properties) => args["config"] as Properties;

  /** Neither the program, nor a refresh, nor the program after that sees anything to do. */
  async function expectNothingToDo(state: State, args: Properties): Promise<void> {
    expect(await local.engine.diff(state, args)).toEqual({});
    const refreshed = (await local.engine.refresh(state)) ?? state;
    expect((refreshed as State & { drift: object }).drift).toEqual({});
    expect(await local.engine.diff(refreshed, args)).toEqual({});
  }

  test("a group that fly deploy made is what a person would write, with nothing to do", async () => {
    const app = await newApp();
    const args = natural(app);
    const ids = await flyDeploy(app, ["iad", "lhr", "lhr"], configOf(args));
    const since = await journalEnd(local.fly);
    const state = await adopt(app);
    await expectNothingToDo(state, args);
    // Exactly as imported, too: that is what `pulumi import` writes down.
    await expectNothingToDo(state, lift(state.inputs).value);
    expect(await mutations(local.fly, since)).toEqual([]);
    expect(state.outputs["machineIds"]).toEqual(ids);
    expect(Object.keys(state.outputs["machines"] as Properties)).toEqual(["iad-0", "lhr-0", "lhr-1"]);
    expect(state.outputs["release"]).toEqual({ version: 7, image: configOf(args)["image"] });
    const config = lift(state.inputs).value["config"] as Properties;
    expect([config["env"], config["metadata"], config["guest"], config["restart"]]).toEqual([
      { LOG_LEVEL: "info" },
      undefined,
      { memoryMb: 512 },
      undefined,
    ]);
  });

  test("every kind of setting comes back as it is declared", async () => {
    const app = await newApp();
    const config: Properties = {
      image: "redis:7",
      guest: { cpuKind: "performance", cpus: 2 },
      init: { cmd: ["redis-server", "--save", ""], swapSizeMb: 512 },
      services: [
        {
          protocol: "udp",
          internalPort: 6379,
          ports: [
            { startPort: 1000, endPort: 1010 },
            { port: 80, handlers: ["http"], forceHttps: true },
          ],
          concurrency: { type: "requests", softLimit: 20, hardLimit: 25 },
          autostop: "suspend",
          minMachinesRunning: 1,
          checks: [{ type: "tcp", port: 6379, interval: "60s", timeout: "1m" }],
        },
      ],
      checks: {
        alive_1: {
          ...{ type: "http", port: 9000, path: "/alive", method: "HEAD", gracePeriod: "1m" },
          headers: [{ name: "Host", values: ["shop.example.com"] }],
        },
      },
      restart: { policy: "always" },
      stopConfig: { signal: "SIGTERM", timeout: "90s" },
      files: [{ guestPath: "/etc/motd", rawValue: "aGVsbG8=" }],
      metadata: { team: "shop", camelCase: "kept" },
      metrics: { port: 9091, path: "/metrics" },
    };
    await flyDeploy(app, ["iad"], config);
    const args = { app, name: "web", slots: [{ name: "iad-0", region: "iad" }], config };
    await expectNothingToDo(await adopt(app), args);
  });

  test("what Fly documents and no argument says goes into raw; what nobody knows is left out", async () => {
    const app = await newApp();
    const { env, metadata } = flyctls("web");
    const config = {
      ...{ image: "redis:7", env, metadata, schedule: "daily", statics: [{ guest_path: "/a", url_prefix: "/b" }] },
      dns: { skip_registration: true },
      guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256, kernel_args: ["quiet"] },
      services: [{ internal_port: 80, ports: [{ port: 443, tls_options: { alpn: ["h2"] } }], autostop: "stop" }],
    };
    await post(`/v1/apps/${app}/machines`, { region: "iad", config });
    const state = await adopt(app);
    const { config: declared, raw } = lift(state.inputs).value;
    expect(declared).toEqual({ image: "registry-1.docker.io/library/redis:7" });
    expect(raw).toMatchObject({
      schedule: "daily",
      statics: [{ guest_path: "/a", url_prefix: "/b" }],
      dns: { skip_registration: true },
      guest: { kernel_args: ["quiet"] },
      services: [{ internal_port: 80, ports: [{ port: 443, tls_options: { alpn: ["h2"] } }] }],
    });
    expect(JSON.stringify(raw)).not.toContain("x_new_field");
    await expectNothingToDo(state, lift(state.inputs).value);
  });

  test("volumes stand in their slots, and what never stops beside others that do keeps running", async () => {
    const app = await newApp();
    const service = (autostop: string) => ({
      services: [{ internalPort: 8080, autostop }],
      mounts: [{ path: "/data" }],
    });
    const { env, metadata } = flyctls("web");
    const volumes: string[] = [];
    for (const [region, autostop] of [
      ["iad", "off"],
      ["lhr", "stop"],
      ["syd", "stop"],
    ] as const) {
      const { id } = await post(`/v1/apps/${app}/volumes`, { name: "data", region, size_gb: 3 });
      const config = { ...(toWire({ image: "redis:7", ...service(autostop) }) as object), env, metadata };
      const mounts = [{ path: "/data", volume: id }];
      await post(`/v1/apps/${app}/machines`, { region, config: { ...config, mounts } });
      volumes.push(id);
    }
    const state = await adopt(app);
    const args = {
      ...{ app, name: "web", config: { image: "redis:7", ...service("stop") } },
      slots: [
        { name: "iad-0", region: "iad", volume: volumes[0] as Value, keepRunning: true },
        { name: "lhr-0", region: "lhr", volume: volumes[1] as Value },
        { name: "syd-0", region: "syd", volume: volumes[2] as Value },
      ],
    };
    await expectNothingToDo(state, args);
    await happen(local.fly, { kind: "host-migration", app, machine: (state.outputs["machineIds"] as string[])[1] });
    expect(await local.engine.diff(state, args)).toEqual({});
  });

  test("the first change reaches every machine where it is and writes the labels", async () => {
    const app = await newApp();
    const ids = await flyDeploy(app, ["iad", "lhr", "lhr"], configOf(natural(app)));
    const state = await adopt(app);
    const next = natural(app, { env: { LOG_LEVEL: "debug" } });
    expect(await local.engine.diff(state, next)).toEqual({ "config.env.LOG_LEVEL": "UPDATE" });
    const updated = await local.engine.update(state, next);
    const machines = await machinesOf(local, app);
    expect(machines.map(({ id }) => id).sort()).toEqual([...ids].sort());
    for (const { config } of machines) {
      expect(config.env).toEqual({ LOG_LEVEL: "debug", FLY_PROCESS_GROUP: "web" });
      expect(config.metadata).toMatchObject({ airworthy_stack: "shop/dev", airworthy_group: "web" });
      expect(config.metadata).toMatchObject({ fly_platform_version: "v2", airworthy_release: "8" });
    }
    await expectNothingToDo(updated, next);
  });

  test("a first change that fails half-way is told by a refresh and finished by the next up, where the machines are", async () => {
    const app = await newApp();
    const ids = await flyDeploy(app, ["iad", "lhr", "lhr"], configOf(natural(app)));
    const state = await adopt(app);
    const next = { ...natural(app, { env: { LOG_LEVEL: "debug" } }), deploy: { onFailure: "pause" } };
    await arm(local.fly, "Machines_update", { kind: "status", status: 422, skip: 1 });
    const half = halfMade(await local.engine.update(state, next).catch((error) => error));
    const told = halfMade(await local.engine.refresh({ ...state, outputs: half.outputs }).catch((error) => error));
    expect(told.reasons[0]).toMatch(/the last rollout of web ended early/);
    const seen = { ...state, inputs: told.inputs ?? {}, outputs: told.outputs };
    const finished = await local.engine.update(seen, next, true);
    const machines = await machinesOf(local, app);
    expect(machines.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(machines.map(({ config }) => config.env["LOG_LEVEL"])).toEqual(Array(3).fill("debug"));
    await expectNothingToDo(finished, next);
  });

  test("a slot that is left out, and a group that is deleted, take the machines with them before there are labels", async () => {
    const app = await newApp();
    const [, gone] = await flyDeploy(app, ["iad", "lhr", "lhr"], configOf(natural(app)));
    const other = await flyDeploy(app, ["iad"], configOf(natural(app)), "worker");
    const state = await adopt(app);
    const slots = (natural(app)["slots"] as Properties[]).filter(({ name }) => name !== "lhr-0");
    const smaller = await local.engine.update(state, { ...natural(app), slots });
    const left = (await machinesOf(local, app)).map(({ id }) => id);
    expect(left).not.toContain(gone);
    expect(left).toHaveLength(3);
    await local.engine.remove(smaller);
    expect((await machinesOf(local, app)).map(({ id }) => id)).toEqual(other);
    await local.engine.remove(await adopt(app, "worker"));
    expect(await machinesOf(local, app)).toEqual([]);
  });

  test("of machines that differ the most common config is imported, and a refresh shows the other", async () => {
    const app = await newApp();
    const args = natural(app);
    await flyDeploy(app, ["iad", "lhr"], configOf(args));
    const odd = { ...configOf(args), env: { LOG_LEVEL: "trace" } };
    await flyDeploy(app, ["lhr"], odd);
    const state = await adopt(app);
    expect(await local.engine.diff(state, args)).toEqual({});
    const refreshed = (await local.engine.refresh(state)) ?? state;
    expect(await local.engine.diff(refreshed, args)).toEqual({ "config.env.LOG_LEVEL": "UPDATE" });
    const mended = await local.engine.update(refreshed, args);
    expect((await machinesOf(local, app)).map(({ config }) => config.env["LOG_LEVEL"])).toEqual([
      "info",
      "info",
      "info",
    ]);
    await expectNothingToDo(mended, args);
  });

  test("a group that this stack made and its state lost is imported with its slots", async () => {
    const app = await newApp();
    const args = { ...natural(app), slots: [{ name: "first", region: "iad" }] };
    const made = await local.engine.create("ProcessGroup", "web", args);
    const state = await adopt(app);
    expect(state.outputs["machineIds"]).toEqual(made.outputs["machineIds"]);
    await expectNothingToDo(state, args);
  });

  test("a machine by itself is what a person would write, and its first change finds it where it is", async () => {
    const app = await newApp();
    const { id: volume } = await post(`/v1/apps/${app}/volumes`, { name: "data", region: "lhr", size_gb: 3 });
    const config = { image: "redis:7", schedule: "daily", init: { cmd: ["bin/report"] }, env: { LEVEL: "1" } };
    const mounts = [{ path: "/data", volume }];
    const { id } = await post(`/v1/apps/${app}/machines`, {
      name: "report",
      region: "lhr",
      config: { ...config, mounts },
    });
    const state = (await local.engine.read("Machine", "nightly", `${app}/${id}`)) as State;
    const args = (level: string): Properties => ({
      ...{ app, name: "report", region: "lhr", schedule: "daily", volume },
      config: { image: "redis:7", init: { cmd: ["bin/report"] }, env: { LEVEL: level }, mounts: [{ path: "/data" }] },
    });
    expect(state.id).toBe(`${app}/${id}`);
    await expectNothingToDo(state, args("1"));
    const updated = await local.engine.update(state, args("2"));
    const [live] = await machinesOf(local, app);
    expect(live).toMatchObject({ id, config: { env: { LEVEL: "2" }, metadata: { airworthy_machine: "nightly" } } });
    await expectNothingToDo(updated, args("2"));
  });
});
