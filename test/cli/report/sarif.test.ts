import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import type { Log, Result } from "sarif";
import { expect, test } from "vitest";
import type { Report } from "../../../cli/report/report.ts";
import { sarif } from "../../../cli/report/sarif.ts";
import { catalogue } from "../../../policies/catalogue.ts";
import { checked, full, hostile } from "./sample.ts";

// The schema of SARIF 2.1.0 as its committee published it. It is of JSON Schema's draft 4, which differs in what names it,
// and one of its patterns is no regular expression in Unicode mode.
const published = createRequire(import.meta.url).resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
const { id: _id, $schema: _draft, ...schema } = JSON.parse(readFileSync(published, "utf8"));
const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
formats.default(ajv);
const fits = ajv.compile(schema);

const resultsOf = (report: Report): Result[] => (JSON.parse(sarif(report)) as Log).runs[0]?.results ?? [];
const short = ({ ruleId, kind, level }: Result) => `${ruleId} ${kind} ${level}`;

test.each(Object.entries({ full, checked, hostile }))("report %s fits the schema of SARIF 2.1.0", (_, report) => {
  expect(fits(JSON.parse(sarif(report))), JSON.stringify(fits.errors?.slice(0, 3))).toBe(true);
});

test("the rules are the catalogue's, each with its page, how to mend it, and its priority", () => {
  const [run] = (JSON.parse(sarif(full)) as Log).runs;
  const rules = run?.tool.driver.rules ?? [];
  expect(rules.map(({ id }) => id)).toEqual(catalogue.map(({ id }) => id));
  for (const [index, { url, fix, priority }] of catalogue.entries()) {
    const rule = rules[index];
    expect(rule?.helpUri).toBe(url);
    for (const way of Object.values(fix)) expect(rule?.help?.text).toContain(way);
    expect(rule?.properties?.["priority"]).toBe(priority);
  }
  for (const { ruleId, ruleIndex } of run?.results ?? []) {
    if (ruleIndex !== undefined) expect(rules[ruleIndex]?.id).toBe(ruleId);
  }
});

test("what stops a preview is an error, what is exempted is suppressed with its reason, what is not known stays open", () => {
  const results = resultsOf(full);
  expect(results.map(short)).toEqual([
    "FLY-IMG-01 fail error",
    "FLY-AVL-02 fail error",
    "FLY-AVL-02 fail error",
    "FLY-HLT-01 fail warning",
    "FLY-OBS-01 fail warning",
    "FLY-SHD-01 open none",
    "FLY-API-01 pass none",
    "FLY-SEC-08 pass none",
    "FLY-STS-01 fail error",
    "FLY-NET-11 review none",
    "Utilisation notApplicable none",
    "Snapshots notApplicable none",
    "Volume Fill notApplicable none",
  ]);
  const suppressed = results.filter(({ suppressions }) => suppressions !== undefined);
  expect(suppressed.map(({ ruleId }) => ruleId)).toEqual(["FLY-OBS-01"]);
  expect(suppressed[0]?.suppressions).toEqual([
    {
      kind: "external",
      status: "accepted",
      justification: "Logs move to the team's Loki with the next release (ana, until 2027-02-01)",
    },
  ]);
});

test("a check that could not tell is open, not failed", () => {
  const untold = {
    ...checked,
    checks: [{ name: "Fly API", status: "FAIL" as const, told: false, detail: "no answer" }],
  };
  expect(resultsOf(untold).map(short)).toEqual(["Fly API open none"]);
});

test("it points at the line where one is known, and otherwise names the resource", () => {
  const [image, regions, , checks] = resultsOf(full);
  expect(regions?.locations?.[0]?.physicalLocation).toMatchObject({
    artifactLocation: { uri: "index.ts" },
    region: { startLine: 12 },
  });
  expect(checks?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toBe("infra/my%20app.ts");
  expect(image?.locations?.[0]).toEqual({
    logicalLocations: [{ name: "shop-web", fullyQualifiedName: full.findings[0]?.urn, kind: "resource" }],
  });
});

test("a finding that moved to another line is the same finding", () => {
  const moved = {
    ...full,
    findings: full.findings.map((one) => ({
      ...one,
      ...(one.location && { location: { ...one.location, line: 99 } }),
    })),
  };
  const prints = (report: Report) => resultsOf(report).map(({ partialFingerprints }) => partialFingerprints);
  expect(prints(moved)).toEqual(prints(full));
  const subjects = new Set(resultsOf(hostile).map(({ partialFingerprints }) => JSON.stringify(partialFingerprints)));
  expect(subjects.size).toBeGreaterThan(3);
});
