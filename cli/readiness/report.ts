import type { Report } from "../report/report.ts";
import type { Readiness } from "./readiness.ts";

/** What `airworthy check` found, as every format has it. */
export const reportOf = (
  { outcome, checks, regions }: Readiness,
  { about, profile, at }: { about: string; profile: string; at: Date },
): Report => ({
  version: 1,
  about,
  source: "check",
  at: at.toISOString(),
  profile,
  outcome,
  judged: [],
  findings: [],
  // A check that could not tell says so in its detail.
  checks: checks.map(({ name, rule, status, detail }) => ({ name, rule, status, detail })),
  regions,
});
