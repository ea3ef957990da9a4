import { describe, expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import { groupArgs } from "../../support/group.ts";
import { withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const slots = [{ name: "iad-0", region: "iad" }];
const stateful = { slots: [{ name: "iad-0", region: "iad", volume: "vol_1" }] };
const mounts = [{ path: "/data" }];
const check = (strategy: string, more: Properties = {}, config: Properties = {}) =>
  local.engine.check("ProcessGroup", "web", groupArgs("shop", { slots, deploy: { strategy }, ...more }, config));
const alive = { alive: { type: "tcp", port: 8080, interval: "15s", timeout: "5s" } };
const unchecked = { services: [{ internalPort: 8080 }] };

describe("a preview refuses", () => {
  test.each<[string, string, Properties, Properties, string]>([
    [
      "bluegreen without any check",
      "bluegreen",
      {},
      unchecked,
      'deploy.strategy: "bluegreen" lets the old machines go when the new ones pass their checks, and there are none. Give config.services[].checks or config.checks, or the strategy "rolling"',
    ],
    ["bluegreen of a group that serves nothing", "bluegreen", {}, { services: [] }, "there are none"],
    [
      "bluegreen whose checks raw takes away",
      "bluegreen",
      { raw: { services: [{ internal_port: 80 }] } },
      {},
      "there are none",
    ],
    [
      "bluegreen with volumes",
      "bluegreen",
      stateful,
      { mounts },
      'deploy.strategy: "bluegreen" makes a machine beside the one that has the volume, and a volume is for one machine at a time. Give "rolling" or "immediate", or take config.mounts out',
    ],
    ["a canary with volumes", "canary", stateful, { mounts }, 'deploy.strategy: "canary" makes a machine beside'],
    [
      "a canary with a mount in raw",
      "canary",
      { raw: { mounts: [{ path: "/data", name: "data" }] } },
      {},
      '"canary" makes',
    ],
    [
      "a canary whose volume is still to come",
      "canary",
      { slots: [{ name: "iad-0", region: "iad", volume: unknown }] },
      { mounts },
      '"canary" makes',
    ],
  ])("%s", async (_, strategy, more, config, message) => {
    await expect(check(strategy, more, config)).rejects.toThrow(message);
  });

  test.each<[string, Properties, string]>([
    [
      "a region to fall back to where the volume is not",
      { slots: [{ name: "a", region: "iad", volume: "vol_1", fallbackRegions: ["ewr"] }] },
      "slots[0].fallbackRegions: cannot be given beside volume",
    ],
    [
      "the slot's own region to fall back to",
      { slots: [{ name: "a", region: "iad", fallbackRegions: ["ewr", "iad"] }] },
      "slots[0].fallbackRegions[1]: is a region of this slot already",
    ],
    [
      "a retired region to fall back to",
      { slots: [{ name: "a", region: "iad", fallbackRegions: ["mia"] }] },
      'slots[0].fallbackRegions[0]: Fly has retired region "mia"',
    ],
    ["a release command of no words", { deploy: { releaseCommand: [] } }, "deploy.releaseCommand: must name a command"],
    [
      "another end of a failed rollout",
      { deploy: { onFailure: "hope" } },
      'deploy.onFailure: must be "rollback" or "pause"',
    ],
    [
      "another way with a lost host",
      { deploy: { hostFailure: "wait" } },
      'deploy.hostFailure: must be "fail" or "replace-',
    ],
  ])("%s", async (_, more, message) => {
    const config = JSON.stringify(more).includes("vol_1") ? { mounts } : {};
    await expect(local.engine.check("ProcessGroup", "web", groupArgs("shop", more, config))).rejects.toThrow(message);
  });
});

describe("a preview lets pass", () => {
  test.each<[string, string, Properties, Properties]>([
    ["bluegreen with a check of a service", "bluegreen", {}, {}],
    ["bluegreen with a named check only", "bluegreen", {}, { ...unchecked, checks: alive }],
    ["bluegreen with a check in raw only", "bluegreen", { raw: { checks: { alive: { type: "tcp" } } } }, unchecked],
    ["bluegreen whose services are still to come", "bluegreen", {}, { services: unknown }],
    ["bluegreen whose one service is still to come", "bluegreen", {}, { services: [unknown] }],
    ["bluegreen whose checks are still to come", "bluegreen", {}, { ...unchecked, checks: unknown }],
    ["bluegreen whose config is still to come", "bluegreen", { config: unknown }, {}],
    ["bluegreen with raw still to come", "bluegreen", { raw: unknown }, unchecked],
    ["a canary whose mounts are still to come", "canary", {}, { mounts: unknown }],
    ["a canary of one machine", "canary", {}, unchecked],
    ["all at once with volumes and no check", "immediate", stateful, { ...unchecked, mounts }],
    ["a share that only rolling looks at", "canary", { deploy: { strategy: "canary", maxUnavailable: 1 } }, {}],
    [
      "a release command with the image that runs",
      "rolling",
      { deploy: { releaseCommand: ["bin/migrate"] } },
      { image: "running" },
    ],
  ])("%s", async (_, strategy, more, config) => {
    await expect(check(strategy, more, config)).resolves.toMatchObject({ app: "shop" });
  });

  test("a strategy that is still to come", async () => {
    await expect(check(unknown, {}, unchecked)).resolves.toMatchObject({ app: "shop" });
    await expect(check("rolling", { deploy: unknown }, unchecked)).resolves.toMatchObject({ app: "shop" });
  });
});
