import { hostname, userInfo } from "node:os";
import { resolve } from "node:path";
import { Desk } from "../../policies/desk.ts";
import { sourceScan } from "../../policies/rules/source-scan.ts";
import { configured, outcomeOf } from "../audit/audit.ts";
import { evidencePath, recordEvidence } from "../drill/evidence-file.ts";
import type { Report } from "../report/report.ts";
import { recordsOf } from "./record.ts";
import { type Scan, scanSource } from "./scan.ts";

/** How a folder is scanned. */
export interface ScanOptions {
  /** airworthy.toml. @default `AIRWORTHY_CONFIG` */
  config?: string;
  /** File of evidence. @default the project's own */
  evidence?: string;
  /** Whether evidence is left. */
  record: boolean;
}

/** Scans a folder, says what was found, and leaves evidence of it. */
export async function scanReport(folder: string, options: ScanOptions): Promise<Report> {
  const began = performance.now();
  const now = new Date();
  const config = options.config === undefined ? {} : { AIRWORTHY_CONFIG: resolve(options.config) };
  const environment = { ...process.env, ...config };
  const configuration = await configured(environment, now);
  const desk = new Desk(configuration, now);
  const found = await scanSource(folder);
  const known = new Set([sourceScan.id]);
  const findings = [...recordsOf(found.findings, desk), ...desk.standing([sourceScan], known).filter(isAboutScan)];
  const outcome = outcomeOf(findings);
  const detail = inWords(found, findings);
  if (options.record) {
    recordEvidence(evidencePath(environment, resolve(folder), options.evidence), {
      drill: "scan",
      app: "*",
      at: now.toISOString(),
      result: outcome === "ready" ? "passed" : "failed",
      durationMs: Math.round(performance.now() - began),
      detail,
      by: `${userInfo().username}@${hostname()}`,
    });
  }
  return {
    version: 1,
    about: `the source in ${folder}: ${detail}`,
    source: "code",
    at: now.toISOString(),
    profile: configuration.profile,
    outcome,
    judged: [sourceScan.id],
    findings,
    checks: [],
    regions: [],
  };
}

/** Exemptions of other rules are no business of a scan. */
const isAboutScan = ({ message }: Report["findings"][number]) => message.includes(sourceScan.id);

function inWords({ files, passedOver }: Scan, findings: Report["findings"]): string {
  const count = (state: string) => findings.filter((finding) => finding.state === state).length;
  const left = passedOver > 0 ? `, ${passedOver} of them no text or too large` : "";
  const exempted = count("exempted") > 0 ? `, ${count("exempted")} exempted` : "";
  return `${counted(files, "file")}${left}; ${counted(count("violated"), "finding")}${exempted}`;
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;
