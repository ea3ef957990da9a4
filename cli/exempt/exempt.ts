import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import toml from "@iarna/toml";
import { catalogue } from "../../policies/catalogue.ts";
import { configurationIn } from "../../policies/configuration.ts";
import { standingRule } from "../../policies/desk.ts";
import { hasEnded, ownerTerm, reasonTerm, type Term, untilTerm } from "../../policies/exemption-term.ts";
import type { FindingRecord } from "../../policies/record.ts";
import { findingsOfProgram } from "../audit/program.ts";
import type { Place } from "../release/pulumi.ts";
import { Trouble } from "../trouble.ts";

/** What `airworthy exempt` was told. */
export interface ExemptOptions {
  all?: boolean;
  rule: string[];
  reason: string;
  owner: string;
  until: string;
  config?: string;
}

/** Exempts what the program's preview finds: appends an entry a rule and resource to the file. Answers lines for people. */
export async function exempt(place: Place, options: ExemptOptions, now: Date): Promise<string[]> {
  refuseWrong(options, now);
  const file = fileOf(options);
  const before = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  // A mistake in it would end the preview, which says less about it.
  if (before !== undefined) await understood(before, file, now);
  const { records } = await findingsOfProgram(place, { audit: false, config: before === undefined ? undefined : file });
  const found = entriesOf(records, options.rule);
  if (found.length > 0) {
    const added = textOf(found, options, before);
    await understood((before ?? "") + added, file, now);
    appendFileSync(file, added);
  }
  return [...told(found, file, options.until), ...leftOver(records), ...notInForce(file)];
}

function refuseWrong({ all, rule, reason, owner, until }: ExemptOptions, now: Date): void {
  if (!all && rule.length === 0)
    throw new Trouble("exempt: say what, with --all or --rule; `airworthy audit` lists it");
  const ids = new Set(catalogue.map(({ id }) => id));
  const unknown = rule.find((id) => !ids.has(id));
  if (unknown !== undefined)
    throw new Trouble(`--rule ${unknown}: there is no such rule; docs/rules/ has a page a rule`);
  const terms: [option: string, value: string, term: Term][] = [
    ["--reason", reason, reasonTerm],
    ["--owner", owner, ownerTerm],
    ["--until", until, untilTerm(now)],
  ];
  for (const [option, value, { holds, wanted }] of terms) {
    if (!holds(value)) throw new Trouble(`${option} is ${JSON.stringify(value)}; give ${wanted}`);
  }
  if (hasEnded(until, now)) throw new Trouble(`--until is ${until}, which has passed; give ${untilTerm(now).wanted}`);
}

function fileOf({ config = process.env["AIRWORTHY_CONFIG"] }: ExemptOptions): string {
  if (config) return resolve(config);
  throw new Trouble("exempt: name the file to write to, with --config airworthy.toml or by AIRWORTHY_CONFIG");
}

async function understood(text: string, file: string, now: Date): Promise<void> {
  try {
    await configurationIn(text, file, catalogue, now);
  } catch (error) {
    throw new Trouble(`exempt: nothing was written: ${error instanceof Error ? error.message : error}`);
  }
}

type Entry = Pick<FindingRecord, "rule" | "resource">;

/** A rule and a resource each, in the order in which they were found. */
function entriesOf(records: readonly FindingRecord[], only: readonly string[]): Entry[] {
  const wanted = records.filter(
    ({ rule, state }) => state === "violated" && rule !== standingRule.id && (only.length === 0 || only.includes(rule)),
  );
  return [...new Map(wanted.map(({ rule, resource }) => [`${rule} ${resource}`, { rule, resource }])).values()];
}

const schemaLine = "#:schema ./node_modules/airworthy/airworthy.schema.json\n";

/** What goes behind the text that is there, which stays as it is. */
function textOf(
  entries: readonly Entry[],
  { reason, owner, until }: ExemptOptions,
  before: string | undefined,
): string {
  // A day of TOML's own, which no type of JavaScript's is.
  const day = toml.parse(`until = ${until}`);
  const exemption = entries.map(({ rule, resource }) => ({ rule, resource, reason, owner, ...day }));
  const tables = `\n${toml.stringify({ exemption })}`;
  const start = before === undefined ? schemaLine : "";
  return (before === undefined || before === "" || before.endsWith("\n") ? start : "\n") + tables;
}

function told(entries: readonly Entry[], file: string, until: string): string[] {
  if (entries.length === 0) return [`nothing to exempt: ${basename(file)} was left as it is`];
  const count = entries.length === 1 ? "1 exemption" : `${entries.length} exemptions`;
  return [
    `${count} until ${until} written to ${basename(file)}:`,
    ...entries.map(({ rule, resource }) => `  ${rule} ${resource}`),
  ];
}

/** What stays to be seen all the same. */
function leftOver(records: readonly FindingRecord[]): string[] {
  const ended = records.filter(({ rule, level }) => rule === standingRule.id && level === "mandatory");
  const open = records.filter(({ state }) => state === "unjudged").length;
  return [
    ...ended.map(({ subject }) => `${subject} has ended: take it out, or give it a new day`),
    ...(open === 0 ? [] : [`${open} could not be judged before \`up\`, and may be findings then`]),
  ];
}

const notInForce = (file: string) =>
  resolve(process.env["AIRWORTHY_CONFIG"] ?? "") === file ? [] : [`in force where AIRWORTHY_CONFIG=${file}`];
