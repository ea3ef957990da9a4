import type { Output } from "@pulumi/pulumi/output.js";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ProductionApp, type ProductionAppArgs, Volume } from "../../components/index.ts";
import { run } from "./program.ts";

const web = { regions: { iad: 2 }, http: { port: 8080 } };
const resolved = <T>(output: Output<T>) => new Promise<T>((resolve) => output.apply(resolve));

/** Registers `new ProductionApp("shop", args)` and answers the inputs of the named group. */
async function groupOf(name: string, args: Partial<ProductionAppArgs>) {
  const registered = await run(() => new ProductionApp("shop", { image: "shop@sha256:0", groups: {}, ...args }));
  return registered.find((each) => each.type.endsWith(":ProcessGroup") && each.name === `shop-${name}`)?.inputs;
}

describe("ProductionApp", () => {
  it("answers url, addresses, machines and releases by group", async () => {
    const groups = { web, worker: { regions: { lhr: 1 } } };
    let shop: ProductionApp | undefined;
    await run(() => {
      shop = new ProductionApp("shop", { appName: "acme-shop", image: "shop@sha256:0", groups });
    });
    if (shop === undefined) throw new Error("not registered");
    expect(await resolved(shop.appName)).toBe("acme-shop");
    expect(await resolved(shop.hostname)).toBe("acme-shop.fly.dev");
    expect(await resolved(shop.url)).toBe("https://acme-shop.fly.dev");
    expect(await resolved(shop.addresses)).toEqual(["2a09:8280:1::1", "66.241.124.1"]);
    expect(await resolved(shop.machineIds)).toEqual({ web: ["web-iad-0", "web-iad-1"], worker: ["worker-lhr-0"] });
    expect(Object.keys(await resolved(shop.release))).toEqual(["web", "worker"]);
  });

  it("gives a group of which only regions and port are said what production needs", async () => {
    const image = `hello@sha256:${"0".repeat(64)}`;
    const groups = { web: { regions: { iad: 1, lhr: 1 }, http: { port: 8080 } } };
    expect(await groupOf("web", { image, groups })).toMatchObject({
      slots: [
        { name: "iad-0", region: "iad" },
        { name: "lhr-0", region: "lhr" },
      ],
      config: {
        image,
        guest: { cpuKind: "shared", cpus: 1, memoryMb: 512 },
        env: { PRIMARY_REGION: "iad" },
        services: [
          {
            autostop: "stop",
            autostart: true,
            minMachinesRunning: 1,
            concurrency: { type: "requests", softLimit: 200, hardLimit: 250 },
            checks: [{ type: "http", path: "/", interval: "15s", timeout: "5s", gracePeriod: "15s" }],
          },
        ],
        stopConfig: { signal: "SIGTERM", timeout: "30s" },
      },
      deploy: { strategy: "rolling", keepReleases: 10 },
    });
  });

  it("gives an app without http no address, no url and no protection it does not need", async () => {
    let jobs: ProductionApp | undefined;
    const registered = await run(() => {
      jobs = new ProductionApp("jobs", { image: "jobs@sha256:0", groups: { worker: { regions: { iad: 1 } } } });
    });
    expect(registered.map(({ type }) => type.split(":").at(-1))).toEqual(["ProductionApp", "App", "ProcessGroup"]);
    expect(registered.some(({ protect }) => protect)).toBe(false);
    expect(jobs && (await resolved(jobs.url))).toBeUndefined();
  });

  it("mounts a volume that exists already and makes the others", async () => {
    const registered = await run(() => {
      const old = new Volume("restored", { app: "shop", name: "restored", region: "iad", sizeGb: 5 });
      const volume = { path: "/data", sizeGb: 5, existing: { "iad-1": old.id } };
      return new ProductionApp("shop", { image: "redis@sha256:0", groups: { cache: { regions: { iad: 2 }, volume } } });
    });
    expect(registered.filter(({ type }) => type.endsWith(":Volume")).map(({ name }) => name)).toEqual([
      "restored",
      "shop-cache-iad-0",
    ]);
    expect(registered.find(({ name }) => name === "shop-cache")?.inputs["slots"]).toEqual([
      { name: "iad-0", region: "iad", volume: "shop-cache-iad-0-id" },
      { name: "iad-1", region: "iad", volume: "restored-id" },
    ]);
  });

  it("lets the proxy stop nothing where Fly keeps no minimum running, outside the primary region", async () => {
    const group = await groupOf("api", { groups: { web, api: { regions: { lhr: 2 }, http: { port: 80 } } } });
    expect(group).toMatchObject({ config: { env: { PRIMARY_REGION: "iad" }, services: [{ autostop: "off" }] } });
  });

  it("keeps no slot running by itself where the proxy stops none", async () => {
    const http = { port: 80, autostop: "off", minRunning: { lhr: 1 } } as const;
    const group = await groupOf("web", { groups: { web: { regions: { iad: 1, lhr: 1 }, http } } });
    expect(JSON.stringify(group)).not.toMatch(/keepRunning|minMachinesRunning/);
  });

  it("keeps a time-out below a short interval and a limit in proportion to the other", async () => {
    const http = { port: 80, check: { interval: "4s" }, concurrency: { soft: 40 } };
    const group = await groupOf("web", { groups: { web: { regions: { iad: 1 }, http } } });
    expect(group).toMatchObject({
      config: {
        services: [{ checks: [{ interval: "4s", timeout: "2s" }], concurrency: { softLimit: 40, hardLimit: 50 } }],
      },
    });
  });

  it("takes an undefined argument for one that was not given", async () => {
    const deploy = { strategy: undefined, keepReleases: undefined, maxUnavailable: 1 };
    expect(await groupOf("web", { groups: { web }, deploy })).toMatchObject({
      deploy: { strategy: "rolling", keepReleases: 10, maxUnavailable: 1 },
    });
  });
});

describe("a mistake", () => {
  it("stops the program before anything is registered", async () => {
    const registered = await run(() => {
      const groups = { web: { regions: {} } };
      expect(() => new ProductionApp("shop", { image: "shop@sha256:0", groups })).toThrow(
        'ProductionApp "shop": groups.web.regions is empty; give at least one region, such as { iad: 2 }',
      );
    });
    expect(registered).toEqual([]);
  });

  it("is listed with all others, a line each", async () => {
    await run(() => {
      const groups = { web: { ...web, restart: "never" as "no" }, worker: { regions: { waw: 1 }, memoryMb: 300 } };
      const error =
        /^ProductionApp "shop":\n {2}groups\.web\.restart is "never".*\n {2}groups\.worker\.memoryMb is 300.*\n {2}groups\.worker\.regions\.waw is .*$/;
      expect(() => new ProductionApp("shop", { image: "shop@sha256:0", groups })).toThrow(error);
    });
  });
});

describe("a preview", () => {
  afterEach(() => vi.restoreAllMocks());

  it("shows a line a group, and an update does not", async () => {
    // Without an engine to send it to, Pulumi prints what is logged.
    const printed = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const groups = {
      web: { regions: { iad: 2, lhr: 2, syd: 1 }, http: { port: 8080 } },
      worker: { regions: { iad: 1 } },
    };
    const program = () => new ProductionApp("shop", { image: "shop@sha256:0", groups });
    await run(program, { preview: true });
    expect(printed.mock.calls.flat()).toEqual([
      "info: [runtime] web: 5 machines in iad, lhr, syd, rolling",
      "info: [runtime] worker: 1 machine in iad, rolling",
    ]);
    printed.mockClear();
    await run(program);
    expect(printed).not.toHaveBeenCalled();
  });
});

// Checked by the compiler, never run: what must be given, and what must not be an output.
void ((output: Output<number>): ProductionAppArgs[] => [
  // @ts-expect-error groups are required
  { image: "shop" },
  // @ts-expect-error regions are required
  { groups: { web: {} } },
  // @ts-expect-error the number of resources must be known when the program is written
  { groups: { web: { regions: { iad: output } } } },
  // @ts-expect-error a port is required
  { groups: { web: { regions: { iad: 1 }, http: {} } } },
  // @ts-expect-error an unknown strategy
  { deploy: { strategy: "hope" }, groups: { web } },
]);
