import { expect, test } from "vitest";
import { folded, unfolded } from "../../../provider/process-group/echo.ts";

const config = (slot: string) => ({
  image: "shop",
  env: { LOG_LEVEL: "info" },
  services: [{ internal_port: 8080, ports: [{ port: 443, handlers: ["tls", "http"] }], autostop: "off" }],
  checks: { alive: { type: "http", port: 9000, path: "/alive", interval: "15s", timeout: "5s", grace_period: "15s" } },
  metadata: { airworthy_slot: slot, airworthy_config: "4d89" },
  mounts: null,
});
const observed = Object.fromEntries(
  Array.from({ length: 200 }, (_, index) => [`iad-${index}`, config(`iad-${index}`)]),
);

test("what was folded comes back as it was", () => {
  expect(unfolded(folded(observed))).toEqual(observed);
  expect(unfolded(folded({}))).toEqual({});
});

test("what machines have in common is kept once, in one value", () => {
  const kept = folded(observed) as { folded: string };
  expect(kept.folded.match(/LOG_LEVEL/g)).toHaveLength(1);
  expect(kept.folded.length).toBeLessThan(JSON.stringify(observed).length / 2);
});

test("a state of before, with each config whole, is still read", () => {
  expect(unfolded(observed)).toEqual(observed);
  expect(unfolded(undefined)).toEqual({});
});
