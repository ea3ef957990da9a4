import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { findPackageJSON } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { FindingRecord, RunRecord } from "../../policies/record.ts";
import { attempt, type Ended, type Place, wayOut } from "../release/pulumi.ts";
import { Trouble } from "../trouble.ts";

/** What the pack says of a program. */
export interface ProgramFindings extends RunRecord {
  records: FindingRecord[];
}

interface Options {
  /** Whether exemptions are left out of account. */
  audit: boolean;
  /** The airworthy.toml in force; without, none is. */
  config?: string | undefined;
}

/**
 * Runs `pulumi preview` of the project with this package's own pack, and reads what the pack wrote down: Pulumi's own events
 * carry neither path nor exemption. A preview that findings end is none that failed.
 */
export async function findingsOfProgram(place: Place, { audit, config = "" }: Options): Promise<ProgramFindings> {
  const folder = mkdtempSync(join(tmpdir(), "airworthy-"));
  const file = join(folder, "findings.jsonl");
  try {
    const env = { AIRWORTHY_FINDINGS: file, AIRWORTHY_CONFIG: config, AIRWORTHY_AUDIT: audit ? "1" : "" };
    const ended = await attempt(place, ["preview", "--color", "never", "--policy-pack", ownPack()], env);
    const lines = linesOf(file);
    const run = lines.find((line): line is RunRecord => "project" in line);
    if (run === undefined) throw new Trouble(`judge the program: ${saidOf(ended)}`);
    return { ...run, records: once(lines.filter((line): line is FindingRecord => "rule" in line)) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The pack that belongs to this command, compiled or not. */
const ownPack = () => join(dirname(findPackageJSON(import.meta.url) as string), "policies", "fly-production");

function linesOf(file: string): (FindingRecord | RunRecord)[] {
  try {
    return readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** The engine may show a resource more than once. */
const once = (records: FindingRecord[]): FindingRecord[] => [
  ...new Map(records.map((record) => [JSON.stringify([record.urn, record.message]), record])).values(),
];

/** Why a preview did not get to the end, in Pulumi's own words: its errors alone, since the rest may hold values. */
function saidOf({ code, out, err }: Ended): string {
  const all = `${err}\n${out}`.matchAll(/^ *error: (.+(?::\n.+)?)$/gm);
  const said = [...new Set([...all].map(([, text = ""]) => text.replace(/\s+/g, " ")))].filter(
    (text) => text !== "preview failed",
  );
  if (said.length === 0) return `the preview ended with ${code} before all was judged; \`pulumi preview\` shows why`;
  return `pulumi says ${said.join("; ")}${wayOut(said.join("; "))}`;
}
