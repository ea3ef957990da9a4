import { appendFileSync } from "node:fs";
import { type Configuration, levelOf, type RuleLevel } from "./configuration.ts";
import { type Exemption, Exemptions } from "./exemption.ts";
import { daysBetween, longestDays } from "./exemption-term.ts";
import { type Level, profiles } from "./profile.ts";
import { type FindingRecord, type RunRecord, recordOf, runOf } from "./record.ts";
import type { Entry, Priority } from "./rule.ts";
import type { Verdict } from "./verdict.ts";

/** What exemptions themselves are found wanting for. It is in no catalogue: nothing of an app breaks it. */
export const standingRule = { id: "FLY-EXE-01", slug: "exemption-standing" } as const;

/** Told of every verdict, exempted ones too, and of the end. */
export type Told = (record: FindingRecord | RunRecord) => void;

/** Appends a line of JSON for each to the file of that name. */
export const appendTo =
  (file: string): Told =>
  (record) =>
    appendFileSync(file, `${JSON.stringify(record)}\n`);

/** Where verdicts get their level, and where those that may wait are taken out. */
export class Desk {
  readonly configuration: Configuration;
  readonly exemptions: Exemptions;
  readonly #now: Date;
  readonly #told: Told;
  /** Last days of what exempted something. */
  #exempted: string[] = [];

  constructor(configuration: Configuration, now: Date, told: Told = () => {}) {
    this.configuration = configuration;
    this.exemptions = new Exemptions(configuration.exemptions, now);
    this.#now = now;
    this.#told = told;
  }

  /** What exempts the rule's findings about a resource; nothing does in an audit. */
  covering(rule: Pick<Entry, "id">, resource: { name: string; urn: string }): Exemption | undefined {
    return this.configuration.audit ? undefined : this.exemptions.covering(rule.id, resource);
  }

  /** Decides what a verdict leads to. Only what is violated is exempted: what cannot be judged stays to be seen. */
  weigh(verdict: Verdict): FindingRecord {
    const resource = verdict.subject?.resource;
    const covering = verdict.state === "crashed" || !resource ? undefined : this.covering(verdict.rule, resource);
    const exemption = verdict.state === "violated" ? covering : undefined;
    if (exemption) this.#exempted.push(exemption.until);
    const record = recordOf(verdict, this.#levelOf(verdict), exemption && exemptedBy(exemption));
    this.#told(record);
    return record;
  }

  #levelOf(verdict: Verdict): Level {
    return this.isDemoted(verdict) ? "advisory" : strict(levelOf(this.configuration, verdict.rule));
  }

  /** Whether a verdict is advisory however strict its rule is. */
  isDemoted({ state, priority, rule }: Verdict): boolean {
    return (
      state !== "violated" ||
      (priority !== rule.priority && profiles[this.configuration.profile][priority] === "advisory")
    );
  }

  /**
   * What is wrong with the exemptions, when all of a run has been judged by `judged`: those that have ended are findings as
   * strict as their rule, those that met nothing are worth a look. `known` are the ids of all rules there are.
   */
  standing(judged: readonly Entry[], known: ReadonlySet<string>): FindingRecord[] {
    if (this.configuration.audit) return [];
    const rules = new Map(judged.map((rule) => [rule.id, rule]));
    const isJudged = ({ rule }: Exemption) => rules.has(rule);
    const { ended, unmet } = this.exemptions;
    const found = [
      ...ended.filter(isJudged).map((one) => this.#ended(one, rules.get(one.rule) as Entry)),
      ...unmet.filter(isJudged).map((one) => standingOf(one, "advisory", "P3", meetsNothing(one))),
      // The file's are known to name a rule; a component does not know which there are.
      ...[...ended, ...unmet]
        .filter(({ rule }) => !known.has(rule))
        .map((one) => standingOf(one, "mandatory", "P1", namesNoRule)),
    ];
    for (const record of found) this.#told(record);
    return found;
  }

  #ended(exemption: Exemption, rule: Entry): FindingRecord {
    const days = daysBetween(new Date(exemption.until), this.#now);
    const says = `ended on ${exemption.until}, ${days} ${days === 1 ? "day" : "days"} ago; want what it was for mended. Fix: mend it and take the entry out, or let ${exemption.owner} give a new \`until\`, at most ${longestDays} days ahead.`;
    return standingOf(exemption, strict(levelOf(this.configuration, rule)), rule.priority, says);
  }

  /**
   * Ends a run, of which any resource's URN tells the names: says how many findings were exempted and until when, if any
   * were, and begins anew for the next.
   */
  end(urn?: string): string | undefined {
    this.#told(runOf(this.configuration.profile, urn));
    const [first] = this.#exempted.sort();
    const count = this.#exempted.length;
    this.#exempted = [];
    this.exemptions.forget();
    if (first === undefined) return undefined;
    return count === 1 ? `1 finding exempted, until ${first}` : `${count} findings exempted, the first until ${first}`;
  }
}

const strict = (level: RuleLevel): Level => (level === "mandatory" ? "mandatory" : "advisory");

const exemptedBy = ({ reason, owner, until }: Exemption) => ({ reason, owner, until });

const namesNoRule = "names no rule there is; want the id of one. Fix: correct it; docs/rules/ has a page a rule.";

const meetsNothing = ({ resource, owner }: Exemption) =>
  `meets nothing: no resource${resource === "*" ? "" : ` named ${resource}`} breaks the rule; want only what is needed. Fix: take the entry out, or ask ${owner} what it was for.`;

function standingOf(exemption: Exemption, level: Level, priority: Priority, says: string): FindingRecord {
  const { rule, entry, within = "" } = exemption;
  return {
    rule: standingRule.id,
    slug: standingRule.slug,
    priority,
    level,
    state: "violated",
    urn: within,
    resource: "",
    subject: entry,
    message: `${standingRule.id} ${entry}: the exemption of ${rule} ${says}`,
  };
}
