import { checklist, type Row, rules } from "./catalogue.ts";
import type { Rule } from "./rule.ts";

const attested = "by a dated attestation";

const judgedAs: Record<Rule["kind"], string> = {
  static: "at preview",
  live: "against the account",
  evidence: attested,
};

/** Rows that a command judges and no rule. */
const byCommand = new Set(["D3", "E1"]);

/** The checklist as Markdown: each row with what meets it, which rules judge it, and how. */
export function checklistTable(): string {
  const head = "| Row | Requirement | Component | Rules | Judged |\n|---|---|---|---|---|";
  return `${[head, ...checklist.map(line)].join("\n")}\n`;
}

function line(row: Row): string {
  const its = rules.filter((rule) => rule.rows.includes(row.row));
  const names = its.map(({ id, priority }) => `${id} (${priority})`).join(", ");
  return `| ${[row.row, row.requirement, row.component, names || "–", judged(row, its)].join(" | ")} |`;
}

function judged({ row, later }: Row, its: readonly Rule[]): string {
  const ways = [...new Set(its.flatMap(({ kind, attestable }) => [judgedAs[kind], ...(attestable ? [attested] : [])]))];
  if (byCommand.has(row)) ways.push("by the command");
  if (later) ways.push(`${ways.length > 0 ? "more " : ""}with ${later}`);
  return ways.join("; ");
}
