import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { type Attestation, type Attestations, attestationsOf, nothingAttested } from "./attestation.ts";
import type { Exemption } from "./exemption.ts";
import { dayOf } from "./exemption-term.ts";
import { type Level, type ProfileName, profiles } from "./profile.ts";
import type { CheckedRule, Rule } from "./rule.ts";

/** Of one rule: whether a finding stops the run, is only shown, or is not looked for. */
export type RuleLevel = Level | "disabled";

/** What the file in `AIRWORTHY_CONFIG` says, with what holds where it says nothing. */
export interface Configuration {
  readonly profile: ProfileName;
  readonly attestations: Attestations;
  /** Whether findings are mended: all that are safe, or of the rules of these names. */
  readonly remediate: boolean | readonly string[];
  /** By the rule's name, where the file says another than the profile. */
  readonly levels: Readonly<Record<string, RuleLevel>>;
  /** Thresholds that the file sets, by the rule's name. */
  readonly thresholds: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Of the file, in its order. */
  readonly exemptions: readonly Exemption[];
  /** Whether exemptions are left out of account: `AIRWORTHY_AUDIT=1`. */
  readonly audit: boolean;
  /** The file, if one is named. */
  readonly file?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the file that `AIRWORTHY_CONFIG` names. Nothing is looked for in the working directory, which for a pack is the
 * pack's own folder. `now` decides what has ended. A mistake in the file is an error of one line.
 */
export async function configurationOf(
  environment: Environment,
  catalogue: readonly (Rule | CheckedRule)[],
  now: Date,
): Promise<Configuration> {
  const audit = environment["AIRWORTHY_AUDIT"] === "1";
  const none = { attestations: nothingAttested, remediate: false, levels: {}, thresholds: {}, exemptions: [] };
  const file = environment["AIRWORTHY_CONFIG"];
  if (!file) return { profile: "production", ...none, audit };
  return { ...(await configurationIn(textOf(file), file, catalogue, now)), audit };
}

/** What the text of a file says. */
export async function configurationIn(
  text: string,
  file: string,
  catalogue: readonly (Rule | CheckedRule)[],
  now: Date,
): Promise<Omit<Configuration, "audit">> {
  const { entryOf, readConfiguration } = await import("./configuration-file.ts");
  const said = readConfiguration(text, file, catalogue, now);
  const rules = Object.entries(said.rules ?? {}) as [string, { level?: RuleLevel } & Record<string, number>][];
  return {
    file,
    profile: (said.profile ?? "production") as ProfileName,
    attestations: attestationsOf((said.attestation ?? []) as Attestation[], now),
    remediate: said.remediate ?? false,
    levels: Object.fromEntries(rules.flatMap(([slug, { level }]) => (level === undefined ? [] : [[slug, level]]))),
    thresholds: thresholdsIn(rules, catalogue, said.budget),
    exemptions: (said.exemption ?? []).map(({ until, ...exemption }, index) => ({
      ...exemption,
      until: dayOf(until),
      entry: entryOf("exemption", index, file),
    })),
  };
}

/** By the rule's name. A budget is the setting of that name of the rule that has one. */
function thresholdsIn(
  rules: readonly [slug: string, said: object][],
  catalogue: readonly (Rule | CheckedRule)[],
  budget: Readonly<Record<string, number | undefined>> = {},
): Record<string, Record<string, number>> {
  const thresholds: Record<string, Record<string, number>> = {};
  for (const [slug, { level: _, ...numbers }] of rules as [string, Record<string, number>][])
    thresholds[slug] = numbers;
  for (const [name, value] of Object.entries(budget)) {
    const rule = catalogue.find((one) => "settings" in one && Object.hasOwn(one.settings, name));
    if (rule && value !== undefined) thresholds[rule.slug] = { ...thresholds[rule.slug], [name]: value };
  }
  return thresholds;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(",")[0] : String(error);
    // The pack runs in a folder of its own.
    const way = isAbsolute(file) ? "Correct the path" : "Give its whole path";
    throw new Error(`read ${file}, named by AIRWORTHY_CONFIG: ${reason}. ${way}, or unset AIRWORTHY_CONFIG.`);
  }
}

/** What a finding of the rule leads to, where it has the rule's own priority. */
export const levelOf = (
  { levels, profile }: Pick<Configuration, "levels" | "profile">,
  { slug, priority }: Pick<Rule, "slug" | "priority">,
): RuleLevel => (Object.hasOwn(levels, slug) ? (levels[slug] as RuleLevel) : profiles[profile][priority]);

/** The thresholds that the file sets for the rule. */
export const thresholdsOf = ({ thresholds }: Configuration, { slug }: Pick<Rule, "slug">) => thresholds[slug] ?? {};

/** Whether the rule's findings are mended, those that it can mend. */
export const remediates = ({ remediate }: Configuration, { slug, remedy }: Pick<Rule, "slug" | "remedy">): boolean =>
  remedy !== undefined &&
  (Array.isArray(remediate) ? remediate.includes(slug) : remediate === true && remedy === "safe");
