import type { CheckedRule } from "../../policies/rule.ts";
import { type Evidence, validDays } from "../drill/evidence.ts";
import { altogether } from "./app.ts";
import { type Check, type Subject, skip, type Verdict } from "./check.ts";

/** What a check of evidence is made from. */
interface EvidenceCheck {
  name: string;
  /** Its `drill` is what the evidence has to be of. */
  rule: CheckedRule;
  /** How to have it done, in words for people. */
  command(app: string): string;
  /** Whether there is something of that app to drill, and if not, why. Asked only where evidence does not do. @default there is */
  nothing?(app: string, subject: Subject, signal: AbortSignal): Promise<string | undefined>;
}

/** A check that judges what drills recorded, an app at a time, or all the project where no app is named. */
export const evidenceCheck = (check: EvidenceCheck): Check => ({
  name: check.name,
  rule: check.rule,
  judge: async (subject, signal) => {
    const { apps } = subject;
    const verdicts = await Promise.all(
      apps.length === 0
        ? [verdictOf(check, subject, undefined)]
        : apps.map((app) => ofApp(check, subject, app, signal)),
    );
    const judged = verdicts.filter(({ status }) => status !== "SKIP");
    // Apps of one stack that have nothing to drill are not worth a word beside one that has.
    return altogether(judged.length > 0 ? judged : verdicts);
  },
});

async function ofApp(check: EvidenceCheck, subject: Subject, app: string, signal: AbortSignal): Promise<Verdict> {
  const verdict = verdictOf(check, subject, app);
  if (verdict.status === "PASS") return verdict;
  const why = await check.nothing?.(app, subject, signal);
  return why === undefined ? verdict : skip(why);
}

const dayMs = 86_400_000;

function verdictOf({ rule, command }: EvidenceCheck, subject: Subject, app: string | undefined): Verdict {
  const newest = subject.evidence.find(
    (one) => one.drill === rule.drill && (app === undefined || one.app === app || one.app === "*"),
  );
  const about = app === undefined ? "" : `${app}: `;
  const how = command(app ?? "<app>");
  if (newest === undefined) return { status: "WARN", detail: `${about}never done: \`${how}\`` };
  const days = (subject.now.getTime() - Date.parse(newest.at)) / dayMs;
  const text = `${about}${described(newest)}`;
  // A clock that is a little off is forgiven; evidence of the future would never end.
  if (days < -1) return { status: "FAIL", detail: `${text}, which is not yet. Do it again: \`${how}\`` };
  if (newest.result === "failed") {
    return { status: "FAIL", detail: `${text}: ${newest.detail}. Mend it, then \`${how}\`` };
  }
  if (days > validDays) {
    return { status: "FAIL", detail: `${text}, which is over ${validDays} days ago. Do it again: \`${how}\`` };
  }
  const left = Math.floor(validDays - Math.max(0, days));
  return { status: "PASS", detail: `${text}, counts for ${left} more ${left === 1 ? "day" : "days"}` };
}

function described({ result, at, release, durationMs }: Evidence): string {
  const what = release === undefined ? "" : `${release.startsWith("sha256:") ? release.slice(0, 19) : release}, `;
  return `${result} on ${at.slice(0, 10)} (${what}${seconds(durationMs)})`;
}

const seconds = (ms: number) => (ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`);
