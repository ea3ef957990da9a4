import { expect, test } from "vitest";
import { configTag, fromWire, toWire, wireConfig } from "../../../provider/machine/wire.ts";
import { type GroupInputs, groupInputs } from "../../../provider/process-group/schema.ts";
import { groupArgs } from "../../support/group.ts";

const inputs = (more?: never, config?: never) => groupInputs.parse(groupArgs("shop", more, config)) as GroupInputs;
const slot = { name: "iad-0", region: "iad" };

test("names are respelt, but never those that users choose", () => {
  const config = {
    stopConfig: { timeout: "5s" },
    env: { camelCase: "x", SNAKE_CASE: "y" },
    metadata: { someKey: "z" },
    checks: { myCheck: { gracePeriod: "5s" } },
    services: [{ internalPort: 1, checks: [{ gracePeriod: "1s" }] }],
  };
  const wire = {
    stop_config: { timeout: "5s" },
    env: { camelCase: "x", SNAKE_CASE: "y" },
    metadata: { someKey: "z" },
    checks: { myCheck: { grace_period: "5s" } },
    services: [{ internal_port: 1, checks: [{ grace_period: "1s" }] }],
  };
  expect(toWire(config)).toEqual(wire);
  expect(fromWire(wire)).toEqual(config);
});

test("a slot that keeps running has autostop off in every service, others as declared", () => {
  const declared = groupInputs.parse(groupArgs("shop", {}, { services: [{ internalPort: 80, autostop: "suspend" }] }));
  expect(wireConfig(declared, slot, {})["services"]).toMatchObject([{ autostop: "suspend" }]);
  expect(wireConfig(declared, { ...slot, keepRunning: true }, {})["services"]).toMatchObject([{ autostop: "off" }]);
});

test("raw is merged last, key by key, and never respelt", () => {
  const declared = {
    ...inputs(),
    raw: { guest: { memory_mb: 1024, someNewThing: 1 }, dns: { skip_registration: true } },
  };
  expect(wireConfig(declared, slot, {})).toMatchObject({
    guest: { cpus: 1, memory_mb: 1024, someNewThing: 1 },
    dns: { skip_registration: true },
  });
});

test("a slot's volume is its mount", () => {
  const declared = groupInputs.parse(
    groupArgs("shop", { slots: [{ ...slot, volume: "vol_1" }] }, { mounts: [{ path: "/data" }] }),
  );
  expect(wireConfig(declared, { ...slot, volume: "vol_1" }, {})["mounts"]).toEqual([
    { path: "/data", volume: "vol_1" },
  ]);
});

test("the tag of a config changes with what runs, and not with labels, order, or a volume that Fly moved", () => {
  const tag = configTag(inputs(), slot);
  const reordered = {
    ...inputs(),
    config: Object.fromEntries(Object.entries(inputs().config).reverse()) as GroupInputs["config"],
  };
  expect(configTag(reordered, slot)).toBe(tag);
  expect(configTag({ ...inputs(), config: { ...inputs().config, image: "other" } }, slot)).not.toBe(tag);
  expect(configTag({ ...inputs(), minSecretsVersion: 2 }, slot)).not.toBe(tag);
  const sleepy = groupInputs.parse(groupArgs("shop", {}, { services: [{ internalPort: 80, autostop: "stop" }] }));
  expect(configTag(sleepy, { ...slot, keepRunning: true })).not.toBe(configTag(sleepy, slot));
  expect(configTag(inputs(), { ...slot, volume: "vol_1" })).toBe(configTag(inputs(), { ...slot, volume: "vol_2" }));
});

test("the tag of a config says running where what runs is kept, whatever that is, and no default", () => {
  const kept = groupInputs.parse(groupArgs("shop", {}, { image: "running" }));
  expect(wireConfig(kept, slot, { image: "registry.fly.io/shop:7" })["image"]).toBe("registry.fly.io/shop:7");
  expect(configTag(kept, slot)).not.toBe(configTag(inputs(), slot));
  const aloud = groupInputs.parse(groupArgs("shop", {}, { restart: { policy: "on-failure" } }));
  expect(configTag(aloud, slot)).toBe(configTag(inputs(), slot));
});

test("what the provider adds is no part of the tag, and a program's own variables stay beside it", () => {
  const wire = wireConfig(inputs(), slot, { env: { FLY_PROCESS_GROUP: "web" }, labels: { airworthy_slot: "iad-0" } });
  expect(wire).toMatchObject({
    env: { LOG_LEVEL: "info", FLY_PROCESS_GROUP: "web" },
    metadata: { airworthy_slot: "iad-0" },
  });
});
