import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { type Emulator, startEmulator } from "../../../emulator/index.ts";
import { control, happen, send } from "../../support/local-fly.ts";
import { withFolder } from "./drill-run.ts";

/** A local Fly for the tests of a file, which drills are told is Fly, and a folder they run in. */
export function withFly() {
  const context = {} as { fly: Emulator };
  beforeAll(async () => {
    context.fly = await startEmulator({ checksAnswers: true });
  });
  beforeEach(() => {
    context.fly.world.reset();
    context.fly.faults.clear();
  });
  afterEach(() => {
    context.fly.hooks.before = undefined;
    context.fly.hooks.after = undefined;
  });
  afterAll(() => context.fly?.close());
  const folder = withFolder(() => {
    const { url, token } = context.fly;
    return { FLY_API_TOKEN: token, FLY_FLAPS_BASE_URL: url, FLY_API_BASE_URL: url };
  });
  return Object.assign(folder, {
    emulator: () => context.fly,
    send: <T>(method: string, path: string, body?: unknown) => send(context.fly, method, path, body) as Promise<T>,
    happen: <T>(event: object) => happen(context.fly, event) as Promise<T>,
    pass: (advanceMs: number) => control(context.fly, "POST", "clock", { advanceMs }),
    arm: (operation: string, fault: object) =>
      control(context.fly, "POST", "faults", { operation, times: 1, ...fault }),
    faults: async () => ((await control(context.fly, "GET", "faults")) as { faults: unknown[] }).faults,
  });
}
