import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { startEmulator } from "../../emulator/index.ts";
import { budget } from "./property/budget.ts";
import { everything, expectConsistent } from "./property/invariant.ts";
import { expectAsRemembered, Memory } from "./property/memory.ts";
import { type Step, steps } from "./property/step.ts";

/** Nothing can be done to what is not there. */
const beginning: [string, number, number][] = [
  ["create an app", 0, 0],
  ["create an app", 1, 0],
  ["create a volume", 0, 0],
  ["create a machine that mounts", 0, 1],
  ["create a machine", 1, 1],
  ["wait for a machine", 0, 0],
];

/** Every step is another thing somebody does, to what earlier steps left. */
const stories = fc.array(fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.nat({ max: 11 }), fc.nat({ max: 11 })), {
  minLength: 20,
  maxLength: 80,
  size: "max",
});

test("whatever the order of changes, the world is what the answers said, before and after a restart", async () => {
  const answered: Record<string, number> = {};
  const property = fc.asyncProperty(stories, async (story) => {
    const dir = mkdtempSync(join(tmpdir(), "airworthy-"));
    const stateFile = join(dir, "state.db");
    let fly = await startEmulator({ stateFile, checksAnswers: true });
    try {
      const memory = new Memory(fly);
      for (const [name, first, second] of [...beginning, ...story]) {
        const status = await (steps[name] as Step)(memory, first, second);
        answered[name] = (answered[name] ?? 0) + (status < 300 ? 1 : 0);
        const isAway = status === 503 && name === "use a cluster";
        expect(status < 500 || isAway, `${name} ${first} ${second} was answered ${status}`).toBe(true);
        expectConsistent(fly.world);
      }
      await expectAsRemembered(memory);
      const before = everything(fly.world);
      await fly.close();
      fly = await startEmulator({ stateFile, checksAnswers: true });
      expect(everything(fly.world)).toEqual(before);
    } finally {
      await fly.close();
      rmSync(dir, { recursive: true });
    }
  });
  await fc.assert(property, budget(25));
  // A step that was always refused would have proven nothing.
  expect(Object.keys(steps).filter((name) => !answered[name])).toEqual([]);
}, 30_000);
