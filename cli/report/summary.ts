import { catalogue, checklist, type Row } from "../../policies/catalogue.ts";
import type { Entry, Priority } from "../../policies/rule.ts";
import type { Report } from "./report.ts";

export type Finding = Report["findings"][number];
export type Check = Report["checks"][number];

/** Findings of one rule. */
export interface Judged {
  readonly id: string;
  readonly slug: string;
  /** Absent where the report is of another version of the catalogue. */
  readonly entry?: Entry;
  readonly findings: readonly Finding[];
}

const entries: ReadonlyMap<string, Entry> = new Map(catalogue.map((entry) => [entry.id, entry]));

export const entryOf = (id: string | undefined): Entry | undefined => (id === undefined ? undefined : entries.get(id));

export const priorities: readonly Priority[] = ["P1", "P2", "P3"];

/** What a priority means, in words for who has not read the catalogue. */
export const meaningOf: Readonly<Record<Priority, string>> = {
  P1: "outage, loss of data or of a credential",
  P2: "a likely incident",
  P3: "hygiene or cost",
};

/** Findings by what became of them. */
export function sorted({ findings }: Report) {
  return {
    violated: findings.filter(({ state }) => state === "violated"),
    mandatory: findings.filter(({ state, level }) => state === "violated" && level === "mandatory"),
    exempted: findings.filter(({ state }) => state === "exempted"),
    unjudged: findings.filter(({ state }) => state === "unjudged" || state === "crashed"),
  };
}

/** By rule, in the order of the catalogue, whatever the order in which they were found. */
export function byRule(findings: readonly Finding[]): Judged[] {
  const groups = Map.groupBy(findings, ({ rule }) => rule);
  const order = [...new Set([...entries.keys(), ...groups.keys()])].filter((id) => groups.has(id));
  return order.map((id) => {
    const found = groups.get(id) as Finding[];
    const entry = entries.get(id);
    return { id, slug: found[0]?.slug ?? id, ...(entry && { entry }), findings: found };
  });
}

/** What mends a finding: the way that its message names, else the component's. */
export function fixOf(finding: Finding): string | undefined {
  const { fix } = entryOf(finding.rule) ?? {};
  return fix && (Object.values(fix).find((way) => finding.message.endsWith(ending(way))) ?? fix.component);
}

/** How a message ends that names a way. */
const ending = (way: string) => ` Fix: ${way}.`;

/** What a finding says besides its rule's id and the fix, which reports have from the catalogue. */
export function saidBy(finding: Finding): string {
  const { rule, message } = finding;
  const said = message.startsWith(`${rule} `) ? message.slice(rule.length + 1) : message;
  const end = ending(fixOf(finding) ?? "");
  return said.endsWith(end) ? said.slice(0, -end.length) : said;
}

/** `3 findings`, `1 finding`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const words = {
  FAIL: "failed",
  untold: "could not tell",
  WARN: "worth a look",
  PASS: "passed",
  SKIP: "skipped",
} as const;

/** What became of a check; the worst first. */
export type CheckOutcome = (typeof words)[keyof typeof words];
export const checkOutcomes: readonly CheckOutcome[] = Object.values(words);
export const outcomeOf = ({ status, told }: Check): CheckOutcome => words[told === false ? "untold" : status];

/**
 * What was asked of Fly, and what was left aside: a judge other than the live check reports the rules that it cannot
 * judge as skipped, many for one reason.
 */
export function checksOf({ source, checks }: Report): { asked: Check[]; aside: { reason: string; names: string[] }[] } {
  const isAside = ({ status }: Check) => source !== "check" && status === "SKIP";
  const reasons = Map.groupBy(checks.filter(isAside), ({ detail }) => detail);
  const aside = [...reasons].map(([reason, all]) => ({ reason, names: all.map(({ name }) => name) }));
  return { asked: checks.filter((check) => !isAside(check)), aside };
}

/** The whole report in a sentence, without the outcome itself. */
export function inWords(report: Report): string {
  const { violated, mandatory, exempted, unjudged } = sorted(report);
  const parts: string[] = [];
  if (violated.length > 0 || report.source !== "check") {
    const must = mandatory.length > 0 ? ` (${mandatory.length} must be mended)` : "";
    parts.push(`${violated.length === 0 ? "no finding" : counted(violated.length, "finding")}${must}`);
  }
  if (exempted.length > 0) parts.push(`${exempted.length} exempted`);
  if (unjudged.length > 0) parts.push(`${unjudged.length} could not be judged`);
  const { asked, aside } = checksOf(report);
  if (asked.length > 0) {
    const count = (word: CheckOutcome) => asked.filter((check) => outcomeOf(check) === word).length;
    const some = checkOutcomes.filter((word) => count(word) > 0).map((word) => `${count(word)} ${word}`);
    parts.push(`of ${counted(asked.length, "check")} ${some.join(", ")}`);
  }
  const rules = aside.reduce((sum, { names }) => sum + names.length, 0);
  if (rules > 0) parts.push(`${counted(rules, "rule")} not for this source`);
  return parts.join("; ") || "nothing was judged";
}

export const capital = (said: string): string => said.charAt(0).toUpperCase() + said.slice(1);

/** What a report says of one row of the checklist. */
export interface RowState extends Row {
  readonly state: "met" | "met so far" | "broken" | "exempted" | "worth a look" | "not judged";
  /** Rules of the row, how many of them judged. */
  readonly rules: number;
  readonly judged: number;
  /** Ids of the rules that broke it, are exempted, or are worth a look. */
  readonly because: readonly string[];
}

/** The checklist as this report has it. A rule that did not judge makes no row look met. */
export function rowsOf(report: Report): RowState[] {
  const { violated, exempted, unjudged } = sorted(report);
  const having = (outcome: CheckOutcome) => report.checks.filter((check) => outcomeOf(check) === outcome);
  const told = report.checks.filter(({ status, told = true }) => status !== "SKIP" && told);
  const ids = (some: readonly { rule?: string }[]) => new Set(some.flatMap(({ rule }) => rule ?? []));
  const [broken, excused, unknown] = [ids([...violated, ...having("failed")]), ids(exempted), ids(unjudged)];
  const warned = ids(having("worth a look"));
  const judged = new Set([...report.judged, ...ids(told)].filter((id) => !unknown.has(id)));
  return checklist.map((row) => {
    const its = catalogue.filter(({ rows }) => rows.includes(row.row)).map(({ id }) => id);
    const judging = its.filter((id) => judged.has(id)).length;
    const fine = judging === 0 ? "not judged" : judging < its.length ? "met so far" : "met";
    const worst = [
      ["broken", broken],
      ["exempted", excused],
      ["worth a look", warned],
    ] as const;
    const [state, ids] = worst.find(([, of]) => its.some((id) => of.has(id))) ?? [fine, new Set<string>()];
    const because = its.filter((id) => ids.has(id));
    return { ...row, state, rules: its.length, judged: judging, because };
  });
}
