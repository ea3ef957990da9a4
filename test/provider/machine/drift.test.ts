import { expect, test } from "vitest";
import { configDrift } from "../../../provider/machine/drift.ts";
import { pathText } from "../../../provider/value.ts";

const observed = {
  image: "registry.fly.io/shop@sha256:aa",
  env: { A: "1" },
  services: [{ internal_port: 8080, autostop: true, checks: [{ type: "http", interval: "1m30s" }] }],
  mounts: [{ path: "/data", volume: "vol_1", size_gb: 3 }],
  metadata: { airworthy_slot: "iad-0", team: "shop" },
  dns: {},
};
const drift = (change: object) => configDrift(observed, { ...observed, ...change }).map(pathText);

test.each<[string, object]>([
  [
    "another spelling of a duration",
    { services: [{ ...observed.services[0], checks: [{ type: "http", interval: "90s" }] }] },
  ],
  [
    "a duration in nanoseconds",
    { services: [{ ...observed.services[0], checks: [{ type: "http", interval: 90e9 }] }] },
  ],
  ["autostop spelt out", { services: [{ ...observed.services[0], autostop: "stop" }] }],
  ["null for nothing", { files: null, dns: null, init: { exec: null } }],
  ["a new default of Fly's", { rootfs: { persist: "never" } }],
  ["a new default inside a service", { services: [{ ...observed.services[0], force_instance_key: "x" }] }],
  ["the volume's new id after a move", { mounts: [{ path: "/data", volume: "vol_2", size_gb: 9, name: "data" }] }],
  [
    "bookkeeping of flyctl and of rollouts",
    { metadata: { ...observed.metadata, fly_release_version: "7", fly_canary: "1", airworthy_config: "x" } },
  ],
  ["flyctl's own environment", { env: { ...observed.env, FLY_PROCESS_GROUP: "web" } }],
])("%s is no drift", (_, change) => {
  expect(drift(change)).toEqual([]);
});

test.each<[string, object, string[]]>([
  ["a changed variable", { env: { A: "2" } }, ["env.A"]],
  ["an added variable", { env: { A: "1", B: "2" } }, ["env.B"]],
  ["a removed variable", { env: {} }, ["env"]],
  ["another image", { image: "other" }, ["image"]],
  ["an added service", { services: [...observed.services, { internal_port: 9 }] }, ["services[1]"]],
  [
    "a changed check",
    { services: [{ ...observed.services[0], checks: [{ type: "http", interval: "5s" }] }] },
    ["services[0].checks[0].interval"],
  ],
  ["an added named check", { checks: { alive: { type: "tcp", port: 1 } } }, ["checks"]],
  ["another mount path", { mounts: [{ ...observed.mounts[0], path: "/other" }] }, ["mounts[0].path"]],
  ["a label of the team's", { metadata: { ...observed.metadata, team: "other" } }, ["metadata.team"]],
  ["a schedule", { schedule: "daily" }, ["schedule"]],
])("%s is drift", (_, change, paths) => {
  expect(drift(change)).toEqual(paths);
});

test("another image is no drift where the program keeps what runs, and nothing else is excused", () => {
  const live = { ...observed, image: "other", env: { A: "2" } };
  expect(configDrift(observed, live, true).map(pathText)).toEqual(["env.A"]);
});
