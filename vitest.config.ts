import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "test/{fly,provider,resources,components,policies,emulator,cli,tools,docs}/**/*.test.ts",
            "test/*.test.ts",
          ],
        },
      },
      { test: { name: "contract", include: ["test/{contract,faults}/**/*.test.ts"], testTimeout: 30_000 } },
      {
        test: {
          name: "engine",
          include: ["test/engine/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
