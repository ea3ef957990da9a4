import { execFile } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Evidence } from "../../../cli/drill/evidence.ts";
import { evidencePath, readEvidence, recordEvidence } from "../../../cli/drill/evidence-file.ts";

let dir: string;
beforeEach(() => {
  dir = realpathSync(mkdtempSync(join(tmpdir(), "airworthy-drill-")));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const name = "airworthy.evidence.jsonl";
const evidence = (day: number, more: Partial<Evidence> = {}): Evidence => ({
  drill: "restore",
  app: "shop",
  at: `2026-11-${String(day).padStart(2, "0")}T10:00:00.000Z`,
  result: "passed",
  durationMs: 1200,
  detail: "it came back",
  by: "ana@laptop",
  ...more,
});

describe("the file of evidence", () => {
  test("is beside the file of AIRWORTHY_CONFIG, else beside the nearest Pulumi.yaml, unless another is named", () => {
    mkdirSync(join(dir, "src"));
    writeFileSync(join(dir, "Pulumi.yaml"), "");
    expect(evidencePath({}, join(dir, "src"))).toBe(join(dir, name));
    expect(evidencePath({ AIRWORTHY_CONFIG: "conf/airworthy.toml" }, dir)).toBe(join(dir, "conf", name));
    expect(evidencePath({ AIRWORTHY_CONFIG: "conf/a.toml", AIRWORTHY_EVIDENCE: "e.jsonl" }, dir)).toBe(
      join(dir, "e.jsonl"),
    );
    expect(evidencePath({ AIRWORTHY_EVIDENCE: "e.jsonl" }, dir, "mine.jsonl")).toBe(join(dir, "mine.jsonl"));
  });

  test("is read newest first, wherever a merge has put the lines", () => {
    for (const day of [3, 9, 5]) recordEvidence(join(dir, name), evidence(day));
    expect(readEvidence({}, dir).map(({ at }) => at.slice(8, 10))).toEqual(["09", "05", "03"]);
  });

  test("that is not there is no evidence", () => {
    expect(readEvidence({}, dir)).toEqual([]);
  });

  test("has whole lines where an editor left the last one without its end", () => {
    appendFileSync(join(dir, name), JSON.stringify(evidence(1)));
    recordEvidence(join(dir, name), evidence(2));
    expect(readEvidence({}, dir)).toHaveLength(2);
  });

  test("gets every line whole from many that write at once", { timeout: 60_000 }, async () => {
    const file = join(dir, name);
    const module = new URL("../../../cli/drill/evidence-file.ts", import.meta.url).href;
    const line = evidence(1, { detail: "x".repeat(2_000) });
    const script = `const { recordEvidence } = await import(${JSON.stringify(module)});
for (let i = 0; i < 100; i++) recordEvidence(${JSON.stringify(file)}, ${JSON.stringify(line)});`;
    const one = () =>
      new Promise((resolve) => execFile(process.execPath, ["--input-type=module", "-e", script], resolve));
    expect(await Promise.all([one(), one(), one(), one()])).toEqual([null, null, null, null]);
    // A line of which another process sees but the beginning is followed by an empty one, which nobody reads.
    const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
    expect(lines).toEqual(Array(400).fill(JSON.stringify(line)));
    expect(readEvidence({}, dir)).toHaveLength(400);
  });

  test.each([
    ["a conflict of a merge", "<<<<<<< HEAD", "the line"],
    ["a drill nobody knows", JSON.stringify({ ...evidence(1), drill: "fire" }), "drill"],
    ["a date that is none", JSON.stringify({ ...evidence(1), at: "yesterday" }), "at"],
    ["a result that is none", JSON.stringify({ ...evidence(1), result: "mostly" }), "result"],
  ])("with %s says which line it is, and not what is in it", (_, line, where) => {
    writeFileSync(join(dir, name), `${JSON.stringify(evidence(1))}\n${line}\n`);
    expect(() => readEvidence({}, dir)).toThrow(
      `read the evidence of drills: ${join(dir, name)}:2: ${where} is not as a drill writes it. Mend or remove it`,
    );
  });
});
