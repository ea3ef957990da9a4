import type { Standing } from "./attestation.ts";
import { type Reading, Unreadable } from "./reading.ts";
import type { Subject, View } from "./view.ts";

/** P1: outage, loss of data or of a credential. P2: a likely incident. P3: hygiene or cost. */
export type Priority = "P1" | "P2" | "P3";

/** A threshold that Pulumi's policy configuration can change. */
export interface Setting {
  readonly type: "integer" | "number";
  readonly default: number;
  readonly minimum: number;
  readonly maximum: number;
  /** What it is, with its unit. */
  readonly description: string;
}

/** What would make a finding go away: the property at the path of a {@link Reading}, and what it becomes. */
export interface Mend {
  readonly at: string;
  readonly to: string | number | boolean | readonly string[];
}

/** What a rule found wrong. Never holds a value that might be secret. */
export interface Finding {
  /** The property, as a program spells it. */
  readonly path: string;
  /** What is there, as the end of a sentence that begins with the path. */
  readonly found: string;
  /** What is wanted instead. */
  readonly wanted: string;
  /** Where this finding weighs less than the rule. A finding of lower priority than its rule is demoted. */
  readonly priority?: Priority;
  /** Where the rule has a {@link Rule.remedy}: what mends it, all of it together. */
  readonly mend?: Mend | readonly Mend[];
}

/** What a rule may use besides its subject. */
export interface Context<Name extends string = string> {
  readonly view: View;
  readonly settings: Readonly<Record<Name, number>>;
  /** What somebody attested of the app for this rule. */
  attested(app: Reading): Standing | undefined;
}

/** One item of the checklist as people read it, wherever it is judged. */
export interface Entry {
  /** `FLY-<GROUP>-<nn>`, never reused. */
  readonly id: string;
  /** Name of the Pulumi policy and of the rule's file. */
  readonly slug: string;
  readonly title: string;
  readonly priority: Priority;
  /** What happens to those who break it. */
  readonly why: string;
  /** One line each: how to mend it with the component, with the resource, and with flyctl. */
  readonly fix: { readonly component: string; readonly resource: string; readonly flyctl: string };
  /** Fly's documentation. */
  readonly url: string;
  /** From the program, from the account, or by a dated attestation. */
  readonly kind: "static" | "live" | "evidence";
  /** Rows of the checklist it belongs to. */
  readonly rows: readonly string[];
}

/** What leaves evidence behind: the drills, and the scan of the source. */
export type DrillName = "sigterm" | "rollback" | "restore" | "failover" | "image" | "rotation" | "scan";

/** An item that `airworthy check` judges: from the account, or by what a drill recorded. Its function is in cli/readiness/. */
export interface CheckedRule extends Entry {
  readonly kind: "live" | "evidence";
  /** Where the kind is `evidence`: the drill that it wants to have passed. */
  readonly drill?: DrillName;
}

/** An item that a preview judges: data, and a pure function that judges one subject. */
export interface Rule extends Entry {
  readonly kind: "static" | "evidence";
  /** Whether a dated attestation satisfies it: what it asks for may be where no program shows it. */
  readonly attestable: boolean;
  /** `resource`: judged by one resource's inputs, before it is made. `stack`: needs to see several. */
  readonly level: "resource" | "stack";
  readonly settings: Readonly<Record<string, Setting>>;
  /**
   * Whether its findings say what mends them: `safe` changes nothing that a user of the app would notice, `asked` changes
   * how it behaves or what it costs. Only of rules of level `resource`, since a remediation sees one resource.
   */
  readonly remedy?: "safe" | "asked";
  /** What there is to judge. */
  subjects(view: View): readonly Subject[];
  /** Findings about one subject, and what could not be read of it. May throw {@link Unreadable}. */
  check(subject: Subject, context: Context): Iterable<Finding | Unreadable>;
}

type Definition<S extends Subject, Name extends string> = Omit<
  Rule,
  "settings" | "subjects" | "check" | "kind" | "attestable"
> & {
  readonly kind?: Rule["kind"];
  readonly attestable?: boolean;
  readonly settings?: Readonly<Record<Name, Setting>>;
  subjects(view: View): readonly S[];
  check(subject: S, context: Context<Name>): Iterable<Finding | Unreadable>;
};

/** A rule whose function gets the subjects that `subjects` selects. */
export const defineRule = <S extends Subject, Name extends string = never>(definition: Definition<S, Name>): Rule =>
  ({ kind: "static", settings: {}, attestable: definition.kind === "evidence", ...definition }) as Rule;

/** A rule that `airworthy check` judges. */
export const defineCheckedRule = (definition: CheckedRule): CheckedRule => definition;

/** Judges each item by itself, so that one that cannot be read hides nothing of the others. */
export function* each<T>(
  items: Iterable<T>,
  judge: (item: T) => Iterable<Finding | Unreadable>,
): Generator<Finding | Unreadable> {
  for (const item of items) {
    try {
      yield* judge(item);
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      yield error;
    }
  }
}

/** The finding, where nobody attests that what it misses of the app is met elsewhere. */
export function* unlessAttested(app: Reading, { attested }: Context, finding: Finding): Generator<Finding> {
  const standing = attested(app);
  if (standing === undefined) yield { ...finding, found: `${finding.found}, nor attested` };
  else if (standing.ended) {
    yield { ...finding, found: `${finding.found}; it was attested on ${standing.on}, which is over 180 days ago` };
  }
}
