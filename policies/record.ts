import type { Level, ProfileName } from "./profile.ts";
import type { Priority } from "./rule.ts";
import type { Verdict } from "./verdict.ts";

/** Why a finding does not count, and until when. */
export interface Exempted {
  readonly reason: string;
  readonly owner: string;
  /** Last day on which it holds: `2027-03-01`. */
  readonly until: string;
}

/** What a report says of one finding: JSON, and nothing in it is a property's value that might be secret. */
export interface FindingRecord {
  /** Id of the rule. */
  readonly rule: string;
  readonly slug: string;
  readonly priority: Priority;
  readonly level: Level;
  readonly state: Verdict["state"] | "exempted";
  /** URN of the resource, or what stands for it where none is declared: `fly.toml`, `app shop`. */
  readonly urn: string;
  /** The resource's name in the program. */
  readonly resource: string;
  /** What a message calls it: `group web of app shop`. */
  readonly subject: string;
  /** The property, as a program spells it; absent where the rule could not judge. */
  readonly path?: string;
  /** The whole message, which begins with the rule's id. */
  readonly message: string;
  readonly exempted?: Exempted;
}

/** A verdict as a report has it. */
export function recordOf(verdict: Verdict, level: Level, exempted?: Exempted): FindingRecord {
  const { rule, subject, state, priority, message, finding } = verdict;
  return {
    rule: rule.id,
    slug: rule.slug,
    priority,
    level,
    state: exempted === undefined ? state : "exempted",
    urn: subject?.resource.urn ?? "",
    resource: subject?.resource.name ?? "",
    subject: subject?.title ?? "the stack",
    ...(finding && { path: finding.path }),
    message,
    ...(exempted && { exempted }),
  };
}

/** The line after the last finding: all there is was judged. */
export interface RunRecord {
  readonly profile: ProfileName;
  /** Empty where the stack has no resource. */
  readonly project: string;
  readonly stack: string;
}

/** Names of the run, from the URN of any of its resources: `urn:pulumi:<stack>::<project>::…`. */
export function runOf(profile: ProfileName, urn = ""): RunRecord {
  const [, stack = "", project = ""] = /^urn:pulumi:(.*?)::(.*?)::/.exec(urn) ?? [];
  return { profile, project, stack };
}
