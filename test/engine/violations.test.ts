import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { rules } from "../../policies/catalogue.ts";
import { mends } from "../policies/mends.ts";
import { ruleIds, Workspace } from "../support/workspace.ts";

const project = join(import.meta.dirname, "..", "..", "examples", "violations");
const expected = readFileSync(join(project, "expected.txt"), "utf8").trim().split("\n");

let violations: Workspace;

beforeAll(async () => {
  violations = await Workspace.of("examples/violations", [
    "Pulumi.yaml",
    "Pulumi.dev.yaml",
    "index.ts",
    "airworthy.toml",
  ]);
});
afterAll(() => violations?.remove());

const preview = () => violations.pulumi(["preview"], { AIRWORTHY_CONFIG: join(violations.dir, "airworthy.toml") });

test("every rule there is is broken, and the preview refuses", async () => {
  const { code, output } = await preview();
  expect(code).not.toBe(0);
  expect(ruleIds(output)).toEqual(expected);
  expect(output).not.toMatch(/Invented-4711|fm2_invented/);
});

test("the example breaks what the catalogue has", () => {
  expect(rules.map(({ id }) => id).sort()).toEqual(expected);
});

test.each(Object.entries(mends))("mending the line of %s takes away exactly that id", async (id, mend) => {
  const before = violations.read(mend.file);
  violations.edit(mend.file, (text) => text.replace(new RegExp(`^.*(//|#) ${id}.*$`, "m"), () => mend.to));
  const { output } = await preview();
  violations.edit(mend.file, () => before);
  const gone = [id, ...(mend.takesAlong ?? [])];
  expect(ruleIds(output)).toEqual(expected.filter((one) => !gone.includes(one)));
});
