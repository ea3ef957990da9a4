import { expect, test } from "vitest";
import type { FlyMachine } from "../../../fly/machine.ts";
import { crashCount, exitText, hasCrashed, lastExit, launchError } from "../../../provider/machine/exit.ts";

type Event = NonNullable<FlyMachine["events"]>[number];

/** A machine with these events, the last one first, as Fly lists them. */
const machine = (events: Event[], state = "stopped"): FlyMachine => ({
  id: "m1",
  state,
  region: "iad",
  instance_id: "v1",
  config: { guest: { memory_mb: 256 } },
  events,
});

const is = (type: string, request?: unknown): Event => ({ type, status: type, request });
const exits = (exit_event: object) => is("exit", { exit_event });
const [launch, update, start] = [is("launch"), is("update"), is("start")];

const text = (exit_event: object) => {
  const ended = machine([exits(exit_event), start, launch]);
  const exit = lastExit(ended);
  return exit && exitText(exit, ended);
};

test.each([
  ["its code", { exit_code: 3, guest_signal: -1 }, "ended with exit code 3"],
  ["0, which Go leaves out", {}, "ended with exit code 0"],
  ["the signal by name", { exit_code: 139, guest_signal: 11 }, "was ended by SIGSEGV (exit code 139)"],
  ["a signal that has no common name", { exit_code: 159, signal: 31 }, "was ended by signal 31 (exit code 159)"],
  [
    "memory before the signal that took it",
    { exit_code: 137, guest_signal: 9, oom_killed: true },
    "was killed for want of memory, of which it has 256 MB (exit code 137)",
  ],
])("an end is told with %s", (_, event, told) => {
  expect(text(event)).toBe(told);
});

test("an end is read where Fly's monitor reports it, too", () => {
  const ended = machine([is("exit", { MonitorEvent: { exit_event: { exit_code: 4 } } }), start, launch]);
  expect(lastExit(ended)?.code).toBe(4);
});

test("the end that an update brought about is none of the machine as it is now", () => {
  const updated = [start, exits({ exit_code: 1 }), update, start, launch];
  expect(lastExit(machine(updated))).toBeUndefined();
  expect(crashCount(machine(updated))).toBe(0);
  expect(lastExit(machine([exits({ exit_code: 9 }), ...updated]))?.code).toBe(9);
});

test("a process is counted as often as it ended unasked", () => {
  const asked = exits({ exit_code: 0, requested_stop: true });
  const crash = exits({ exit_code: 1 });
  expect(crashCount(machine([asked, start, crash, start, crash, start, launch]))).toBe(2);
  // Fly shows the last events only.
  expect(crashCount(machine([crash, start, crash]))).toBe(2);
});

test("a machine that the proxy stopped or whose work is done has not crashed; one whose process failed has", () => {
  const crashed = (event: object, state?: string) => hasCrashed(machine([exits(event), start, launch], state));
  expect(crashed({ exit_code: 1 })).toBe(true);
  expect(crashed({ exit_code: 1 }, "started")).toBe(false);
  expect(crashed({ exit_code: 143, requested_stop: true })).toBe(false);
  expect(crashed({ exit_code: 0 })).toBe(false);
});

test("what Fly says of a launch that failed is found, and nothing where there is none", () => {
  const failed = { type: "launch", status: "failed", request: { error: "failed to pull image" } };
  expect(launchError(machine([failed, launch], "failed"))).toBe("failed to pull image");
  expect(launchError(machine([start, launch]))).toBeUndefined();
  expect(lastExit({ ...machine([]), events: null })).toBeUndefined();
});
