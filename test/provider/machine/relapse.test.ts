import { expect, test } from "vitest";
import type { FlyMachine } from "../../../fly/machine.ts";
import type { Awaited } from "../../../provider/machine/gate.ts";
import { Relapses } from "../../../provider/machine/relapse.ts";

const machine = (more: Partial<FlyMachine> = {}, labels: Record<string, string> = {}): FlyMachine => ({
  id: "m1",
  state: "started",
  region: "iad",
  instance_id: "v1",
  config: { metadata: { airworthy_group: "web", airworthy_release: "2", ...labels } },
  ...more,
});
const passing = { checks: [{ name: "alive", status: "passing" }] };
const failing = { checks: [{ name: "alive", status: "critical" }] };

/** What is known of a machine that was healthy, after it was seen so. */
function after(...looks: FlyMachine[]) {
  const relapses = new Relapses(({ checks }) => (checks ?? []).every(({ status }) => status === "passing"));
  relapses.keep({} as Awaited, machine(passing));
  for (const look of looks) relapses.see(new Map([[look.id, look]]));
  return relapses.besides(machine({ id: "m2" })).map((one) => [one.relapses, one.isFit]);
}

test("each time that a machine fails again after it was healthy counts once, however often it is seen so", () => {
  expect(after(machine(passing))).toEqual([]);
  expect(after(machine(failing), machine(failing))).toEqual([[1, false]]);
  expect(after(machine(failing), machine(passing), machine(failing), machine(passing))).toEqual([[2, true]]);
});

test("a machine that the proxy stopped is fit, one whose process failed is not", () => {
  const exit = (exit_code: number, requested_stop: boolean) => [
    { type: "exit", request: { exit_event: { exit_code, requested_stop } } },
    { type: "start" },
  ];
  expect(after(machine({ state: "stopped", events: exit(143, true) }))).toEqual([]);
  expect(after(machine({ state: "stopped", events: exit(1, false) }))).toEqual([[1, false]]);
});

test("a machine that was changed or has gone since is looked at no more", () => {
  expect(after(machine({ instance_id: "v2" }), machine(failing))).toEqual([]);
  expect(after(machine({ id: "other" }), machine(failing))).toEqual([]);
});

test("what a machine of another group or release does is no matter of this rollout's", () => {
  const relapses = new Relapses(() => false);
  relapses.keep({} as Awaited, machine());
  relapses.see(new Map([["m1", machine()]]));
  expect(relapses.besides(machine({ id: "m2" }))).toHaveLength(1);
  expect(relapses.besides(machine({ id: "m2" }, { airworthy_group: "worker" }))).toEqual([]);
  expect(relapses.besides(machine({ id: "m2" }, { airworthy_release: "1" }))).toEqual([]);
  expect(relapses.besides(machine({ id: "m2", config: {} }))).toEqual([]);
});
