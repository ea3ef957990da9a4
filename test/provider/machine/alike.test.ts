import { expect, test } from "vitest";
import { differences } from "../../../provider/diff.ts";
import { unlike } from "../../../provider/machine/alike.ts";
import { type Properties, pathText, unknown } from "../../../provider/value.ts";

const base: Properties = {
  image: "redis:7",
  guest: { memoryMb: 512 },
  services: [{ internalPort: 80, checks: [{ type: "http", interval: "90s" }] }],
};

function changes(before: Properties, after: Properties): string[] {
  const known = { inputs: before, outputs: {} };
  return unlike(differences(before, after), known, after).map(({ path }) => pathText(path));
}

const service = (more: Properties, check: Properties = {}) => ({
  services: [{ internalPort: 80, checks: [{ type: "http", interval: "90s", ...check }], ...more }],
});

test.each<[string, Properties]>([
  ["the kind and number of CPUs", { guest: { cpuKind: "shared", cpus: 1, memoryMb: 512 } }],
  ["the restart policy", { restart: { policy: "on-failure" } }],
  ["the restart policy with its tries", { restart: { policy: "on-failure", maxRetries: 10 } }],
  ["how it is stopped", { stopConfig: { signal: "SIGINT", timeout: "5s" } }],
  ["a service's protocol and autostop", service({ protocol: "tcp", autostop: "off", minMachinesRunning: 0 })],
  ["the port that a service's check asks", service({}, { port: 80, method: "GET", path: "/", protocol: "http" })],
  ["another spelling of a duration", service({}, { interval: "1m30s" })],
  ["the image in full", { image: "registry-1.docker.io/library/redis:7" }],
  ["nothing at all", { env: {}, files: [], init: { tty: false }, autoDestroy: false }],
])("said aloud, %s is no change", (_, more) => {
  expect(changes({ config: base }, { config: { ...base, ...more } })).toEqual([]);
  expect(changes({ config: { ...base, ...more } }, { config: base })).toEqual([]);
});

test.each<[string, Properties, string[]]>([
  ["more memory beside the default CPUs", { guest: { cpus: 1, memoryMb: 1024 } }, ["config.guest.memoryMb"]],
  ["the memory that two CPUs come with", { guest: { cpus: 2, memoryMb: 512 } }, ["config.guest.cpus"]],
  ["fewer tries", { restart: { policy: "on-failure", maxRetries: 3 } }, ["config.restart"]],
  ["another port for a service's check", service({}, { port: 81 }), ["config.services[0].checks[0].port"]],
  ["a variable of a default's name", { env: { protocol: "tcp" } }, ["config.env"]],
  ["autostart, whose default Fly does not document", service({ autostart: true }), ["config.services[0].autostart"]],
  ["an image that is not known yet", { image: unknown }, ["config.image"]],
  ["a guest that is not known yet", { guest: unknown }, ["config.guest"]],
])("%s is a change", (_, more, paths) => {
  expect(changes({ config: base }, { config: { ...base, ...more } })).toEqual(paths);
});

test("a named check's own name may be that of a default, and a slot that does not keep running is as every slot", () => {
  const checks = { path: { type: "tcp", port: 80 } };
  expect(changes({ config: base }, { config: { ...base, checks } })).toEqual(["config.checks"]);
  const slot = { name: "iad-0", region: "iad" };
  expect(changes({ slots: [slot] }, { slots: [{ ...slot, keepRunning: false }] })).toEqual([]);
  expect(changes({ slots: [slot] }, { slots: [{ ...slot, keepRunning: true }] })).toEqual(["slots[0].keepRunning"]);
});

test("to keep what runs is no change, to name an image again is one", () => {
  expect(changes({ config: base }, { config: { ...base, image: "running" } })).toEqual([]);
  expect(changes({ config: { ...base, image: "running" } }, { config: base })).toEqual(["config.image"]);
});
