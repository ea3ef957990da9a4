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

/** HTML whose values are escaped, between tags as well as in quoted attributes, unless they are HTML by this function. */
export function markup(parts: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(parts.map((part, index) => `${part}${written(values[index] ?? "")}`).join(""));
}

function written(value: Value): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(({ text }) => text).join("");
  return escaped(String(value));
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (letter) => entities[letter] as string);

export const nothing = new Markup("");

/** Text of the catalogue, in which `backticks` are code. */
export const prose = (text: string): Markup[] =>
  text.split("`").map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : new Markup(escaped(part))));
