import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { expect, test } from "vitest";
import { json } from "../../../cli/report/json.ts";
import { Report, reportSchema } from "../../../cli/report/report.ts";
import { checked, full, hostile } from "./sample.ts";

const file = "../../../report.schema.json";

// After a change of the report's shape, `npm test -- test/cli/report -u` writes the schema anew.
test("report.schema.json is what the type says", async () => {
  await expect(`${JSON.stringify(reportSchema(), null, 2)}\n`).toMatchFileSnapshot(file);
});

const ajv = new Ajv({ allErrors: true });
formats.default(ajv);
const fits = ajv.compile(JSON.parse(readFileSync(new URL(file, import.meta.url), "utf8")));

test.each(Object.entries({ full, checked, hostile }))(
  "report %s fits the schema, and comes back as it was",
  (_, report) => {
    const printed: unknown = JSON.parse(json(report));
    expect(fits(printed), JSON.stringify(fits.errors)).toBe(true);
    expect(Report.parse(printed)).toEqual(report);
  },
);

test.each([
  ["an outcome of another name", { ...full, outcome: "fine" }],
  ["a day for a time", { ...full, at: "2026-11-23" }],
  ["a line before the first", { ...full, findings: [{ ...full.findings[0], location: { file: "a", line: 0 } }] }],
  ["a property's value beside a finding", { ...full, findings: [{ ...full.findings[0], value: "s3cret" }] }],
])("the schema refuses %s", (_, report) => {
  expect(fits(report)).toBe(false);
});
