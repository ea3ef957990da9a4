import { describe, expect, it } from "vitest";
import { App, ProductionApp, type TransformArgs } from "../../components/index.ts";
import { run } from "./program.ts";

const groups = {
  web: { regions: { iad: 1, lhr: 1 }, http: { port: 8080 } },
  cache: { regions: { iad: 1 }, volume: { path: "/data", sizeGb: 10 } },
};

const made = (transform: TransformArgs) =>
  run(
    () =>
      new ProductionApp("shop", {
        appName: "acme-shop",
        image: "shop@sha256:0",
        secrets: { KEY: "hunter2" },
        domains: ["shop.example.com"],
        deployToken: {},
        groups,
        transform,
      }),
  );

const kinds = ["app", "secrets", "ipAddress", "certificate", "deployToken", "volume", "processGroup"] as const;

describe("a transform", () => {
  it("sees each child of its kind by name, with what it is made from", async () => {
    const seen: string[] = [];
    const note = (kind: string) => (child: { name: string; args: object; options: object }) => {
      seen.push(`${kind} ${child.name}`);
      expect(Object.keys(child.args)).not.toEqual([]);
      expect(child.options).toHaveProperty("parent");
      return undefined;
    };
    await made(Object.fromEntries(kinds.map((kind) => [kind, note(kind)])));
    expect(seen.sort()).toEqual([
      "app shop",
      "certificate shop-shop.example.com",
      "deployToken shop-deploy-token",
      "ipAddress shop-v4",
      "ipAddress shop-v6",
      "processGroup shop-cache",
      "processGroup shop-web",
      "secrets shop-secrets",
      "volume shop-cache-iad-0",
    ]);
  });

  it("changes the arguments it names, of the child it chooses, and no other", async () => {
    const plain = await made({});
    const changed = await made({
      ipAddress: ({ name }) => (name === "shop-v4" ? { args: { type: "v4" } } : undefined),
      processGroup: ({ name, args }) =>
        name === "shop-web" ? { args: { config: { ...args.config, autoDestroy: true } } } : undefined,
    });
    const children = changed.filter(({ parent }) => parent === "shop");
    const before = plain.map((each) => JSON.stringify(each));
    const different = children.filter((each) => !before.includes(JSON.stringify(each)));
    expect(different.map(({ name }) => name).sort()).toEqual(["shop-v4", "shop-web"]);
    const inputsOf = (wanted: string) => different.find(({ name }) => name === wanted)?.inputs;
    expect(inputsOf("shop-v4")).toEqual({ app: "acme-shop", type: "v4" });
    expect(inputsOf("shop-web")).toMatchObject({
      name: "web",
      config: { autoDestroy: true, image: "shop@sha256:0", stopConfig: { signal: "SIGTERM" } },
    });
  });

  it("takes an argument out by undefined and changes options without losing the parent", async () => {
    const registered = await made({
      volume: () => ({ args: { requireUniqueZone: undefined }, options: { protect: false } }),
    });
    const volume = registered.find(({ name }) => name === "shop-cache-iad-0");
    expect(volume?.inputs).not.toHaveProperty("requireUniqueZone");
    expect(volume).toMatchObject({ protect: false, parent: "shop" });
  });

  it("adds to what a child waits for", async () => {
    const registered = await run(() => {
      const zone = new App("zone", { name: "acme-zone" });
      const transform: TransformArgs = { certificate: () => ({ options: { dependsOn: zone } }) };
      const domains = ["shop.example.com"];
      return new ProductionApp("shop", { image: "shop@sha256:0", groups, domains, transform });
    });
    expect(registered.find(({ type }) => type.endsWith(":Certificate"))?.dependsOn).toEqual(
      expect.arrayContaining(["shop-v4", "shop-v6", "zone"]),
    );
  });

  it("is kept out of what the rules see and the state keeps", async () => {
    const [component] = await made({ app: () => undefined });
    for (const seen of [component?.inputs, component?.outputs]) {
      expect(seen).toHaveProperty("groups");
      expect(seen).not.toHaveProperty("transform");
    }
  });
});

describe("a transform that answers", () => {
  it.each([
    ["with the bare argument", { type: "v4" }, "type; put that into args: { … } or options: { … }"],
    ["with a word", "hunter2", "a string; give { args, options } with what is to be changed, or nothing"],
    ["with null", null, "null; give { args, options } with what is to be changed, or nothing"],
    ["later", Promise.resolve({}), "a promise; a transform must not be async; give { args, options } with"],
    ["with arguments that are none", { args: ["v4"] }, "args that is no object; give { args, options } with"],
  ])("%s is told so, with its kind and the child's name", async (_, answer, problem) => {
    await run(() => {
      const groups = { web: { regions: { iad: 1 }, http: { port: 8080 } } };
      const transform = { ipAddress: () => answer as never };
      expect(() => new ProductionApp("shop", { image: "shop@sha256:0", groups, transform })).toThrow(
        `transform.ipAddress answered for shop-v6 with ${problem}`,
      );
    });
  });

  it("by assigning to what it was given is stopped", async () => {
    const transform: TransformArgs = {
      app: ({ args }) => {
        (args as { name: string }).name = "other";
        return undefined;
      },
    };
    await expect(made(transform)).rejects.toThrow(/read only property 'name'/);
  });
});
