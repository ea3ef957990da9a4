import { expect, test } from "vitest";
import { markdown, marker } from "../../../cli/report/markdown.ts";
import type { Report } from "../../../cli/report/report.ts";
import { checked, finding, full, hostile } from "./sample.ts";

/** Rows of tables, cut where a `|` is not escaped. */
const tables = (said: string) =>
  said
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1));

test("a verdict, a table of what is broken, the worst first, and the rest folded away", () => {
  const said = markdown(full);
  expect(said.split("\n").slice(0, 4)).toEqual([
    marker,
    "## ❌ Not ready: stack dev of airworthy-shop",
    "",
    "4 findings (3 must be mended); 1 exempted; 1 could not be judged; of 4 checks 1 failed, 1 worth a look, 2 passed; 3 rules not for this source. Profile production.",
  ]);
  const open = said.slice(0, said.indexOf("<details>"));
  expect(tables(open).map(([priority, rule]) => `${priority?.trim()} ${rule?.trim().slice(0, 12)}`)).toEqual([
    "Priority Rule",
    "--- ---",
    "**P1** [FLY-AVL-02]",
    "**P1** [FLY-AVL-02]",
    "**P1** [FLY-IMG-01]",
    "P2 [FLY-HLT-01]",
    "Result Check",
    "--- ---",
    "failed Platform Sta",
  ]);
  expect(said.match(/<summary>.*<\/summary>/g)).toEqual([
    "<summary>1 exempted</summary>",
    "<summary>1 subject could not be judged</summary>",
    "<summary>3 other checks</summary>",
    "<summary>Rules left aside</summary>",
    expect.stringMatching(/^<summary>Checklist: .*5 broken.*<\/summary>$/),
  ]);
});

test("what is fine is one line and the fold", () => {
  const said = markdown({ ...checked, checks: [] });
  expect(said.slice(0, said.indexOf("<details>"))).toBe(
    `${marker}\n## ✅ Ready: app shop at Fly.io\n\nNothing was judged. Profile production.\n\n`,
  );
});

test("a name makes no markup, tells nobody, links nothing and breaks no table", () => {
  const said = markdown(hostile);
  const withoutCode = said.replace(/(?<!\\)`[^`\n]*`/g, "");
  expect(withoutCode).not.toMatch(/<(?!\/?(details|summary)>|!-- airworthy -->)/);
  expect(said).not.toMatch(/@octocat|#12\b|https:\/\/evil|(?<!\\)\]\(javascript/);
  expect(said).toContain("@&#8203;octocat");
  const widths = new Map<string, number>();
  let head = "";
  for (const cells of tables(said)) {
    if (cells.every((cell) => !/[`\\&]/.test(cell)) && cells.some((cell) => /^ (Rule|Check|Row|Rules) $/.test(cell))) {
      head = cells.join();
      widths.set(head, cells.length);
    }
    expect(cells.length).toBe(widths.get(head));
  }
  // What is left of it reads as it was written.
  expect(said).toContain("&lt;script&gt;alert\\(1\\)&lt;/script&gt;");
});

test.each([
  ["many findings", { findings: Array.from({ length: 2000 }, () => finding("two-regions", "is bad ".repeat(20))) }],
  ["long names", { about: "a<".repeat(50_000), findings: [finding("two-regions", "|".repeat(90_000))] }],
  [
    "many of everything",
    {
      findings: full.findings.flatMap((one) => Array.from({ length: 500 }, () => one)),
      checks: full.checks.flatMap((one) => Array.from({ length: 500 }, () => one)),
    },
  ],
] satisfies [string, Partial<Report>][])("with %s it stays shorter than GitHub's 65,536 characters", (_, more) => {
  expect([...markdown({ ...full, ...more })].length).toBeLessThan(65_536);
});

test("what was cut is counted, the worst is kept, and the checklist is whole", () => {
  const many = Array.from({ length: 2000 }, () => finding("service-check", "is bad ".repeat(20)));
  const said = markdown({ ...full, findings: [...many, finding("two-regions", "is worse")] });
  const shown = tables(said).filter(([, rule]) => rule?.includes("FLY-HLT-01")).length;
  expect(said).toContain("is worse");
  expect(said).toContain(`_${2000 - shown} more findings left out`);
  expect(shown).toBeGreaterThan(50);
  expect(tables(said).filter(([row]) => /^ [A-F]\d $/.test(row ?? ""))).toHaveLength(25);
});
