/** Text that is HTML already. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = Markup | readonly Markup[] | string | number;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** What turns the writing round, or is no character at all: a name with it would be read as another. */
const unseen = /[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/** HTML whose values are escaped, between tags as well as in quoted attributes, unless they are HTML by this function. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(parts.map((part, index) => `${part}${written(values[index] ?? "")}`).join(""));
}

function written(value: Value): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(({ text }) => text).join("");
  return String(value)
    .replace(unseen, "\ufffd")
    .replace(/[&<>"']/g, (letter) => entities[letter] as string);
}

export const nothing = new Markup("");

/** `1 machine`, `2 machines`. */
export const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** A table whose rows a narrow screen shows as cards, with the heads as labels. */
export function table(head: readonly string[], rows: readonly (readonly (Markup | string | number)[])[]): Markup {
  const cell = (value: Markup | string | number, index: number) =>
    html`<td data-label="${head[index] ?? ""}"><span>${typeof value === "string" ? breakable(value) : value}</span></td>`;
  return html`<table><thead><tr>${head.map((each) => html`<th scope="col">${each}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>\n`)}</tbody></table>`;
}

/** A text that breaks between words, and inside only of such as would push a table out of the page. */
const breakable = (text: string) =>
  (text.match(/\S{1,8}|\s+/g) ?? []).map((part) => (part.length === 8 ? html`${part}${wbr}` : html`${part}`));

const wbr = new Markup("<wbr>");

export const identifier = (id: string): Markup => html`<code class="id">${id}</code>`;

/** What is folded away until somebody wants it. The page keeps by the id what people opened. */
export function folded(id: string, open: boolean, summary: Markup, content: Markup): Markup {
  const head = html`<summary>${summary}</summary>${content}`;
  return open ? html`<details id="${id}" open>${head}</details>` : html`<details id="${id}">${head}</details>`;
}

/** A part of the page that is shown anew as a whole. */
export const section = (id: string, title: string, note: string, content: Markup | Markup[]): Markup =>
  html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title} <small>${note}</small></h2>
${content}</section>`;
