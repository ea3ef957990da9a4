import { styleText } from "node:util";
import { printable } from "./printable.ts";
import type { Report } from "./report.ts";
import {
  byRule,
  capital,
  checksOf,
  counted,
  type Finding,
  inWords,
  type Judged,
  meaningOf,
  priorities,
  saidBy,
  sorted,
} from "./summary.ts";

/** The terminal that a text is for. */
export interface Terminal {
  readonly columns: number;
  readonly colour: boolean;
}

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

const colours: Readonly<Record<string, Style>> = {
  PASS: "green",
  FAIL: "red",
  WARN: "yellow",
  SKIP: "gray",
  ready: "green",
  "not ready": "red",
  "could not tell": "yellow",
  P1: "red",
  P2: "yellow",
  P3: "blue",
};

/** A line of `airworthy check`: `[PASS] Fly API: answered in 31 ms`. */
const checkLine = ({ status, name, detail }: Report["checks"][number], paint: Paint): string =>
  `${paint(colours[status] ?? "reset", `[${status}]`)} ${name}: ${detail}`;

/** For people and for `grep`: of the live check exactly its lines, otherwise the findings by priority. */
export function text(given: Report, terminal?: Terminal): string {
  const report = printable(given);
  const paint: Paint = (style, said) =>
    terminal?.colour === true ? styleText(style, said, { validateStream: false }) : said;
  if (report.source === "check") return report.checks.map((check) => `${checkLine(check, paint)}\n`).join("");
  const fold = folding(terminal === undefined ? Number.POSITIVE_INFINITY : Math.min(terminal.columns, 110));
  const { violated, exempted, unjudged } = sorted(report);
  const { asked, aside } = checksOf(report);
  const outcome = paint(["bold", colours[report.outcome] ?? "reset"] as Style, capital(report.outcome));
  const sections = [
    [fold(0, paint("bold", report.about)), fold(0, `${outcome}, by profile ${report.profile}: ${inWords(report)}.`)],
    ...priorities.map((priority) => {
      const found = violated.filter((finding) => finding.priority === priority);
      const title = `${priority}, ${meaningOf[priority]}: ${counted(found.length, "finding")}`;
      return section(
        fold(0, paint(["bold", colours[priority] ?? "reset"] as Style, title)),
        found,
        broken(fold, paint),
      );
    }),
    section(paint("bold", "Exempted"), exempted, excused(fold)),
    section(paint("bold", "Could not be judged"), unjudged, unknown(fold)),
    asked.map((check) => checkLine(check, paint)),
    aside.length === 0
      ? []
      : [paint("bold", "Left aside"), ...aside.map(({ reason, names }) => fold(2, `${reason}: ${names.join(", ")}`))],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

const section = (title: string, findings: readonly Finding[], lines: (rule: Judged) => string[]): string[] =>
  findings.length === 0 ? [] : [title, ...byRule(findings).flatMap(lines)];

type Fold = (indent: number, said: string) => string;

const broken =
  (fold: Fold, paint: Paint) =>
  ({ id, slug, entry, findings }: Judged): string[] => [
    fold(2, `${paint("bold", id)} ${slug}${entry ? `: ${entry.title}` : ""}`),
    ...findings.map((finding) => fold(4, `${place(finding)}${withFix(finding)}${mark(finding)}`)),
    ...(entry ? [paint("gray", `    ${entry.url}`)] : []),
  ];

/** The message says itself how to mend it, in the spelling that suits the subject. */
const withFix = ({ rule, message }: Finding) =>
  message.startsWith(`${rule} `) ? message.slice(rule.length + 1) : message;
const mark = ({ level }: Finding) => (level === "mandatory" ? " [mandatory]" : "");
const place = ({ location }: Finding) => (location ? `${location.file}:${location.line}: ` : "");

const excused =
  (fold: Fold) =>
  ({ id, slug, findings }: Judged): string[] => [
    fold(2, `${id} ${slug}`),
    ...findings.map(({ subject, exempted }) => {
      const why = exempted ? ` until ${exempted.until}, by ${exempted.owner}: ${exempted.reason}` : "";
      return fold(4, `${subject}${why}`);
    }),
  ];

const unknown =
  (fold: Fold) =>
  ({ id, slug, findings }: Judged): string[] => [
    fold(2, `${id} ${slug}`),
    ...findings.map((finding) => fold(4, saidBy(finding))),
  ];

/** Breaks between words, so that no line is longer than the terminal is wide; later lines stand two further in. */
const folding =
  (columns: number): Fold =>
  (indent, said) => {
    const lines: string[] = [];
    let line = " ".repeat(indent);
    for (const word of said.split(" ")) {
      const longer = line.trim() === "" ? `${line}${word}` : `${line} ${word}`;
      if (width(longer) > columns && line.trim() !== "") {
        lines.push(line);
        line = `${" ".repeat(indent + 2)}${word}`;
      } else line = longer;
    }
    return [...lines, line].join("\n");
  };

// biome-ignore lint/suspicious/noControlCharactersInRegex: what colours a text has no width
const width = (said: string) => [...said.replace(/\u001b\[\d+m/g, "")].length;
