import { output, secret } from "@pulumi/pulumi/output.js";
import { describe, expect, it } from "vitest";
import type { HttpArgs } from "../../components/index.ts";
import { app, eachSays, group, type Loose, regions, volume } from "./mistake.ts";

const http = (args: Loose) => group({ http: { port: 8080, ...args } as HttpArgs });
const cases: Record<string, [string[], string][]> = {
  "the app": [
    [
      app({ groups: {} }),
      "groups is empty; give at least one group, such as { web: { regions: { iad: 2 }, http: { port: 8080 } } }",
    ],
    [
      app({ groups: undefined }),
      "groups is missing; give at least one group, such as { web: { regions: { iad: 2 }, http: { port: 8080 } } }",
    ],
    [
      app({ appName: "My_Shop" }),
      'appName is "My_Shop"; give at most 63 lowercase letters, digits and dashes, first a letter',
    ],
    [
      app({ appName: "a".repeat(64) }),
      `appName is "${"a".repeat(59)}…; give at most 63 lowercase letters, digits and dashes, first a letter`,
    ],
    [
      app({ image: undefined }),
      "groups.web.image is missing; give it, or image for all groups, such as registry.fly.io/shop@sha256:…",
    ],
    [
      app({ image: "" }),
      "groups.web.image is missing; give it, or image for all groups, such as registry.fly.io/shop@sha256:…",
    ],
    [app({ primaryRegion: "syd" }), 'primaryRegion is "syd", where no group has a machine; give iad or lhr'],
    [
      app({ replicas: 2 }),
      "replicas is not an argument; there are appName, app, orgSlug, private, domains, primaryRegion, image, env, secrets, deploy, deployToken, transform, exempt, groups",
    ],
  ],
  "env and secrets": [
    [
      app({ env: { FLY_REGION: "x" } }),
      "env.FLY_REGION begins with FLY_, which is Fly's own prefix; give another name",
    ],
    [app({ env: { PRIMARY_REGION: "iad" } }), "env.PRIMARY_REGION is written by primaryRegion; give that instead"],
    [app({ env: { KEY: "a" }, secrets: { KEY: "b" } }), "env.KEY is in secrets too; keep it in one of them"],
    [app({ secrets: "KEY" }), 'secrets is "KEY"; give an object of values by name'],
  ],
  "a group": [
    [
      app({ groups: { Web: { regions } } }),
      "groups.Web is no name for a group; give lowercase letters, digits, dashes and underscores, first a letter",
    ],
    [
      app({ groups: { web: undefined } }),
      "groups.web is missing; give an object with regions, fallbackRegions, strategy, image, replicas, command, size, memoryMb, metrics, http, checks, shutdown, volume, restart or raw",
    ],
    [group({ replicas: 2 }), 'groups.web.replicas is 2; give "single-writer"'],
    [
      group({ replicas: "single-writer" }),
      'groups.web.regions has 3 machines, but replicas is "single-writer"; give one in all, such as { iad: 1 }, or take replicas out',
    ],
    [group({ shutdwon: {} }), "groups.web.shutdwon is not an argument; did you mean shutdown?"],
    [
      group({ command: "bin/worker" }),
      'groups.web.command is "bin/worker"; give a list of words, such as ["bin/worker"]',
    ],
    [group({ restart: "never" }), 'groups.web.restart is "never"; give "no", "always" or "on-failure"'],
    [group({ raw: [] }), "groups.web.raw is []; give an object of machine config"],
    [group({ metrics: { port: "9091" } }), 'groups.web.metrics.port is "9091"; give a whole number from 1 to 65535'],
    [
      group({ metrics: { port: 9091, path: "metrics" } }),
      'groups.web.metrics.path is "metrics"; give a path that begins with /',
    ],
  ],
  regions: [
    [group({ regions: {} }), "groups.web.regions is empty; give at least one region, such as { iad: 2 }"],
    [group({ regions: undefined }), "groups.web.regions is missing; give at least one region, such as { iad: 2 }"],
    [group({ regions: ["iad"] }), 'groups.web.regions is ["iad"]; give at least one region, such as { iad: 2 }'],
    [group({ regions: { iad: 0 } }), "groups.web.regions.iad is 0; give a whole number of 1 or more"],
    [group({ regions: { iad: 1.5 } }), "groups.web.regions.iad is 1.5; give a whole number of 1 or more"],
    [
      group({ regions: { iad: output(2) } }),
      "groups.web.regions.iad is an output, not known when resources are counted; give a whole number of 1 or more",
    ],
    [group({ regions: { waw: 1 } }), "groups.web.regions.waw is a region Fly has retired; give fra or arn"],
    [group({ regions: { IAD: 1 } }), "groups.web.regions.IAD is no region of Fly; give iad"],
    [group({ regions: { london: 1 } }), "groups.web.regions.london is no region of Fly; give lhr"],
  ],
  size: [
    [
      group({ size: "shared-cpu-3x" }),
      'groups.web.size is "shared-cpu-3x", which Fly does not sell; give shared-cpu-2x or shared-cpu-4x',
    ],
    [
      group({ size: "performance-20x" }),
      'groups.web.size is "performance-20x", which Fly does not sell; give performance-16x',
    ],
    [group({ size: "a10" }), 'groups.web.size is "a10", which Fly no longer sells; give'],
    [
      group({ memoryMb: 300 }),
      "groups.web.memoryMb is 300; shared with 1 CPU takes 256 to 2048 MB of memory in steps of 256: 300 MB is not a step",
    ],
    [
      group({ memoryMb: 4096 }),
      "groups.web.memoryMb is 4096; shared with 1 CPU takes 256 to 2048 MB of memory in steps of 256: 4096 MB is above the maximum of 2048",
    ],
    [group({ memoryMb: "512" }), 'groups.web.memoryMb is "512"; give a number of MB'],
  ],
  http: [
    [group({ http: {} }), "groups.web.http.port is missing; give a whole number from 1 to 65535"],
    [http({ port: "8080" }), 'groups.web.http.port is "8080"; give a whole number from 1 to 65535'],
    [http({ port: 65_536 }), "groups.web.http.port is 65536; give a whole number from 1 to 65535"],
    [http({ autostop: true }), 'groups.web.http.autostop is true; give "off", "stop" or "suspend"'],
    [
      http({ concurrency: { soft: 20, hard: 10 } }),
      "groups.web.http.concurrency.soft is 20, above hard, 10; give at most that",
    ],
    [
      http({ concurrency: { type: "rps" } }),
      'groups.web.http.concurrency.type is "rps"; give "requests" or "connections"',
    ],
    [
      http({ minRunning: 3 }),
      "groups.web.http.minRunning is 3, but the group has 2 machines in iad, the primary region; give at most 2",
    ],
    [
      http({ minRunning: { lhr: 2 } }),
      "groups.web.http.minRunning.lhr is 2, but the group has 1 machine in lhr; give at most 1",
    ],
    [
      http({ minRunning: { syd: 1 } }),
      "groups.web.http.minRunning.syd is 1, but the group has no machines in syd; give numbers for iad or lhr, such as { iad: 1 }",
    ],
    [http({ minRunning: -1 }), "groups.web.http.minRunning is -1; give a whole number of 0 or more"],
    [
      group({ http: { port: 8080, autostop: "suspend" }, size: "performance-2x" }),
      'groups.web.http.autostop is "suspend", which Fly does up to 2048 MB of memory, and the group has 4096; give "stop"',
    ],
  ],
  checks: [
    [http({ check: { interval: "90s" } }), 'groups.web.http.check.interval is "90s"; give a duration from 2s to 60s'],
    [http({ check: { interval: "1s" } }), 'groups.web.http.check.interval is "1s"; give a duration from 2s to 60s'],
    [
      http({ check: { interval: 15 } }),
      'groups.web.http.check.interval is 15; give a duration such as "15s" or "1m30s", from 2s to 60s',
    ],
    [http({ check: { grace: "0s" } }), 'groups.web.http.check.grace is "0s"; give a duration from 1s to 60s'],
    [http({ check: { grace: "61s" } }), 'groups.web.http.check.grace is "61s"; give a duration from 1s to 60s'],
    [
      http({ check: { timeout: "15s" } }),
      'groups.web.http.check.timeout is "15s", not below interval, "15s"; give less',
    ],
    [http({ check: { path: "healthz" } }), 'groups.web.http.check.path is "healthz"; give a path that begins with /'],
    [
      group({ http: { port: 8080 }, metrics: { port: 9091 }, checks: { admin: { type: "tcp", port: 9000 } } }),
      "groups.web.checks.admin.port is 9000, which nothing in the group serves; give 8080 or 9091, or put the check into raw.checks if the process listens there",
    ],
    [
      group({ checks: { alive: { type: "exec", port: 9000 } } }),
      'groups.web.checks.alive.type is "exec"; give "http" or "tcp"',
    ],
    [group({ checks: { alive: { port: 9000 } } }), 'groups.web.checks.alive.type is missing; give "http" or "tcp"'],
    [
      group({ checks: { alive: { type: "tcp" } } }),
      "groups.web.checks.alive.port is missing; give a whole number from 1 to 65535",
    ],
    [
      group({ checks: { alive: { type: "tcp", port: 9000, path: "/" } } }),
      'groups.web.checks.alive is a tcp check, which has no path or method; give type "http" or leave them out',
    ],
  ],
  shutdown: [
    [
      group({ shutdown: { timeout: "301s" } }),
      'groups.web.shutdown.timeout is "301s"; give a duration from 1s to 300s',
    ],
    [group({ shutdown: { signal: "SIGNAL" } }), 'groups.web.shutdown.signal is "SIGNAL"; give "SIGHUP", "SIGINT"'],
  ],
  volumes: [
    [
      group({ volume: { ...volume, snapshotRetentionDays: 61 } }),
      "groups.web.volume.snapshotRetentionDays is 61; give a whole number from 1 to 60",
    ],
    [
      group({ volume: { ...volume, snapshotRetentionDays: 0 } }),
      "groups.web.volume.snapshotRetentionDays is 0; give a whole number from 1 to 60",
    ],
    [
      group({ volume: { ...volume, sizeGb: 501 } }),
      "groups.web.volume.sizeGb is 501; give a whole number from 1 to 500",
    ],
    [
      group({ volume: { ...volume, path: "data" } }),
      'groups.web.volume.path is "data"; give an absolute path, such as "/data"',
    ],
    [
      group({ volume: { ...volume, existing: { "lhr-1": "vol_1" } } }),
      "groups.web.volume.existing.lhr-1 is a volume on a slot too many: the group has iad-0, iad-1, lhr-0; take it out or raise regions",
    ],
    [
      group({ volume: { ...volume, existing: { "iad-0": "vol_1", "iad-1": "vol_1" } } }),
      "groups.web.volume.existing.iad-1 is the volume of iad-0 too; one volume can be mounted by one machine",
    ],
    [
      app({ groups: { ["c".repeat(25)]: { regions, volume } } }),
      `groups.${"c".repeat(25)} is too long a name with a volume; give at most 24 characters`,
    ],
    [
      app({ groups: { "a-b": { regions, volume }, a_b: { regions, volume } } }),
      "groups.a_b names its volumes as group a-b does; give a name that differs in more than dashes",
    ],
  ],
};

eachSays(cases);

it("tells each of two misspelt arguments", () => {
  expect(app({ enviroment: {}, evn: {} })).toEqual([
    expect.stringContaining("enviroment is not an argument; there are appName"),
    "evn is not an argument; did you mean env?",
  ]);
});

describe("no mistake", () => {
  it.each([
    ["a region newer than the table", group({ regions: { xyz: 1 } })],
    ["a minimum of none", http({ minRunning: 0 })],
    ["a single writer in one region", group({ regions: { lhr: 1 }, replicas: "single-writer" })],
    ["the image that runs", app({ image: "running" })],
    ["soft equal to hard", http({ concurrency: { soft: 10, hard: 10 } })],
    ["retention at either end", group({ volume: { ...volume, snapshotRetentionDays: 60 } })],
    ["a shutdown of five minutes", group({ shutdown: { timeout: "5m" } })],
    ["a check on any port of a group that is not served", group({ checks: { alive: { type: "tcp", port: 9000 } } })],
    [
      "a check on the metrics port",
      group({ http: { port: 80 }, metrics: { port: 81 }, checks: { m: { type: "tcp", port: 81 } } }),
    ],
    ["suspend at 2048 MB", group({ http: { port: 80, autostop: "suspend" }, size: "performance-1x" })],
    ["an image of each group's own", app({ image: undefined, groups: { web: { regions, image: output("shop") } } })],
    ["a group name as long as a volume's permits", app({ groups: { ["c".repeat(24)]: { regions, volume } } })],
  ])("is %s", (_, found) => expect(found).toEqual([]));

  it("and no message shows what a secret holds", () => {
    const hidden = { env: { FLY_TOKEN: secret("hunter2"), KEY: "hunter2" }, secrets: { KEY: "hunter2" } };
    const found = app({ ...hidden, appName: secret("hunter2") });
    expect(found).toHaveLength(3);
    expect(found.join()).not.toContain("hunter2");
  });
});
