import { appFind } from "../../fly/app.ts";
import type { FlyClient } from "../../fly/client.ts";
import { FlyError } from "../../fly/errors.ts";
import { type FlyMachine, machineList, metadataOf, shownConfig } from "../../fly/machine.ts";
import { organisationOf as learnt } from "../../fly/token.ts";
import { type Check, type Subject, skip, type Verdict } from "./check.ts";

/** How bad each is; a line about several things has the worst. */
const ranks: readonly Verdict["status"][] = ["FAIL", "WARN", "PASS", "SKIP"];

const worst = (verdicts: readonly Verdict[]) =>
  ranks.find((rank) => verdicts.some(({ status }) => status === rank)) ?? "SKIP";

/** One verdict on several things of a kind: what is as it should be is not worth a word beside what is not. */
export function together(verdicts: readonly Verdict[]): Verdict {
  const status = worst(verdicts);
  const worth = verdicts.filter((verdict) => verdict.status === status);
  return { status, detail: [...new Set(worth.map(({ detail }) => detail))].join("; ") };
}

/** One verdict on several sides of one thing, each of which is said. */
export const altogether = (verdicts: readonly Verdict[]): Verdict => ({
  status: worst(verdicts),
  detail: verdicts.map(({ detail }) => detail).join("; "),
});

/** What a check says of one app. */
type JudgeApp = (app: string, fly: FlyClient, subject: Subject) => Promise<Verdict>;

/** A check's function that judges each app by itself, all at once. What cannot be told of one hides no failure of another. */
export const eachApp =
  (judge: JudgeApp): Check["judge"] =>
  async (subject, signal) => {
    const { apps } = subject;
    if (apps.length === 0) return skip("no app is named");
    const results = await Promise.allSettled(apps.map(async (app) => judge(app, subject.fly(signal), subject)));
    const verdicts = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const whole = together(verdicts);
    const untold = results.find((result) => result.status === "rejected");
    if (untold !== undefined && whole.status !== "FAIL") throw untold.reason;
    return whole;
  };

/** The app's machines; throws where Fly shows this token no such app. */
export async function machinesOf(fly: FlyClient, app: string): Promise<FlyMachine[]> {
  const found = await machineList(fly, app);
  if (found === undefined) throw missing(app);
  return found;
}

/** Slug of the organisation that has the apps: the one that was given, else the apps' own. */
export async function organisationOf({ org, apps }: Subject, fly: FlyClient): Promise<string> {
  const [app] = apps;
  if (org !== undefined || app === undefined) return org ?? learnt(fly);
  return (await appFind(fly, app))?.organization?.slug ?? learnt(fly);
}

/** What there is to say of an app that is not there. */
export const missing = (app: string) => new FlyError("not-found", `look at app "${app}"`, "there is no such app");

/** Of a service, in Fly's spelling, what is looked at. */
export interface WireService {
  autostop?: boolean | string | null;
  autostart?: boolean | null;
  min_machines_running?: number | null;
  ports?: { port?: number | null; handlers?: string[] | null; force_https?: boolean | null }[] | null;
}

export const servicesOf = (machine: FlyMachine): WireService[] =>
  (shownConfig(machine)["services"] as WireService[] | null | undefined) ?? [];

/** Process group of a machine, as flyctl and we write it. */
export const groupOf = (machine: FlyMachine): string => metadataOf(machine)["fly_process_group"] || "app";

/**
 * Whether a machine is there to go on: not a console, a release command or a canary, which end, not a task of Fly's clock
 * and not one that waits for another to fail.
 */
export function isLasting(machine: FlyMachine): boolean {
  const { auto_destroy, schedule, standbys } = shownConfig(machine) as Record<string, unknown>;
  const hasStandbys = Array.isArray(standbys) && standbys.length > 0;
  return !auto_destroy && !schedule && !hasStandbys && metadataOf(machine)["airworthy_phase"] === undefined;
}

/** `1 machine`, `2 machines`. */
export const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Each once, sorted, for people. */
export const listed = (items: Iterable<string>) => [...new Set(items)].sort().join(", ");
