/** A row of a table by the headings of its columns. */
export type Row = Readonly<Record<string, string>>;

const cells = (line: string) => line.split("│").map((cell) => cell.trim());

/** The rows of the table that flyctl printed under a heading that begins so. */
export function rows(text: string, first: string): Row[] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.includes("│") && cells(line)[0] === first);
  if (start < 0) return [];
  const head = cells(lines[start] ?? "");
  const after = lines.slice(start + 1);
  const length = after.findIndex((line) => !/[│┼]/.test(line));
  return after
    .slice(0, length < 0 ? undefined : length)
    .filter((line) => line.includes("│"))
    .map((line) => Object.fromEntries(cells(line).map((cell, index) => [head[index] ?? String(index), cell])));
}

/** What flyctl printed as names beside values: `name │ value`, `Name: value` or `name = value`. */
export function pairs(text: string): Row {
  const found = text.split("\n").map((line) => /^\s*([^│:=]+?)\s*(?:│|: |= )\s*([^│]*?)\s*$/.exec(line));
  return Object.fromEntries(found.flatMap((match) => (match === null ? [] : [[match[1] ?? "", match[2] ?? ""]])));
}

/** Some columns of a table, in another order of rows: sorted, for flyctl and Fly each have one of their own. */
export const columns = (table: readonly Row[], ...names: string[]) =>
  sorted(table.map((row) => names.map((name) => row[name] ?? "")));

export const sorted = <T>(list: readonly T[]): T[] =>
  list.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** What a pattern's first group found. */
export const found = (text: string, pattern: RegExp) => pattern.exec(text)?.[1] ?? "";

export const allFound = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? "");

export const unique = (list: readonly string[]) => [...new Set(list)].sort();
