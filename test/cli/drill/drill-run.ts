import { type ChildProcess, execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect } from "vitest";
import type { Evidence } from "../../../cli/drill/evidence.ts";

const main = fileURLToPath(new URL("../../../cli/main.ts", import.meta.url));

/** What a drill ended with. */
export interface Run {
  code: number;
  out: string;
  err: string;
}

/** A folder of its own for the tests of a file, and the command run in it with nothing of this environment. */
export function withFolder(environment: () => Record<string, string> = () => ({})) {
  const context = { dir: "" };
  beforeEach(() => {
    context.dir = realpathSync(mkdtempSync(join(tmpdir(), "airworthy-drill-")));
  });
  afterEach(() => rmSync(context.dir, { recursive: true, force: true }));
  const run = (args: readonly string[], begun?: (child: ChildProcess) => void, more: Record<string, string> = {}) =>
    new Promise<Run>((resolve) => {
      const env = { PATH: process.env["PATH"] ?? "", HOME: context.dir, ...environment(), ...more };
      const options = { env, cwd: context.dir };
      const child = execFile(process.execPath, [main, "drill", ...args], options, (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, err });
      });
      begun?.(child);
    });
  return Object.assign(context, {
    drill: (...args: string[]) => run(args),
    run,
    /** What was recorded, as it stands in the file. */
    recorded: (): Evidence[] => {
      const file = join(context.dir, "airworthy.evidence.jsonl");
      if (!existsSync(file)) return [];
      return readFileSync(file, "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
    },
  });
}

/** The text in all the spellings in which it might slip out. */
export const spellings = (text: string) => [
  text,
  Buffer.from(text).toString("base64").replace(/=+$/, ""),
  encodeURIComponent(text),
  JSON.stringify(text).slice(1, -1),
];

/** Asserts one clear line, its exit code, and that nothing was recorded. */
export function refuses({ code, out, err }: Run, said: RegExp, recorded: readonly unknown[]): void {
  expect({ code, out, err: err.trimEnd() }).toEqual({ code: 2, out: "", err: expect.stringMatching(said) });
  expect(err.trimEnd().split("\n")).toHaveLength(1);
  expect(recorded).toEqual([]);
}
