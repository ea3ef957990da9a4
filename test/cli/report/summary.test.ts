import { expect, test } from "vitest";
import type { Report } from "../../../cli/report/report.ts";
import { byRule, fixOf, rowsOf, saidBy } from "../../../cli/report/summary.ts";
import { catalogue, rules } from "../../../policies/catalogue.ts";
import { finding, full } from "./sample.ts";

const clean: Report = { ...full, outcome: "ready", findings: [], checks: [], judged: [] };
const stateOf = (report: Report, row: string) => rowsOf(report).find((one) => one.row === row)?.state;
const idsOf = (row: string) => catalogue.filter(({ rows }) => rows.includes(row)).map(({ id }) => id);

test("a row is met only when all of its rules judged, and silence of a rule that did not is not taken for good news", () => {
  const [first = "", ...others] = idsOf("B5");
  expect(others.length).toBeGreaterThan(0);
  expect(stateOf(clean, "B5")).toBe("not judged");
  expect(stateOf({ ...clean, judged: [first] }, "B5")).toBe("met so far");
  expect(stateOf({ ...clean, judged: [first, ...others] }, "B5")).toBe("met");
});

test("one broken rule breaks the row, also beside an exempted one", () => {
  const judged = idsOf("B5");
  const broken = finding("two-regions", "is bad");
  const excused = finding("two-machines", "is bad", { state: "exempted" });
  expect(stateOf({ ...clean, judged, findings: [excused] }, "B5")).toBe("exempted");
  expect(stateOf({ ...clean, judged, findings: [excused, broken] }, "B5")).toBe("broken");
  expect(rowsOf({ ...clean, judged, findings: [excused, broken] }).find(({ row }) => row === "B5")?.because).toEqual([
    "FLY-AVL-02",
  ]);
});

test.each(["unjudged", "crashed"] as const)("a rule that is %s for one subject has not judged its rows", (state) => {
  const judged = idsOf("B5");
  expect(stateOf({ ...clean, judged, findings: [finding("two-regions", "?", { state })] }, "B5")).toBe("met so far");
});

test("a check breaks its row by FAIL, meets it by PASS, leaves a doubt by WARN, and says nothing by SKIP or where it could not tell", () => {
  const check = (status: "PASS" | "FAIL" | "WARN" | "SKIP", told = true) =>
    stateOf({ ...clean, checks: idsOf("D3").map((rule) => ({ name: "x", rule, status, told, detail: "" })) }, "D3");
  expect(["PASS", "WARN", "FAIL", "SKIP"].map((status) => check(status as "PASS"))).toEqual([
    "met",
    "worth a look",
    "broken",
    "not judged",
  ]);
  expect(check("FAIL", false)).toBe("not judged");
});

test("findings stand in the order of the catalogue, and those of a rule it does not have at the end", () => {
  const foreign = { ...finding("two-regions", "x"), rule: "FLY-NEW-99", slug: "newer" };
  const found = byRule([
    foreign,
    finding("two-regions", "x"),
    finding("no-fly-tokens", "x"),
    finding("two-regions", "y"),
  ]);
  expect(found.map(({ id, findings }) => `${id} ${findings.length}`)).toEqual([
    `${catalogue[0]?.id} 1`,
    "FLY-AVL-02 2",
    "FLY-NEW-99 1",
  ]);
});

test("of every rule, what is said is the message without its id and without the way that it names", () => {
  for (const { id, slug, fix } of rules) {
    for (const way of Object.values(fix)) {
      const one = { ...finding(slug, "x"), message: `${id} app shop: env is wrong; want it right. Fix: ${way}.` };
      expect([saidBy(one), fixOf(one)]).toEqual(["app shop: env is wrong; want it right.", way]);
    }
  }
});
