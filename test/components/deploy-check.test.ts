import { describe, expect, it } from "vitest";
import { app, eachSays, group, regions, volume } from "./mistake.ts";

const cases: Record<string, [string[], string][]> = {
  deploy: [
    [
      app({ deploy: { strategy: "hope" } }),
      'deploy.strategy is "hope"; give "rolling", "canary", "bluegreen" or "immediate"',
    ],
    [app({ deploy: { onFailure: "hope" } }), 'deploy.onFailure is "hope"; give "rollback" or "pause"'],
    [
      app({ deploy: { hostFailure: "restore" } }),
      'deploy.hostFailure is "restore"; give "fail" or "replace-from-snapshot"',
    ],
    [
      app({ deploy: { releaseCommand: "bin/migrate" } }),
      'deploy.releaseCommand is "bin/migrate"; give a list of words, such as ["bin/migrate"]',
    ],
    [app({ deploy: { releaseCommand: [] } }), "deploy.releaseCommand is []; give a list of words"],
    [
      app({ deploy: { waitTimeout: "soon" } }),
      'deploy.waitTimeout is "soon"; give a duration such as "15s" or "1m30s", of 1s or more',
    ],
    [app({ deploy: { keepReleases: 0 } }), "deploy.keepReleases is 0; give a whole number from 1 to 50"],
    [
      app({ deploy: { maxUnavailable: 0 } }),
      'deploy.maxUnavailable is 0; give a whole number from 1, or a share such as "33%"',
    ],
    [
      app({ deploy: { maxUnavailable: "101%" } }),
      'deploy.maxUnavailable is "101%"; give a whole number from 1, or a share such as "33%"',
    ],
  ],
  "a strategy": [
    [
      group({ strategy: "hope" }),
      'groups.web.strategy is "hope"; give "rolling", "canary", "bluegreen" or "immediate"',
    ],
    [
      app({
        deploy: { strategy: "bluegreen" },
        groups: { web: { regions, http: { port: 80 } }, db: { regions, volume } },
      }),
      'deploy.strategy is "bluegreen", which makes a machine beside each of group db, whose volumes are for one machine at a time; give groups.db.strategy: "rolling"',
    ],
    [
      app({ deploy: { strategy: "canary" }, groups: { db: { regions, volume } } }),
      'deploy.strategy is "canary", which makes a machine beside each of group db',
    ],
    [
      group({ strategy: "canary", volume }),
      'groups.web.strategy is "canary", which makes a machine beside each of group web',
    ],
    [
      group({ strategy: "canary", raw: { mounts: [{ path: "/data", name: "data" }] } }),
      'groups.web.strategy is "canary", which makes a machine beside each of group web',
    ],
    [
      app({ deploy: { strategy: "bluegreen" }, groups: { web: { regions, http: { port: 80 } }, jobs: { regions } } }),
      'deploy.strategy is "bluegreen", which lets machines go when new ones pass their checks, and group jobs has none; give groups.jobs.checks or groups.jobs.strategy: "rolling"',
    ],
    [group({ strategy: "bluegreen", checks: {} }), 'groups.web.strategy is "bluegreen", which lets machines go'],
  ],
  "regions to fall back to": [
    [
      group({ fallbackRegions: ["ewr"] }),
      'groups.web.fallbackRegions is ["ewr"]; give lists of regions by region, such as { iad: ["ewr"] }',
    ],
    [
      group({ fallbackRegions: { iad: "ewr" } }),
      'groups.web.fallbackRegions.iad is "ewr"; give a list of regions, such as { iad: ["ewr"] }',
    ],
    [
      group({ fallbackRegions: { iad: [1] } }),
      'groups.web.fallbackRegions.iad[0] is 1; give a region\'s code, such as "ewr"',
    ],
    [
      group({ fallbackRegions: { lhd: ["ams"] } }),
      "groups.web.fallbackRegions.lhd is not a region of the group; did you mean lhr?",
    ],
    [
      group({ fallbackRegions: { iad: ["mad"] } }),
      "groups.web.fallbackRegions.iad[0] is a region Fly has retired; give cdg or lhr",
    ],
    [
      group({ fallbackRegions: { iad: ["iad"] } }),
      "groups.web.fallbackRegions.iad[0] is iad again; name each region once",
    ],
    [
      group({ fallbackRegions: { iad: ["ewr", "ord", "ewr"] } }),
      "groups.web.fallbackRegions.iad[2] is ewr again; name each region once",
    ],
    [
      group({ volume, fallbackRegions: { iad: ["ewr"] } }),
      "groups.web.fallbackRegions is for a group without a volume: a machine is where its volume is; take it out",
    ],
  ],
};

eachSays(cases);

describe("no mistake", () => {
  it.each([
    ["a canary of one machine", group({ regions: { lhr: 1 }, strategy: "canary" })],
    ["bluegreen with checks in raw", group({ strategy: "bluegreen", raw: { checks: { alive: { type: "tcp" } } } })],
    ["everything at once with volumes", group({ strategy: "immediate", volume })],
    [
      "bluegreen for all groups but the one with volumes",
      app({
        deploy: { strategy: "bluegreen" },
        groups: { web: { regions, http: { port: 80 } }, db: { regions, volume, strategy: "rolling" } },
      }),
    ],
    ["the region of another slot to fall back to", group({ fallbackRegions: { iad: ["lhr", "xyz"] } })],
  ])("is %s", (_, found) => expect(found).toEqual([]));
});
