import { regions as table } from "../../fly/regions.ts";
import type { Priority } from "../../policies/rule.ts";
import { version } from "../version.ts";
import { checklistSection, chip } from "./html-checklist.ts";
import { style } from "./html-style.ts";
import { machinesOf, regionMap } from "./map.ts";
import { Markup, markup, nothing, prose } from "./markup.ts";
import { printable } from "./printable.ts";
import type { Report } from "./report.ts";
import {
  byRule,
  type Check,
  type CheckOutcome,
  capital,
  checkOutcomes,
  checksOf,
  counted,
  type Finding,
  inWords,
  type Judged,
  meaningOf,
  outcomeOf,
  priorities,
  saidBy,
  sorted,
} from "./summary.ts";

const outcomes = {
  ready: { tone: "good", said: "Ready" },
  "not ready": { tone: "bad", said: "Not ready" },
  "could not tell": { tone: "warn", said: "Could not tell" },
} as const;

const tones: Readonly<Record<Priority, string>> = { P1: "bad", P2: "warn", P3: "idle" };

/** One page that asks nobody for anything: no script, no font, no picture from elsewhere. */
export function html(given: Report): string {
  const report = printable(given);
  const { violated, exempted, unjudged } = sorted(report);
  const { asked, aside } = checksOf(report);
  const anchor = anchors();
  const page = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer">
<title>${outcomes[report.outcome].said}: ${report.about}</title>
<link rel="icon" href="data:,"><style>${new Markup(style)}</style></head>
<body><main>
${verdict(report)}
${checklistSection(report)}
${priorities.map((priority) =>
  broken(
    priority,
    violated.filter((finding) => finding.priority === priority),
    anchor,
  ),
)}
${excused(exempted, anchor)}
${unknown(unjudged)}
${checks(asked, anchor)}
${leftAside(aside)}
${places(report.regions)}
<footer class="small soft"><p>Made by Airworthy ${version} on ${time(report.at)}. Rules, and how each is met, are in its documentation.</p></footer>
</main></body></html>
`;
  return page.text;
}

type Anchor = (id: string | undefined) => Markup;

/** The checklist leads to where a rule is first spoken of. */
function anchors(): Anchor {
  const used = new Set<string>();
  return (id) => {
    if (id === undefined || used.has(id)) return nothing;
    used.add(id);
    return markup` id="${id}"`;
  };
}

/** `2026-11-23 19:13 UTC`, with the exact time for machines. */
const time = (at: string) => markup`<time datetime="${at}">${at.slice(0, 16).replace("T", " ")} UTC</time>`;

/** A day stays on one line. */
const day = (text: string) => (/^\d{4}-\d\d-\d\d$/.test(text) ? markup`<time class="day">${text}</time>` : text);

function verdict(report: Report): Markup {
  const { tone, said } = outcomes[report.outcome];
  const { asked } = checksOf(report);
  return markup`<header><div class="verdict ${tone}"><p class="brand">Airworthy</p><h1>${said}</h1>
<p class="about">${report.about}</p><p class="soft">${capital(inWords(report))}. Profile <code>${report.profile}</code>, ${time(report.at)}.</p></div>
<ul class="tiles">${report.source === "check" ? nothing : findingTiles(report)}${asked.length > 0 ? checkTiles(asked) : nothing}</ul></header>`;
}

const tile = (count: number, of: string, tone: string) =>
  markup`<li class="${count > 0 ? tone : ""}"><b>${count}</b><span>${of}</span></li>`;

function findingTiles(report: Report): Markup[] {
  const { violated, mandatory, exempted, unjudged } = sorted(report);
  return [
    tile(mandatory.length, "must be mended", "bad"),
    tile(violated.length - mandatory.length, "should be mended", "warn"),
    tile(exempted.length, "exempted until a date", "idle"),
    tile(unjudged.length, "could not be judged", "idle"),
  ];
}

function checkTiles(checks: readonly Check[]): Markup[] {
  const of = (outcome: CheckOutcome) => checks.filter((check) => outcomeOf(check) === outcome).length;
  const some = (["could not tell", "worth a look"] as const).filter((outcome) => of(outcome) > 0);
  return [
    tile(of("failed"), `${of("failed") === 1 ? "check" : "checks"} failed`, "bad"),
    ...some.map((outcome) => tile(of(outcome), outcome, "warn")),
    tile(of("passed"), `of ${counted(checks.length, "check")} passed`, "good"),
  ];
}

function broken(priority: Priority, findings: readonly Finding[], anchor: Anchor): Markup {
  if (findings.length === 0) return nothing;
  return markup`<section aria-labelledby="${priority}"><h2 id="${priority}">${priority}: ${meaningOf[priority]}</h2>
<p class="lead-in">${counted(findings.length, "finding")}</p>
${byRule(findings).map((rule) => card(rule, anchor))}</section>`;
}

function card({ id, slug, entry, findings }: Judged, anchor: Anchor): Markup {
  const must = findings.some(({ level }) => level === "mandatory");
  const tone = tones[findings[0]?.priority ?? "P3"];
  const fix = entry
    ? markup`<dl><dt>Component</dt><dd>${prose(entry.fix.component)}</dd><dt>Resource</dt><dd>${prose(entry.fix.resource)}</dd><dt>flyctl</dt><dd>${prose(entry.fix.flyctl)}</dd></dl>
<p class="small"><a href="${entry.url}" rel="noreferrer">Fly's documentation</a></p>`
    : nothing;
  return markup`<article class="finding ${tone}"${anchor(id)}><header><h3>${entry ? prose(entry.title) : slug}</h3>
${must ? chip("bad", "!", "must be mended") : nothing}<code>${id}</code></header>
${entry ? markup`<p class="soft">${prose(entry.why)}</p>` : nothing}
<ul>${findings.map((finding) => markup`<li>${prose(saidBy(finding))}${where(finding)}</li>`)}</ul>${fix}</article>
`;
}

const where = ({ location }: Finding) => (location ? markup` <code>${location.file}:${location.line}</code>` : nothing);

function excused(findings: readonly Finding[], anchor: Anchor): Markup {
  if (findings.length === 0) return nothing;
  const rows = byRule(findings).flatMap((rule) =>
    rule.findings.map(
      ({
        subject,
        exempted,
      }) => markup`<tr${anchor(rule.id)}><th class="key" scope="row">${rule.id}</th><td>${rule.entry ? prose(rule.entry.title) : rule.slug}<br><span class="small soft">${subject}</span></td>
<td>${exempted?.reason ?? ""}</td><td>${exempted?.owner ?? ""}</td><td class="beside">until ${day(exempted?.until ?? "")}</td></tr>
`,
    ),
  );
  return markup`<section aria-labelledby="exempted"><h2 id="exempted">Exempted</h2><p class="lead-in">Known, and accepted until a date.</p>
<div class="box"><table><thead><tr><th scope="col">Rule</th><th scope="col">What</th><th scope="col">Reason</th><th scope="col">Owner</th><th scope="col">Until</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function unknown(findings: readonly Finding[]): Markup {
  if (findings.length === 0) return nothing;
  const rows = findings.map(
    (finding) => markup`<tr><th class="key" scope="row">${finding.rule}</th><td>${prose(saidBy(finding))}</td></tr>
`,
  );
  return markup`<section aria-labelledby="unjudged"><h2 id="unjudged">Could not be judged</h2><p class="lead-in">Not broken, as far as is known, and not met either.</p>
<div class="box"><table><thead><tr><th scope="col">Rule</th><th scope="col">Why</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

const chips: Readonly<Record<CheckOutcome, Markup>> = {
  failed: chip("bad", "✕", "failed"),
  "could not tell": chip("warn", "?", "could not tell"),
  "worth a look": chip("warn", "!", "worth a look"),
  passed: chip("good", "✓", "passed"),
  skipped: chip("idle", "–", "skipped"),
};

function checks(all: readonly Check[], anchor: Anchor): Markup {
  if (all.length === 0) return nothing;
  const rank = (check: Check) => checkOutcomes.indexOf(outcomeOf(check));
  const line = (check: Check) => {
    const outcome = outcomeOf(check);
    return markup`<tr${outcome === "failed" || outcome === "worth a look" ? anchor(check.rule) : nothing}><td class="key">${chips[outcome]}</td><th class="beside" scope="row">${check.name}</th><td class="soft">${check.detail}</td></tr>
`;
  };
  const rows = [...all].sort((a, b) => rank(a) - rank(b)).map(line);
  return markup`<section aria-labelledby="checks"><h2 id="checks">Live checks</h2><p class="lead-in">What Fly answered.</p>
<div class="box"><table><thead><tr><th scope="col">Result</th><th scope="col">Check</th><th scope="col">What it found</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function leftAside(reasons: ReturnType<typeof checksOf>["aside"]): Markup {
  if (reasons.length === 0) return nothing;
  const rows = reasons.map(
    ({ reason, names }) => markup`<tr><td>${reason}</td><td class="soft">${names.join(", ")}</td></tr>
`,
  );
  return markup`<section aria-labelledby="aside"><h2 id="aside">Left aside</h2><p class="lead-in">Rules that cannot be judged by what was looked at.</p>
<div class="box"><table><thead><tr><th scope="col">Why</th><th scope="col">Rules</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function places(used: Report["regions"]): Markup {
  if (used.length === 0) return nothing;
  const name = (code: string) => table.find((region) => region.code === code)?.name ?? "not in the table of regions";
  const rows = used.map(
    (
      region,
    ) => markup`<tr><th class="key" scope="row"><code>${region.code}</code></th><td class="beside">${name(region.code)}</td><td>${machinesOf(region)}</td></tr>
`,
  );
  return markup`<section aria-labelledby="regions"><h2 id="regions">Regions</h2><p class="lead-in">${counted(used.length, "region")} in use.</p>
<div class="box">${regionMap(used)}<table><thead><tr><th scope="col">Region</th><th scope="col">City</th><th scope="col">Machines</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}
