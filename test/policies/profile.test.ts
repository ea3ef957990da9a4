import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { chosenProfile } from "../../policies/index.ts";

const folder = mkdtempSync(join(tmpdir(), "airworthy-"));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (text: string) => {
  const path = join(folder, "airworthy.toml");
  writeFileSync(path, text);
  return path;
};

test("without a file, production is in force", () => {
  expect(chosenProfile({})).toEqual({ name: "production" });
});

test("the file names the profile", () => {
  const path = file('profile = "strict"');
  expect(chosenProfile({ AIRWORTHY_CONFIG: path })).toEqual({ name: "strict", file: path });
});

test("a file that names none leaves production in force, and is said", () => {
  const path = file("[budget]");
  expect(chosenProfile({ AIRWORTHY_CONFIG: path })).toEqual({ name: "production", file: path });
});

test.each([['profile = "lenient"'], ["profile = 3"], ['profile = "toString"']])("%s is refused", (text) => {
  expect(() => chosenProfile({ AIRWORTHY_CONFIG: file(text) })).toThrow("production, strict, staging");
});

test("a file that is not there, or is no TOML, is named", () => {
  expect(() => chosenProfile({ AIRWORTHY_CONFIG: join(folder, "none.toml") })).toThrow(/none\.toml.*ENOENT/);
  expect(() => chosenProfile({ AIRWORTHY_CONFIG: file("profile = ") })).toThrow("named by AIRWORTHY_CONFIG");
});
