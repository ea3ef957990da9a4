import { appendFileSync, closeSync, existsSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Trouble } from "../trouble.ts";
import { Evidence } from "./evidence.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const fileName = "airworthy.evidence.jsonl";

/**
 * Where a project's evidence is kept: the file that was given, else `AIRWORTHY_EVIDENCE`, else beside the file of
 * `AIRWORTHY_CONFIG`, else beside the nearest Pulumi.yaml upwards, else in the folder itself.
 */
export function evidencePath(environment: Environment, cwd: string, given?: string): string {
  const named = given || environment["AIRWORTHY_EVIDENCE"];
  if (named) return resolve(cwd, named);
  const config = environment["AIRWORTHY_CONFIG"];
  return join(config ? dirname(resolve(cwd, config)) : (projectDir(cwd) ?? resolve(cwd)), fileName);
}

/** Folder of the nearest Pulumi.yaml upwards. */
export function projectDir(from: string): string | undefined {
  const dir = resolve(from);
  if (existsSync(join(dir, "Pulumi.yaml"))) return dir;
  return dirname(dir) === dir ? undefined : projectDir(dirname(dir));
}

/** What drills recorded, newest first. */
export function readEvidence(environment: Environment, cwd: string, given?: string): Evidence[] {
  const path = evidencePath(environment, cwd, given);
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  const all = lines.flatMap((line, index) => (line.trim() === "" ? [] : [evidenceOf(line, `${path}:${index + 1}`)]));
  return all.sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
}

function evidenceOf(line: string, place: string): Evidence {
  const parsed = Evidence.safeParse(jsonOf(line));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") || "the line";
  // Never the line itself: nobody knows what somebody wrote there.
  throw new Trouble(`read the evidence of drills: ${place}: ${where} is not as a drill writes it. Mend or remove it`);
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Adds a line, by one write at the file's end: two drills at once leave two whole lines. */
export function recordEvidence(path: string, evidence: Evidence): void {
  const line = `${JSON.stringify(Evidence.parse(evidence))}\n`;
  try {
    // A line that an editor left without its end would swallow this one. A blank line too many is read over.
    appendFileSync(path, endsInside(path) ? `\n${line}` : line);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Trouble(`record what the drill found: ${path} cannot be written (${code}). Name another with --evidence`);
  }
}

function endsInside(path: string): boolean {
  if (!existsSync(path)) return false;
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const last = Buffer.alloc(1);
    return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
  } finally {
    closeSync(file);
  }
}
