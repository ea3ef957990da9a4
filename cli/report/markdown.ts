import { printable, shortened } from "./printable.ts";
import type { Report } from "./report.ts";
import {
  byRule,
  type Check,
  capital,
  checksOf,
  counted,
  entryOf,
  type Finding,
  fixOf,
  inWords,
  outcomeOf,
  priorities,
  type RowState,
  rowsOf,
  saidBy,
  sorted,
} from "./summary.ts";

/** What GitHub takes in a comment is 65,536 characters; the rest is for what it counts otherwise than we do. */
const limit = 65_000;

/** First line of the comment, by which a workflow finds the one to write anew. */
export const marker = "<!-- airworthy -->";

const icons = { ready: "✅", "not ready": "❌", "could not tell": "⚠️" } as const;
const heads = { ready: "Ready", "not ready": "Not ready", "could not tell": "Could not tell" } as const;

/** A comment for a pull request. What does not fit is left out from the end of each list, and it says how much. */
export function markdown(given: Report): string {
  const report = printable(given);
  const { violated, exempted, unjudged } = sorted(report);
  const budget = new Budget(limit);
  const head = budget.spend(
    `${marker}\n## ${icons[report.outcome]} ${heads[report.outcome]}: ${cell(report.about)}\n\n${capital(inWords(report))}. Profile ${cell(report.profile)}.\n`,
  );
  const checklist = budget.spend(checklistTable(rowsOf(report)));
  const order = priorities.flatMap((priority) => byRule(violated.filter((finding) => finding.priority === priority)));
  const findings = list(
    budget,
    "\n| Priority | Rule | Finding | Fix |\n|---|---|---|---|\n",
    order.flatMap((rule) => rule.findings.map(findingRow)),
    "finding",
  );
  const { asked, aside } = checksOf(report);
  const failing = asked.filter(({ status }) => status === "FAIL");
  const failed = list(budget, checkHead, failing.map(checkRow), "failed check");
  const excused = list(
    budget,
    "\n| Rule | Subject | Until | Owner | Reason |\n|---|---|---|---|---|\n",
    exempted.map(exemptedRow),
    "exemption",
  );
  const unknown = list(
    budget,
    "\n",
    unjudged.map((finding) => `- ${cell(`${finding.rule} ${saidBy(finding)}`)}\n`),
    "subject",
  );
  const others = asked.filter(({ status }) => status !== "FAIL");
  const checks = list(budget, checkHead, others.map(checkRow), "check");
  const reasons = aside.map(({ reason, names }) => row(cell(reason), cell(names.join(", "))));
  const left = list(budget, "\n| Why | Rules |\n|---|---|\n", reasons, "reason");
  return [
    head,
    findings,
    failed,
    folded(`${exempted.length} exempted`, excused),
    folded(`${counted(unjudged.length, "subject")} could not be judged`, unknown),
    folded(counted(others.length, "other check"), checks),
    folded("Rules left aside", left),
    checklist,
  ].join("");
}

/** Characters that are left. */
class Budget {
  #left: number;
  constructor(characters: number) {
    this.#left = characters;
  }
  fits = (text: string) => text.length <= this.#left;
  spend(text: string): string {
    this.#left -= text.length;
    return text;
  }
}

/** As many rows as there is room for, with a word on the others; nothing where there is no row. */
function list(budget: Budget, head: string, rows: readonly string[], noun: string): string {
  // For the head, the fold around the list and the word on what was cut.
  const around = 400;
  if (rows.length === 0 || !budget.fits(head + " ".repeat(around))) return "";
  budget.spend(" ".repeat(around));
  const shown: string[] = [];
  for (const row of rows) {
    if (!budget.fits(row)) break;
    shown.push(budget.spend(row));
  }
  const cut = rows.length - shown.length;
  const word =
    cut === 0
      ? ""
      : `\n_${counted(cut, `more ${noun}`)} left out: GitHub takes no longer comment. \`--format json\` has all._\n`;
  return `${head}${shown.join("")}${word}`;
}

const folded = (title: string, content: string): string =>
  content === "" ? "" : `\n<details><summary>${title}</summary>\n${content}\n</details>\n`;

const row = (...cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;

function findingRow(finding: Finding): string {
  const entry = entryOf(finding.rule);
  const name = entry === undefined ? cell(finding.rule) : `[${finding.rule}](${entry.url} "${entry.slug}")`;
  const place = finding.location ? ` (${cell(`${finding.location.file}:${finding.location.line}`)})` : "";
  const must = finding.level === "mandatory" ? `**${finding.priority}**` : finding.priority;
  return row(must, name, `${cell(saidBy(finding))}${place}`, ours(fixOf(finding) ?? ""));
}

const checkHead = "\n| Result | Check | What it found |\n|---|---|---|\n";
const checkRow = (check: Check) => row(outcomeOf(check), cell(check.name), cell(check.detail));

const exemptedRow = ({ rule, subject, exempted }: Finding) =>
  row(
    cell(rule),
    cell(subject),
    cell(exempted?.until ?? ""),
    cell(exempted?.owner ?? ""),
    cell(exempted?.reason ?? ""),
  );

const stateIcons: Readonly<Record<RowState["state"], string>> = {
  met: "✅",
  "met so far": "☑️",
  broken: "❌",
  exempted: "➖",
  "worth a look": "⚠️",
  "not judged": "❔",
};

function checklistTable(rows: readonly RowState[]): string {
  const of = (state: RowState["state"]) => rows.filter((one) => one.state === state).length;
  const states = Object.keys(stateIcons) as RowState["state"][];
  const counts = states.filter((state) => of(state) > 0).map((state) => `${of(state)} ${state}`);
  const lines = rows.map((one) =>
    row(one.row, ours(one.requirement), `${stateIcons[one.state]} ${one.state}`, one.because.join(", ")),
  );
  const table = `\n| Row | Requirement | State | Because of |\n|---|---|---|---|\n${lines.join("")}`;
  return folded(`Checklist: ${counts.join(", ")}`, table);
}

/** Text of the catalogue is Markdown already: only a table, or a `<name>` outside of code, could go wrong. */
const ours = (text: string) =>
  text
    .split("`")
    .map((part, index) => (index % 2 === 1 ? part : part.replaceAll("<", "&lt;")))
    .join("`")
    .replaceAll("|", "\\|");

/** A name, a message: anybody's text, as text. In a table no cell is longer than this. */
const cell = (text: string) => prose(shortened(text, 600));

/**
 * Shows a text as it is: no markup of Markdown or HTML, and nobody is told and nothing linked by it. GitHub looks for
 * mentions, issues and addresses only after it has undone entities, so what begins one is followed by a space of no width.
 */
function prose(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/[\\`*_~[\]()|!{}$]/g, "\\$&")
    .replace(/[@#]|\bGH-(?=\d)|:(?=\/\/)|www(?=\.)/gi, "$&&#8203;");
}
