// What an exemption has to say, wherever it is written: in airworthy.toml, or as a component's argument. Imports nothing,
// because programs load it too.

/** Most days for which something may be exempted: then somebody has to look at it again. */
export const longestDays = 180;
const leastCharacters = 15;
const leastWords = 4;

const dayMs = 86_400_000;

/** The day as TOML and this package write it, by UTC: `2027-02-01`. */
export const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/** Whole days from one moment's day to another's, by UTC. */
export const daysBetween = (from: Date, to: Date): number =>
  Math.floor(to.getTime() / dayMs) - Math.floor(from.getTime() / dayMs);

/** What is wanted of a value, and whether it will do. */
export interface Term {
  readonly holds: (value: unknown) => boolean;
  /** As the end of a sentence that begins with "give". */
  readonly wanted: string;
}

/** Form of a rule's id. Which rules there are, the pack knows. */
export const ruleTerm: Term = {
  holds: (value) => typeof value === "string" && /^FLY-[A-Z]{3}-\d\d$/.test(value),
  wanted: `the id of a rule, such as "FLY-OBS-01"`,
};

export const resourceTerm: Term = {
  holds: (value) => typeof value === "string" && value.trim() !== "",
  wanted: `the name of a resource in the program, with * for any text, such as "shop*"`,
};

export const projectTerm: Term = {
  holds: (value) => typeof value === "string" && value.trim() !== "",
  wanted: "the name of a Pulumi project, as its Pulumi.yaml has it",
};

export const reasonTerm: Term = {
  holds: (value) =>
    typeof value === "string" && value.trim().length >= leastCharacters && words(value).length >= leastWords,
  wanted: `why it may wait, in ${leastCharacters} characters and ${leastWords} words or more`,
};

export const ownerTerm: Term = {
  holds: (value) => typeof value === "string" && value.trim() !== "",
  wanted: "who sees to it",
};

/** The last day. One that has passed will do: the exemption has ended then, which a finding says. */
export const untilTerm = (now: Date): Term => ({
  holds: (value) => {
    const day = dayNamed(value);
    return day !== undefined && daysBetween(now, day) <= longestDays;
  },
  wanted: `its last day, ${lastDay(now)} at the latest (${longestDays} days from today, by UTC)`,
});

/** Latest day that `until` may name. */
export const lastDay = (now: Date): string => dayOf(new Date(now.getTime() + longestDays * dayMs));

/** Whether a last day has passed. */
export const hasEnded = (until: string, now: Date): boolean => until < dayOf(now);

/** The day of that name, if there is one: the 31st of February is none. */
function dayNamed(value: unknown): Date | undefined {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d$/.test(value)) return undefined;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && dayOf(day) === value ? day : undefined;
}

const words = (text: string): string[] => text.trim().split(/\s+/);
