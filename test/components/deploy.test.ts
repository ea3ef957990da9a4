import { describe, expect, it } from "vitest";
import { ProductionApp, type ProductionAppArgs } from "../../components/index.ts";
import { run } from "./program.ts";

describe("a change on its way to the machines", () => {
  const groups = {
    jobs: { regions: { iad: 1 } },
    web: { regions: { iad: 2 }, http: { port: 8080 } },
    cache: { regions: { iad: 1 }, volume: { path: "/data", sizeGb: 1 }, strategy: "rolling" },
  } as const;
  const shop = (deploy: ProductionAppArgs["deploy"], more: Partial<ProductionAppArgs> = {}) =>
    run(() => new ProductionApp("shop", { image: "shop@sha256:0", groups, ...(deploy && { deploy }), ...more }));
  const rollouts = (registered: Awaited<ReturnType<typeof shop>>) =>
    registered
      .filter(({ type }) => type.endsWith(":ProcessGroup"))
      .map(({ name, inputs, dependsOn }) => ({
        name,
        deploy: inputs["deploy"] as Record<string, unknown>,
        after: dependsOn.filter((other) => other === "shop-web" || other === "shop-jobs"),
      }));

  it("has the release command run by the first group that serves, before the others", async () => {
    const found = rollouts(await shop({ releaseCommand: ["bin/migrate"] }));
    const with_ = found.filter(({ deploy }) => "releaseCommand" in deploy).map(({ name }) => name);
    expect(with_).toEqual(["shop-web"]);
    expect(Object.fromEntries(found.map(({ name, after }) => [name, after]))).toEqual({
      "shop-web": [],
      "shop-jobs": ["shop-web"],
      "shop-cache": ["shop-web"],
    });
  });

  it("has it run by the first of all where none serves", async () => {
    const { jobs, cache } = groups;
    const found = rollouts(await shop({ releaseCommand: ["bin/migrate"] }, { groups: { jobs, cache } }));
    expect(found.map(({ name, deploy, after }) => [name, deploy["releaseCommand"], after])).toEqual([
      ["shop-jobs", ["bin/migrate"], []],
      ["shop-cache", undefined, ["shop-jobs"]],
    ]);
  });

  it("goes to all groups at once without a release command", async () => {
    expect(rollouts(await shop(undefined)).map(({ after }) => after)).toEqual([[], [], []]);
  });

  it("takes the strategy of the app, or of the group where that has one", async () => {
    const found = rollouts(
      await shop({ strategy: "canary", onFailure: "pause", hostFailure: "replace-from-snapshot" }),
    );
    const rest = { onFailure: "pause", hostFailure: "replace-from-snapshot", keepReleases: 10 };
    expect(Object.fromEntries(found.map(({ name, deploy }) => [name, deploy]))).toEqual({
      "shop-jobs": { ...rest, strategy: "canary" },
      "shop-web": { ...rest, strategy: "canary" },
      "shop-cache": { ...rest, strategy: "rolling" },
    });
  });

  it("tells the rules how the app and each group is rolled out", async () => {
    const [component] = await shop({ strategy: "canary", releaseCommand: ["bin/migrate"] });
    expect(component?.outputs).toMatchObject({
      deploy: { strategy: "canary", keepReleases: 10, releaseCommand: ["bin/migrate"] },
      groups: { cache: { strategy: "rolling" } },
    });
  });

  it("gives each slot the regions to fall back to of its own region", async () => {
    const group = { regions: { iad: 2, lhr: 1 }, fallbackRegions: { iad: ["ewr", "ord"] } };
    const registered = await shop(undefined, { groups: { jobs: group } });
    expect(registered.find(({ name }) => name === "shop-jobs")?.inputs).toMatchObject({
      slots: [
        { name: "iad-0", region: "iad", fallbackRegions: ["ewr", "ord"] },
        { name: "iad-1", region: "iad", fallbackRegions: ["ewr", "ord"] },
        { name: "lhr-0", region: "lhr" },
      ],
    });
  });
});
