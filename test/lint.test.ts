import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

test.each([
  ["the linter finds nothing", "biome", ["check", "--error-on-warnings", "."]],
  ["the compiler finds nothing", "tsc", ["--noEmit"]],
  ["nothing is exported or depended on that nobody uses", "knip", []],
])(
  "%s",
  (_, command, args) => {
    const { status, stdout, stderr } = spawnSync(join(root, "node_modules", ".bin", command), args, {
      cwd: root,
      encoding: "utf8",
    });
    expect(status, stdout + stderr).toBe(0);
  },
  120_000,
);
