import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, expect, test } from "vitest";
import { exempt } from "../../cli/exempt/exempt.ts";
import { Trouble } from "../../cli/trouble.ts";

// What it is told is judged before a preview runs; the rest is in test/engine/exemption.test.ts.
const folder = mkdtempSync(join(tmpdir(), "airworthy-"));
afterAll(() => rmSync(folder, { recursive: true }));

const config = join(folder, "airworthy.toml");
const now = new Date("2026-11-23T12:00:00Z");
const sound = { all: true, rule: [], reason: "Found when Airworthy came", owner: "ana", until: "2027-02-01", config };
const tried = (changes: object) => exempt({ cwd: folder, stack: undefined }, { ...sound, ...changes }, now);

beforeEach(() => writeFileSync(config, "# ours\n"));

test.each([
  ["nothing to exempt", { all: false }, "say what, with --all or --rule"],
  ["an unknown rule", { rule: ["FLY-OBS-99"] }, "--rule FLY-OBS-99: there is no such rule"],
  ["a rule's name", { rule: ["two-regions"] }, "--rule two-regions: there is no such rule"],
  [
    "a reason of three words",
    { reason: "because someone insisted" },
    '--reason is "because someone insisted"; give why',
  ],
  ["a reason of blanks", { reason: " ".repeat(30) }, "--reason is"],
  ["nobody", { owner: " " }, '--owner is " "; give who sees to it'],
  ["yesterday", { until: "2026-11-22" }, "--until is 2026-11-22, which has passed; give its last day, 2027-05-22"],
  ["two years", { until: "2028-11-23" }, '--until is "2028-11-23"; give its last day, 2027-05-22 at the latest'],
  ["no day", { until: "soon" }, '--until is "soon"; give its last day'],
  ["a day that is none", { until: "2027-02-29" }, '--until is "2027-02-29"; give its last day'],
])("%s is refused in one line, and nothing is written", async (_, changes, says) => {
  const error: Error = await tried(changes).then(
    () => new Error("it was taken"),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(Trouble);
  expect(error.message).toContain(says);
  expect(error.message).not.toContain("\n");
  expect(readFileSync(config, "utf8")).toBe("# ours\n");
});

test("a mistake in the file is told with its place before a preview is run", async () => {
  writeFileSync(config, "[rules.two-region]\n");
  await expect(tried({})).rejects.toThrow(
    `exempt: nothing was written: ${config}:1:1: rules.two-region is no key here`,
  );
});

test("without a file there is nothing to write to", async () => {
  await expect(tried({ config: "" })).rejects.toThrow(
    "name the file to write to, with --config airworthy.toml or by AIRWORTHY_CONFIG",
  );
});
