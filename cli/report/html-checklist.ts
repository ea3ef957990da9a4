import { type Markup, markup, nothing, prose } from "./markup.ts";
import type { Report } from "./report.ts";
import { capital, type RowState, rowsOf } from "./summary.ts";

/** What the letters of the rows stand for. */
const parts: Readonly<Record<string, string>> = {
  A: "Secrets and keys",
  B: "Deployment",
  C: "Operation",
  D: "Monitoring",
  E: "Validation",
  F: "Next steps",
};

const states: Readonly<Record<RowState["state"], { tone: string; sign: string; means: string }>> = {
  met: { tone: "good", sign: "✓", means: "all rules of the row judged, and found nothing" },
  "met so far": { tone: "good part-of", sign: "✓", means: "those rules that judged found nothing" },
  broken: { tone: "bad", sign: "✕", means: "at least one rule is broken" },
  exempted: { tone: "warn", sign: "–", means: "broken, and accepted until a date" },
  "worth a look": { tone: "warn", sign: "!", means: "not broken, and not proven: a check says what is missing" },
  "not judged": { tone: "idle", sign: "?", means: "no rule of the row could judge" },
};

export const chip = (tone: string, sign: string, said: string): Markup =>
  markup`<span class="chip ${tone}"><span aria-hidden="true">${sign}</span>${said}</span>`;

/** The checklist for who answers for the app and does not read programs. */
export function checklistSection(report: Report): Markup {
  const rows = rowsOf(report);
  const some = Object.entries(states).filter(([state]) => rows.some((row) => row.state === state));
  const counts = some.map(([state]) => `${rows.filter((row) => row.state === state).length} ${state}`).join(", ");
  const meanings = some.map(([state, { means }]) => `${state}: ${means}`).join("; ");
  const letters = [...new Set(rows.map(({ row }) => row.charAt(0)))];
  return markup`<section aria-labelledby="checklist"><h2 id="checklist">Checklist</h2>
<p class="lead-in">Of ${rows.length} rows ${counts}.</p>
<div class="box"><table><thead><tr><th scope="col">Row</th><th scope="col">Requirement</th><th scope="col">State</th><th scope="col">Why</th></tr></thead>
${letters.map(
  (name) => markup`<tbody><tr class="part"><th colspan="4" scope="rowgroup">${name} · ${parts[name] ?? ""}</th></tr>
${rows.filter(({ row }) => row.startsWith(name)).map(line)}</tbody>`,
)}
</table></div><p class="small soft legend">${meanings}.</p></section>`;
}

function line(row: RowState): Markup {
  const { tone, sign } = states[row.state];
  return markup`<tr><th class="key" scope="row">${row.row}</th><td>${prose(capital(row.requirement))}</td>
<td class="beside">${chip(tone, sign, row.state)}</td><td class="small soft">${why(row)}</td></tr>
`;
}

function why({ because, judged, rules }: RowState): Markup {
  if (because.length > 0)
    return markup`${because.map((id, index) => markup`${index > 0 ? markup`, ` : nothing}<a href="#${id}">${id}</a>`)}`;
  if (rules === 0) return markup`no rule`;
  return judged === rules ? nothing : markup`${judged} of ${rules} rules judged`;
}
