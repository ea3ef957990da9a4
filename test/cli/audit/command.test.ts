import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 });

const main = fileURLToPath(new URL("../../../cli/main.ts", import.meta.url));
const corpus = fileURLToPath(new URL("corpus/", import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "airworthy-audit-"));
  writeFileSync(join(folder, "broken.toml"), 'app = "shop"\ntoken = fm2_PLANTED\n');
  writeFileSync(join(folder, "config.toml"), 'profile = "production"\ncolour = "red"\n');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the command with nothing of this environment but what is given. */
function audit(args: string[], more: Record<string, string> = {}) {
  const env = { PATH: process.env["PATH"] ?? "", ...more };
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [main, "audit", ...args], { env, cwd: folder }, (error, out, err) => {
      expect(out + err).not.toContain("PLANTED");
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

test("a fly.toml with nothing mandatory exits 0, one with something 1", async () => {
  expect((await audit(["--toml", join(corpus, "phoenix-site.toml")])).code).toBe(0);
  expect((await audit(["--toml", join(corpus, "redis-store.toml")])).code).toBe(1);
});

test("the report goes to a file in the format that is asked for", async () => {
  const { code, out } = await audit([
    "--toml",
    join(corpus, "redis-store.toml"),
    "--format",
    "sarif",
    "--output",
    "x.sarif",
  ]);
  expect({ code, out }).toEqual({ code: 1, out: "" });
});

test.each([
  ["no such file", ["--toml", "none.toml"], {}, /^airworthy: read none\.toml: there is no such file/],
  ["no TOML", ["--toml", "broken.toml"], {}, /^airworthy: read broken\.toml: line 2 is no TOML/],
  ["no token", ["--app", "shop"], {}, /^airworthy: read app shop: there is no token to ask with/],
  [
    "a Fly that is not there",
    ["--app", "shop"],
    { FLY_API_TOKEN: "fm2_PLANTED", FLY_FLAPS_BASE_URL: "http://127.0.0.1:9" },
    /^airworthy: read app "shop": /,
  ],
  [
    "a wrong airworthy.toml",
    ["--toml", join(corpus, "redis-store.toml"), "--config", "config.toml"],
    {},
    /^airworthy: .*colour/,
  ],
  ["two targets", ["--app", "a", "--toml", "b"], {}, /^airworthy: --app and --toml: name one of them/],
  ["no program", [], {}, /^airworthy: /],
])("%s could not be told: one line, and exit code 2", async (_, args, environment, message) => {
  const { code, out, err } = await audit(args, environment);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(message);
  expect(err.trimEnd()).not.toContain("\n");
});
