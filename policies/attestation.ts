import { dayOf, daysBetween } from "./exemption-term.ts";

/** What somebody attested of one app for one rule. */
export interface Standing {
  /** Day on which it was attested. */
  readonly on: string;
  /** Whether that is too long ago to count. */
  readonly ended: boolean;
}

/** What is attested of an app for a rule: the newest where there are several. */
export type Attestations = (rule: string, app: string) => Standing | undefined;

export const nothingAttested: Attestations = () => undefined;

/** Days for which an attestation counts. */
const validDays = 180;

/** An entry of the file. */
export interface Attestation {
  readonly rule: string;
  /** A name, or the beginning of one and `*`. */
  readonly app: string;
  readonly on: Date;
}

/** What the entries of a file come to on a day. */
export function attestationsOf(entries: readonly Attestation[], now: Date): Attestations {
  const newestFirst = entries.toSorted((one, other) => other.on.getTime() - one.on.getTime());
  return (rule, app) => {
    const entry = newestFirst.find((one) => one.rule === rule && covers(one.app, app));
    return entry && { on: dayOf(entry.on), ended: daysBetween(entry.on, now) > validDays };
  };
}

const covers = (pattern: string, app: string): boolean =>
  pattern.endsWith("*") ? app.startsWith(pattern.slice(0, -1)) : app === pattern;
