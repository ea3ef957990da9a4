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
const dayMs = 86_400_000;
const leastWords = 15;

interface Attestation {
  readonly rule: string;
  /** A name, or the beginning of one and `*`. */
  readonly app: string;
  readonly on: Date;
}

type Fields = Readonly<Record<string, unknown>>;

/** For each key, whether the value will do, and what is wanted where it will not. */
const keys: Readonly<Record<string, { readonly holds: (value: unknown) => boolean; readonly wanted: string }>> = {
  rule: { holds: (value) => typeof value === "string", wanted: "the id of a rule" },
  app: {
    holds: (value) => typeof value === "string" && /^([a-z0-9][a-z0-9-]*\*?|\*)$/.test(value),
    wanted: "the name of an app, or its beginning and *",
  },
  where: {
    holds: (value) => typeof value === "string" && value.trim().length >= leastWords,
    wanted: `text of ${leastWords} characters or more: where what the rule asks for is`,
  },
  by: { holds: (value) => typeof value === "string" && value.trim() !== "", wanted: "who attests it" },
  // Of the kinds of time that TOML has, the library marks those without a time of day so.
  on: {
    holds: (value) => value instanceof Date && "isDate" in value,
    wanted: "a day, such as 2026-11-23, without quotes",
  },
};

/**
 * Reads the `[[attestation]]` tables of a file. `attestable` are the ids of rules that an attestation satisfies. A mistake
 * is an error whose message names the entry.
 */
export function attestationsIn(tables: unknown, attestable: ReadonlySet<string>, now: Date): Attestations {
  if (tables === undefined) return nothingAttested;
  if (!Array.isArray(tables)) throw new Error("attestation must be a list of tables, each headed [[attestation]].");
  const entries = tables.map((fields: Fields, index) => entryOf(fields, `attestation ${index + 1}`, attestable, now));
  const newestFirst = entries.toSorted((one, other) => other.on.getTime() - one.on.getTime());
  return (rule, app) => {
    const entry = newestFirst.find((one) => one.rule === rule && covers(one.app, app));
    return entry && { on: dayOf(entry.on), ended: ageInDays(entry.on, now) > validDays };
  };
}

function entryOf(fields: Fields, entry: string, attestable: ReadonlySet<string>, now: Date): Attestation {
  const extra = Object.keys(fields).find((key) => !Object.hasOwn(keys, key));
  if (extra !== undefined) {
    throw new Error(`${entry}: ${extra} is no key of an attestation. It has ${Object.keys(keys).join(", ")}.`);
  }
  const wrong = Object.entries(keys).find(([key, { holds }]) => !holds(fields[key]));
  if (wrong) throw new Error(`${entry}: ${wrong[0]} must be ${wrong[1].wanted}.`);
  const { rule, app, on } = fields as unknown as Attestation;
  if (!attestable.has(rule)) {
    throw new Error(`${entry}: rule must be one that takes an attestation: ${[...attestable].sort().join(", ")}.`);
  }
  if (ageInDays(on, now) < 0) throw new Error(`${entry}: on must not be in the future. Today is ${dayOf(now)} in UTC.`);
  return { rule, app, on };
}

const covers = (pattern: string, app: string): boolean =>
  pattern.endsWith("*") ? app.startsWith(pattern.slice(0, -1)) : app === pattern;

const ageInDays = (on: Date, now: Date): number => Math.floor(now.getTime() / dayMs) - Math.floor(on.getTime() / dayMs);

const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
