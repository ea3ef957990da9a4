import { catalogue, checklist, type Row } from "./catalogue.ts";
import { judgedBy } from "./rule-page.ts";

/** The checklist as Markdown, for the README: each row with what meets it, which rules judge it, and how. */
export function checklistTable(): string {
  const head = "| Row | Requirement | Component | Rules | Judged |\n|---|---|---|---|---|";
  return `${[head, ...checklist.map(line)].join("\n")}\n`;
}

function line({ row, requirement, component, later }: Row): string {
  const its = catalogue.filter(({ rows }) => rows.includes(row));
  const names = its.map(({ id, slug, priority }) => `[${id}](docs/rules/${slug}.md) (${priority})`).join(", ");
  const ways = [...new Set(its.flatMap(judgedBy))];
  if (later) ways.push(`${ways.length > 0 ? "more " : ""}with ${later}`);
  return `| ${[row, requirement, component, names || "–", ways.join("; ")].join(" | ")} |`;
}
