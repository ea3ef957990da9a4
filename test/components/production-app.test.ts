import { isSecret, type Output, output } from "@pulumi/pulumi/output.js";
import { afterEach, describe, expect, it, vi } from "vitest";
import { App, ProductionApp, type ProductionAppArgs, Volume } from "../../components/index.ts";
import { resolved, run } from "./program.ts";

const web = { regions: { iad: 2 }, http: { port: 8080 } };

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

  it("makes a certificate a domain, after the addresses, and answers the records of all", async () => {
    let shop: ProductionApp | undefined;
    const domains = ["shop.example.com", "*.example.com"];
    const registered = await run(() => {
      shop = new ProductionApp("shop", { appName: "acme-shop", image: "shop@sha256:0", groups: { web }, domains });
    });
    const certificates = registered.filter(({ type }) => type.endsWith(":Certificate"));
    expect(certificates.map(({ name, inputs }) => ({ name, inputs }))).toEqual([
      { name: "shop-shop.example.com", inputs: { app: "acme-shop", hostname: "shop.example.com" } },
      { name: "shop-*.example.com", inputs: { app: "acme-shop", hostname: "*.example.com" } },
    ]);
    for (const { dependsOn } of certificates) {
      expect(dependsOn).toEqual(expect.arrayContaining(["shop-v4", "shop-v6"]));
    }
    expect(shop && (await resolved(shop.dnsRecords))).toEqual(domains.map((name) => ({ type: "A", name })));
  });

  it("makes a token for its app alone, valid for 90 days, and answers it as a secret", async () => {
    let shop: ProductionApp | undefined;
    const deployToken = { rotateAfter: "60d", rotationTriggers: ["ana"] };
    const registered = await run(() => {
      shop = new ProductionApp("shop", { appName: "acme-shop", image: "shop@sha256:0", groups: { web }, deployToken });
    });
    expect(registered.find(({ name }) => name === "shop-deploy-token")?.inputs).toEqual({
      app: "acme-shop",
      expiresIn: "90d",
      rotateAfter: "60d",
      rotationTriggers: ["ana"],
    });
    expect(shop && (await resolved(shop.deployToken))).toBe("FlyV1 fm2_of_the_app");
    expect(shop && (await isSecret(shop.deployToken))).toBe(true);
  });

  it("has no records and no token where none were asked for", async () => {
    let shop: ProductionApp | undefined;
    await run(() => {
      shop = new ProductionApp("shop", { image: "shop@sha256:0", groups: { web } });
    });
    expect(shop && (await resolved(shop.dnsRecords))).toEqual([]);
    expect(shop && (await resolved(shop.deployToken))).toBeUndefined();
  });

  it("joins an app made elsewhere and makes none", async () => {
    let shop: ProductionApp | undefined;
    const registered = await run(() => {
      const app = new App("registry", { name: output("acme-shop") });
      shop = new ProductionApp("shop", { app, image: "shop@sha256:0", groups: { web } });
    });
    expect(registered.filter(({ type }) => type.endsWith(":App")).map(({ name }) => name)).toEqual(["registry"]);
    expect(registered.find(({ name }) => name === "shop-web")?.inputs).toMatchObject({ app: "acme-shop" });
    expect(registered.find(({ name }) => name === "shop-v6")?.dependsOn).toContain("registry");
    expect(shop && (await resolved(shop.url))).toBe("https://acme-shop.fly.dev");
    const component = registered.find(({ name }) => name === "shop");
    for (const seen of [component?.inputs, component?.outputs]) {
      expect(seen).not.toHaveProperty("app");
      expect(seen).toMatchObject({ appName: "acme-shop" });
    }
  });

  it("makes its app in the organisation that is named", async () => {
    const registered = await run(
      () => new ProductionApp("shop", { image: "shop@sha256:0", groups: { web }, orgSlug: "acme" }),
    );
    expect(registered.find(({ type }) => type.endsWith(":App"))?.inputs).toMatchObject({ orgSlug: "acme" });
  });

  it("shows rules that a group may not be doubled, and passes on the word for the image that runs", async () => {
    const groups = { ledger: { regions: { iad: 1 }, replicas: "single-writer" as const } };
    const registered = await run(() => new ProductionApp("shop", { image: "running", groups }));
    expect(registered[0]?.inputs).toMatchObject({ groups: { ledger: { replicas: "single-writer" } } });
    const group = registered.find(({ name }) => name === "shop-ledger")?.inputs;
    expect(group).toMatchObject({ config: { image: "running" } });
    expect(group).not.toHaveProperty("replicas");
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

  it("in what is given beside an app made elsewhere is told", async () => {
    await run(() => {
      const app = new App("registry", { name: "acme-shop" });
      const args = { app, appName: "acme", orgSlug: "acme", image: "shop@sha256:0", groups: { web } };
      expect(() => new ProductionApp("shop", args)).toThrow(
        /^ProductionApp "shop":\n {2}appName is given beside app, which has its own; .*\n {2}orgSlug is given beside app/,
      );
    });
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
      worker: { regions: { iad: 1 }, strategy: "immediate" },
    } as const;
    const deploy = { strategy: "bluegreen" } as const;
    const program = () => new ProductionApp("shop", { image: "shop@sha256:0", deploy, groups });
    await run(program, { preview: true });
    expect(printed.mock.calls.flat()).toEqual([
      "info: [runtime] web: 5 machines in iad, lhr, syd, bluegreen",
      "info: [runtime] worker: 1 machine in iad, immediate",
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
  // @ts-expect-error the number of certificates must be known when the program is written
  { domains: [output.apply(String)], groups: { web } },
  // @ts-expect-error an address has no such kind
  { transform: { ipAddress: () => ({ args: { type: "v5" } }) }, groups: { web } },
  // @ts-expect-error an unknown strategy
  { deploy: { strategy: "hope" }, groups: { web } },
]);
