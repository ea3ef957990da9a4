import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Makes things in a real account, so it is there only for who asks for it: docs/go-live.md.
const live =
  process.env["FLY_LIVE"] === "1"
    ? [{ test: { name: "live", include: ["test/live/**/*.test.ts"], testTimeout: 900_000, hookTimeout: 600_000 } }]
    : [];

export default defineConfig({
  test: {
    // Half of a test's time is another process's, so two run at once also where there are two cores.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "test/{fly,provider,resources,components,policies,emulator,cli,tools,docs}/**/*.test.ts",
            "test/*.test.ts",
          ],
          // A slow minute of the machine is no failure; what takes long says so itself.
          testTimeout: 20_000,
        },
      },
      { test: { name: "contract", include: ["test/{contract,faults}/**/*.test.ts"], testTimeout: 30_000 } },
      {
        test: {
          name: "engine",
          include: ["test/{engine,crash}/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // Each runs several processes of its own: not beside those that are measured in seconds.
          sequence: { groupOrder: 1 },
        },
      },
      ...live,
    ],
  },
});
