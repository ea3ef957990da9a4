import { expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import { groupArgs } from "../../support/group.ts";
import { withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const check = (more?: Properties, config?: Properties) =>
  local.engine.check("ProcessGroup", "web", groupArgs("shop", more, config));
const service = (more: Properties) => ({ services: [{ internalPort: 8080, ...more }] });

test.each<[string, Properties, Properties, RegExp]>([
  [
    "a retired region",
    { slots: [{ name: "a", region: "mad" }] },
    {},
    /^slots\[0\]\.region: Fly has retired region "mad"/,
  ],
  ["no slots", { slots: [] }, {}, /^slots: must have at least one machine/],
  [
    "a guest Fly does not sell",
    {},
    { guest: { cpuKind: "performance", cpus: 8, memoryMb: 8192 } },
    /^config\.guest: performance with 8 CPUs takes 16384/,
  ],
  ["no image", { config: {} }, {}, /^config\.image: is required/],
  ["an empty image", {}, { image: "" }, /^config\.image: must be an image reference/],
  [
    "a name of Fly's own",
    {},
    { env: { FLY_REGION: "iad" } },
    /^config\.env\.FLY_REGION: names that begin with FLY_ are Fly's own/,
  ],
  [
    "a check interval Fly would clamp",
    {},
    service({ checks: [{ type: "tcp", interval: "90s" }] }),
    /^config\.services\[0\]\.checks\[0\]\.interval: must be from 2s to 60s: Fly would clamp/,
  ],
  [
    "a duration that is none",
    {},
    { stopConfig: { timeout: "soon" } },
    /^config\.stopConfig\.timeout: must be a duration/,
  ],
  [
    "a stop longer than Fly's limit",
    {},
    { stopConfig: { timeout: "301s" } },
    /^config\.stopConfig\.timeout: must be from 0s to 300s/,
  ],
  ["a misspelt property", {}, { enviroment: {} }, /^config\.enviroment: there is no such property/],
  [
    "two slots of one name",
    {
      slots: [
        { name: "a", region: "iad" },
        { name: "a", region: "lhr" },
      ],
    },
    {},
    /^slots\[1\]\.name: is the name of another slot/,
  ],
  [
    "one volume for two slots",
    {
      slots: [
        { name: "a", region: "iad", volume: "vol_1" },
        { name: "b", region: "iad", volume: "vol_1" },
      ],
    },
    { mounts: [{ path: "/data" }] },
    /^slots\[1\]\.volume: is another slot's volume/,
  ],
  [
    "a volume with no place",
    { slots: [{ name: "a", region: "iad", volume: "vol_1" }] },
    {},
    /^slots\[0\]\.volume: has no place in the machine/,
  ],
  [
    "a mount with no volume",
    {},
    { mounts: [{ path: "/data" }] },
    /^slots\[0\]\.volume: is required, because config\.mounts/,
  ],
  ["two mounts", {}, { mounts: [{ path: "/a" }, { path: "/b" }] }, /^config\.mounts: a machine has at most one mount/],
  [
    "https forced without http",
    {},
    service({ ports: [{ port: 443, handlers: ["tls"], forceHttps: true }] }),
    /forceHttps: needs the "http" handler/,
  ],
  [
    "a strategy that does not exist",
    { deploy: { strategy: "yolo" } },
    {},
    /^deploy\.strategy: must be one of "rolling", "canary", "bluegreen", "immediate"/,
  ],
  [
    "a share above all",
    { deploy: { maxUnavailable: "150%" } },
    {},
    /^deploy\.maxUnavailable: must be a whole number from 1, or a share/,
  ],
])("%s is refused at check with its path", async (_, more, config, message) => {
  await expect(check(more, config)).rejects.toThrow(message);
});

test("every mistake is named at once", async () => {
  const error = await check({ slots: [] }, { image: "", env: { FLY_X: "" } }).catch((thrown) => thrown);
  expect(error.reasons).toHaveLength(3);
});

test.each<[string, Properties, Properties]>([
  ["a volume's id", { slots: [{ name: "a", region: "iad", volume: unknown }] }, { mounts: [{ path: "/data" }] }],
  ["all slots", { slots: unknown }, {}],
  ["the whole config", { config: unknown }, {}],
  ["a number", { minSecretsVersion: unknown }, {}],
  ["the image", {}, { image: unknown }],
  ["one variable", {}, { env: { A: unknown, B: "known" } }],
  ["the services", {}, { services: unknown }],
])("%s may be unknown in a preview, and defaults are filled in around it", async (_, more, config) => {
  const checked = await check(more, config);
  expect(checked["deploy"]).toEqual({
    strategy: "rolling",
    maxUnavailable: "33%",
    waitTimeout: "5m",
    onFailure: "rollback",
    hostFailure: "fail",
    keepReleases: 10,
  });
  const preview = await local.engine.create("ProcessGroup", "web", groupArgs("shop", more, config), true);
  expect(preview.outputs["app"]).toBe("shop");
});

test("a mistake beside an unknown is still found", async () => {
  await expect(check({ minSecretsVersion: unknown }, { env: { FLY_X: "1", A: unknown } })).rejects.toThrow(/FLY_X/);
});

test("two groups of one name in one app are refused at preview, of two apps they are two", async () => {
  const args = (app: string) => groupArgs(app);
  await local.engine.check("ProcessGroup", "one", args("pair"));
  await local.engine.check("ProcessGroup", "elsewhere", args("other"));
  await expect(local.engine.check("ProcessGroup", "two", args("pair"))).rejects.toThrow(
    'group web of app pair is declared already, by "one": keep one of the two',
  );
});
