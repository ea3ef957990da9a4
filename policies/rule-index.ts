import { catalogue } from "./catalogue.ts";
import { type Advice, adviceAsOf, goingToProduction } from "./going-to-production.ts";
import type { CheckedRule, Rule } from "./rule.ts";
import { judgedBy } from "./rule-page.ts";

/** The list of all rules, and what of Fly's own page they cover, in Markdown. */
export function ruleIndex(): string {
  const counts = (["P1", "P2", "P3"] as const).map(
    (priority) => `${catalogue.filter((entry) => entry.priority === priority).length} of ${priority}`,
  );
  return `# Rules

Made from \`policies/catalogue.ts\` and what the rules are tried on in the tests; \`npm test -- test/docs -u\` writes these pages anew.

${catalogue.length} rules, ${counts.join(", ")}, in the order of the [checklist](../../README.md#the-checklist). P1 is an outage, loss of data or of a
credential; P2 is a likely incident; P3 is hygiene or cost. A safe remedy is applied with \`remediate = true\`; one that has to be
asked for is named in it.

| Id | Rule | Priority | Judged | Remedy |
|---|---|---|---|---|
${catalogue.map(line).join("\n")}

## Fly's checklist for going to production

The items of [Fly's own checklist](https://fly.io/docs/apps/going-to-production/), as of ${adviceAsOf.date}, and who judges them:

| Fly's advice | Rules | By hand |
|---|---|---|
${goingToProduction.map(covered).join("\n")}
`;
}

function line(entry: Rule | CheckedRule): string {
  const remedy = ("check" in entry && entry.remedy) || "–";
  return `| ${[link(entry.id), entry.title, entry.priority, judgedBy(entry).join("; "), remedy].join(" | ")} |`;
}

const covered = ({ advice, rules, byHand = "" }: Advice) =>
  `| ${[advice, rules.map(link).join(", ") || "–", byHand].join(" | ")} |`;

const link = (id: string) => `[${id}](${catalogue.find((entry) => entry.id === id)?.slug}.md)`;
