import type { Report } from "./report.ts";

// Controls, which drive a terminal, and the marks that turn the direction of text and so show another text than there is.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g;

/**
 * The report with each of its texts on one line, and without what a terminal or a page would obey and not show: names at
 * Fly are anybody's. Every format for people begins with it.
 */
export const printable = (report: Report): Report => cleaned(report) as Report;

function cleaned(value: unknown): unknown {
  if (typeof value === "string") return value.replace(unprintable, " ").trim();
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, cleaned(part)]));
}

/** At most so many characters, the last of them an ellipsis where some were cut. */
export function shortened(text: string, characters: number): string {
  const letters = [...text];
  return letters.length <= characters ? text : `${letters.slice(0, characters - 1).join("")}…`;
}
