import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { text } from "../../../cli/report/text.ts";
import { checked, finding, full, hostile } from "./sample.ts";

test("the live check is its lines and nothing else, also on a terminal", () => {
  const lines = [
    "[PASS] Fly API: https://api.machines.dev answered 200",
    "[PASS] API Token Set: FLY_API_TOKEN",
    "[WARN] Certificates: shop.example.com ends in 12 days",
    "[SKIP] Utilisation: no metrics",
    "[SKIP] Snapshots: no volumes",
    "[SKIP] Volume Fill: no metrics",
  ];
  expect(text(checked)).toBe(`${lines.join("\n")}\n`);
  expect(stripVTControlCharacters(text(checked, { columns: 20, colour: true }))).toBe(`${lines.join("\n")}\n`);
});

test("the audit goes by priority, then rule, and says what counts, what is exempted until when, and what is not known", () => {
  const said = text(full).split("\n");
  expect(said.slice(0, 8)).toEqual([
    "stack dev of airworthy-shop",
    "Not ready, by profile production: 4 findings (3 must be mended); 1 exempted; 1 could not be judged; of 4 checks 1 failed, 1 worth a look, 2 passed; 3 rules not for this source.",
    "",
    "P1, outage, loss of data or of a credential: 3 findings",
    "  FLY-AVL-02 two-regions: A serving group has machines in at least two regions",
    "    index.ts:12: group web of app shop: slots has 2 machines in one region; want at least 2 regions. Fix: add a region to `groups.<name>.regions`. [mandatory]",
    "    index.ts:31: group api of app shop: slots has 4 machines in one region; want at least 2 regions. Fix: add a region to `groups.<name>.regions`. [mandatory]",
    "    https://fly.io/docs/blueprints/resilient-apps-multiple-machines/",
  ]);
  const titles = said.filter((line) => /^\S/.test(line) && !line.startsWith("["));
  expect(titles.slice(2)).toEqual([
    expect.stringMatching(/^P1, .*: 3 findings$/),
    expect.stringMatching(/^P2, .*: 1 finding$/),
    "Exempted",
    "Could not be judged",
    "Left aside",
  ]);
  expect(said.slice(-3)).toEqual(["  no metrics: Utilisation, Volume Fill", "  no volumes: Snapshots", ""]);
  expect(said).toContain("    app shop until 2027-02-01, by ana: Logs move to the team's Loki with the next release");
});

test("on a terminal no line is wider than it, and without colour none is painted", () => {
  for (const columns of [40, 80, 200]) {
    const lines = text(full, { columns, colour: false }).split("\n");
    // A word is not broken: an address is copied as a whole.
    const long = lines.filter((line) => line.length > columns && line.trim().includes(" ") && !line.startsWith("["));
    expect(long.filter((line) => !/^ +\S+$/.test(line))).toEqual([]);
    expect(lines.join("\n")).toBe(stripVTControlCharacters(lines.join("\n")));
  }
});

test("colour changes nothing but the colour", () => {
  const painted = text(full, { columns: 500, colour: true });
  expect(painted).toContain("\u001b[31m");
  expect(stripVTControlCharacters(painted)).toBe(text(full, { columns: 500, colour: false }));
});

test("a name cannot drive the terminal nor begin a line of its own", () => {
  const forged = finding("two-regions", "x\n[PASS] Fly API: all is well\r\u001b[2Jgone");
  for (const said of [text(hostile), text({ ...full, findings: [forged] })]) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are looked for
    expect(said).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(said).not.toMatch(/^\[PASS\] Fly API: all is well/m);
  }
});
