import { checklist } from "./catalogue.ts";
import { profiles } from "./profile.ts";
import type { CheckedRule, Entry, Rule } from "./rule.ts";

/** What a rule was tried on, and what it said. */
export interface Case {
  readonly name: string;
  /** The part of a program that it is about, as TypeScript; absent where there is nothing to see. */
  readonly program?: string;
  /** What the rule said of it, and what its remedy would write: empty where it had nothing to say. */
  readonly message: string;
}

/** How a rule is judged, in the words of its page and of the lists. */
export function judgedBy(entry: Rule | CheckedRule): string[] {
  if ("check" in entry) return entry.attestable ? ["at preview", "by a dated attestation"] : ["at preview"];
  if (entry.drill === undefined) return ["against the account, by `airworthy check`"];
  return [entry.drill === "scan" ? "by `airworthy scan`" : `by \`airworthy drill ${entry.drill}\``];
}

/** The page of one rule, in Markdown. */
export function rulePage(entry: Rule | CheckedRule, failing: readonly Case[], passing?: Case): string {
  const parts = [
    `# ${entry.id}: ${entry.title}`,
    facts(entry),
    entry.why,
    fixes(entry),
    ...("check" in entry ? [thresholds(entry), remedy(entry), examples(failing, passing)] : []),
    said(failing),
    "check" in entry ? exemption(entry) : outOfReach(entry),
    ...("check" in entry && entry.attestable ? [attestation(entry)] : []),
  ];
  return `${parts.filter(Boolean).join("\n\n")}\n`;
}

function facts(entry: Rule | CheckedRule): string {
  const rows = entry.rows.map((row) => `${row}, ${checklist.find((one) => one.row === row)?.requirement}`);
  return [
    "| | |\n|---|---|",
    `| Priority | ${entry.priority}${"check" in entry ? `: ${levelsOf(entry)}` : ""} |`,
    `| Name | \`${entry.slug}\` |`,
    `| Judged | ${judgedBy(entry).join("; ")} |`,
    `| In the [checklist](../../README.md#the-checklist) | ${rows.join("; ")} |`,
    `| Fly's documentation | [${new URL(entry.url).pathname}](${entry.url}) |`,
  ].join("\n");
}

function levelsOf({ priority }: Entry): string {
  const named = Object.entries(profiles);
  const at = (level: string) =>
    named.filter(([, profile]) => profile[priority] === level).map(([name]) => `\`${name}\``);
  return ["mandatory", "advisory"]
    .filter((level) => at(level).length > 0)
    .map((level) => `${level} in profile ${at(level).join(", ")}`)
    .join("; ");
}

const fixes = ({ fix }: Entry) =>
  `## How to fix it

- With \`ProductionApp\`: ${fix.component}.
- With a resource: ${fix.resource}.
- With flyctl: ${fix.flyctl}.`;

function thresholds({ settings, slug }: Rule): string | undefined {
  const rows = Object.entries(settings).map(
    ([name, { default: value, minimum, maximum, description }]) =>
      `| \`${name}\` | ${value} | ${minimum} to ${maximum} | ${description} |`,
  );
  if (rows.length === 0) return undefined;
  return `## Thresholds

| Key | Default | Limits | What |
|---|---|---|---|
${rows.join("\n")}

They are keys of \`[rules.${slug}]\` in \`airworthy.toml\`.`;
}

function remedy({ remedy: kind, level, slug }: Rule): string {
  const offered = {
    safe: `\`remediate = true\` in \`airworthy.toml\` lets the pack write what is missing: users of the app notice nothing of it.`,
    asked: `It changes how the app behaves, so \`remediate = true\` leaves it alone: \`remediate = ["${slug}"]\` in \`airworthy.toml\` asks for it by name.`,
  };
  const none =
    level === "stack"
      ? "None: a remedy sees one resource, and the rule needs several."
      : "None: it is for a person to decide.";
  return `## Remedy\n\n${kind === undefined ? none : offered[kind]}`;
}

function examples(failing: readonly Case[], passing: Case | undefined): string | undefined {
  const shown = [
    ...failing
      .filter(({ program }) => program)
      .slice(0, 1)
      .map((one) => ["This fails", one] as const),
    ...(passing?.program ? [["This passes", passing] as const] : []),
  ];
  if (shown.length === 0) return undefined;
  const blocks = shown.map(([label, { name, program }]) => `${label} (${name}):\n\n\`\`\`ts\n${program}\n\`\`\``);
  return `## Examples\n\n${blocks.join("\n\n")}`;
}

function said(failing: readonly Case[]): string | undefined {
  if (failing.length === 0) return undefined;
  const rows = failing.map(({ name, message }) => `| ${cell(name)} | ${cell(message) || "nothing"} |`);
  return `## What it says\n\n| Of | |\n|---|---|\n${rows.join("\n")}`;
}

/** Without how to fix it, which the page has. */
const cell = (text: string) =>
  text
    .replace(/ Fix: .*?\.$/gm, "")
    .replaceAll("|", "\\|")
    .replaceAll("\n", "<br>");

const exemption = ({ id }: Rule) =>
  `## How to exempt from it

\`\`\`toml
[[exemption]]
rule = "${id}"
resource = "shop*"           # the resource's name in the program, * for any text
reason = "why it is fine here, in 15 characters or more"
owner = "ana"
until = 2027-02-01           # at most 180 days ahead; then the finding is back
\`\`\`

This is for \`airworthy.toml\`; a component takes the same as \`exempt\`.`;

function outOfReach({ drill }: CheckedRule): string {
  if (drill === undefined) return "## How to exempt from it\n\nNot at all: it says how things are.";
  return `## How it is satisfied

The ${drill === "scan" ? "scan" : "drill"} adds a line to \`airworthy.evidence.jsonl\`, beside \`airworthy.toml\`, which is committed with the program. It counts for 90 days.`;
}

const attestation = ({ id }: Rule) =>
  `## How to attest it

What it asks for may be where no program shows it. Somebody says so, and where, in \`airworthy.toml\`; it counts for 180 days:

\`\`\`toml
[[attestation]]
rule = "${id}"
app = "shop-*"
where = "where it is, in 15 characters or more"
by = "ana"
on = 2026-11-23
\`\`\``;
