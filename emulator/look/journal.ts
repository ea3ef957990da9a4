import type { Controlled } from "../control.ts";
import type { JournalEntry } from "../store.ts";
import { html, type Markup, section } from "./markup.ts";
import { chip } from "./standing.ts";

const lines = 30;

/** The last calls, newest first. Looking at this page is none. */
export function journalSection({ journal }: Controlled): Markup {
  const entries = journal.latest(lines);
  if (entries.length === 0) return section("journal", "Journal", "", html`<p class="none">Nobody called yet.</p>`);
  return section("journal", "Journal", "newest first", html`<ol class="calls">${entries.map(lineOf)}</ol>`);
}

function lineOf({ seq, at, operation, method, path, status, mutating, ms }: JournalEntry): Markup {
  const standing = status === 0 || status >= 500 ? "fails" : status >= 400 ? "moves" : "runs";
  const name = mutating ? html`<b>${operation}</b>` : html`<span>${operation}</span>`;
  return html`<li value="${seq}">${chip(standing, status === 0 ? "cut" : String(status))}${name}
<small>${at.slice(11, 23)}, ${ms} ms</small><code>${method} ${path}</code></li>
`;
}
