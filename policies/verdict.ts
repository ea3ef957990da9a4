import { type Attestations, nothingAttested } from "./attestation.ts";
import { Unreadable } from "./reading.ts";
import type { Context, Finding, Priority, Rule } from "./rule.ts";
import type { Subject, View } from "./view.ts";

/** What a rule says about one subject. Silence means that the subject passes. */
export interface Verdict {
  readonly rule: Rule;
  /** Absent where the rule broke before it had a subject. */
  readonly subject?: Subject;
  /** `unjudged`: something it needs cannot be read yet. `crashed`: a mistake in the rule. */
  readonly state: "violated" | "unjudged" | "crashed";
  /** What was found, where the state is `violated`. */
  readonly finding?: Finding;
  /** Of the finding, which may be lower than its rule's. */
  readonly priority: Priority;
  /** Begins with the rule's id. Safe to print. */
  readonly message: string;
}

/** Judges all of a rule's subjects. Never throws: what goes wrong with one subject is a verdict about that subject. */
export function judge(
  rule: Rule,
  view: View,
  settings: Readonly<Record<string, number>>,
  attestations: Attestations = nothingAttested,
): Verdict[] {
  let subjects: readonly Subject[];
  try {
    subjects = rule.subjects(view);
  } catch (error) {
    return [broken(rule, error)];
  }
  if (subjects.length === 0) return [];
  const context: Context = {
    view,
    settings: { ...defaultsOf(rule), ...settings },
    attested: (app) => attestations(rule.id, app.text() ?? ""),
  };
  return subjects.flatMap((subject) => judgeOne(rule, subject, context));
}

/** The thresholds of a rule where nobody has set them. */
const defaultsOf = (rule: Rule): Record<string, number> =>
  Object.fromEntries(Object.entries(rule.settings).map(([name, setting]) => [name, setting.default]));

function judgeOne(rule: Rule, subject: Subject, context: Context): Verdict[] {
  const verdicts: Verdict[] = [];
  const unread: Unreadable[] = [];
  try {
    for (const result of rule.check(subject, context)) {
      if (result instanceof Unreadable) unread.push(result);
      else verdicts.push(violated(rule, subject, result));
    }
  } catch (error) {
    if (error instanceof Unreadable) unread.push(error);
    else verdicts.push(broken(rule, error, subject));
  }
  return unread.length === 0 ? verdicts : [...verdicts, unjudged(rule, subject, unread)];
}

function violated(rule: Rule, subject: Subject, finding: Finding): Verdict {
  const { path, found, wanted, priority = rule.priority } = finding;
  // A resource's URN names the types of its parents.
  const fix = subject.resource.urn.includes("airworthy:index:ProductionApp$") ? rule.fix.component : rule.fix.resource;
  const message = `${rule.id} ${subject.title}: ${path} ${found}; want ${wanted}. Fix: ${fix}.`;
  return { rule, subject, state: "violated", priority, message, finding };
}

function unjudged(rule: Rule, subject: Subject, unread: readonly Unreadable[]): Verdict {
  const reasons = [...new Set(unread.map(({ path, reason }) => `${path} ${reason}`))].join(", ");
  const message = `${rule.id} ${subject.title}: could not be judged: ${reasons}.`;
  return { rule, subject, state: "unjudged", priority: rule.priority, message };
}

/** The error's text is left out, because it may quote what the rule was looking at. */
function broken(rule: Rule, error: unknown, subject?: Subject): Verdict {
  const kind = error instanceof Error ? error.name : "an exception";
  const message = `${rule.id} ${subject?.title ?? "the stack"}: could not be judged: the rule ${rule.slug} failed with ${kind}, which is a mistake in it; please report it.`;
  return { rule, ...(subject && { subject }), state: "crashed", priority: rule.priority, message };
}
