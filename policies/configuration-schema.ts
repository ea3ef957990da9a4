import * as z from "zod";
import { lastDay, ownerTerm, projectTerm, reasonTerm, resourceTerm, type Term, untilTerm } from "./exemption-term.ts";
import { profiles } from "./profile.ts";
import type { CheckedRule, Rule, Setting } from "./rule.ts";

/** What airworthy.toml may say: what it is checked with, and what `airworthy.schema.json` is made of. */
export type ConfigurationFile = z.infer<ReturnType<typeof configurationSchema>>;

export type Catalogue = readonly (Rule | CheckedRule)[];

/** A message of each is what is wanted there, as the end of a sentence that begins with "give". */
export function configurationSchema(catalogue: Catalogue, now: Date, named: (slug: string) => boolean = () => true) {
  return z.strictObject({
    profile: choice(Object.keys(profiles), `${orList(Object.keys(profiles))}, or nothing for production`)
      .optional()
      .describe("What a finding's priority leads to. Default: production."),
    remediate: remediateSchema(catalogue)
      .optional()
      .describe("Rules whose findings the preview mends: true for all that are safe, or a list of names."),
    rules: table(rulesSchema(catalogue, named), "tables by a rule's name, such as [rules.two-regions]")
      .optional()
      .describe("Levels and thresholds, by the name of the rule."),
    budget: table({ monthlyUsd: budgetSchema(catalogue).optional() }, "a table: [budget]")
      .optional()
      .describe("What the stack may cost."),
    exemption: tables("exemption", exemptionSchema(catalogue, now)).optional().describe("Findings that may wait."),
    attestation: tables("attestation", attestationSchema(catalogue, now))
      .optional()
      .describe("What is there, where no program shows it."),
  });
}

/** The same for editors, as JSON Schema. */
export const configurationJsonSchema = (catalogue: Catalogue): object => ({
  title: "airworthy.toml",
  ...z.toJSONSchema(configurationSchema(catalogue, new Date(0)), { target: "draft-7", unrepresentable: "any" }),
});

/** The setting that a budget is: it has a table of its own, because people look for it. */
const budgetSetting = "monthlyUsd";

const choice = (values: readonly string[], wanted: string) => z.enum(values as [string], { error: give(wanted) });

const table = <Shape extends z.core.$ZodLooseShape>(shape: Shape, wanted: string) =>
  z.strictObject(shape, { error: (issue) => (issue.code === "invalid_type" ? wanted : undefined) });

const tables = <Item extends z.ZodType>(name: string, item: Item) =>
  z.array(item, { error: give(`a list of tables, each headed [[${name}]]`) });

const give = (wanted: string) => () => wanted;

/** Text of which the term holds. */
const text = ({ holds, wanted }: Term) => z.string({ error: give(wanted) }).refine(holds, { error: give(wanted) });

const day = (holds: (day: Date) => boolean, wanted: string) =>
  z
    .custom<Date>((value) => value instanceof Date && isDay(value) && holds(value), { error: give(wanted) })
    .meta({ type: "string", format: "date" });

/** A date of TOML is midnight by UTC here. */
const isDay = (value: Date) => value.toISOString().endsWith("T00:00:00.000Z");

const judgedAtPreview = (catalogue: Catalogue) => catalogue.filter((rule): rule is Rule => "check" in rule);

function remediateSchema(catalogue: Catalogue) {
  const mended = judgedAtPreview(catalogue).filter(({ remedy }) => remedy !== undefined);
  const wanted = "true, false, or a list of the names of rules";
  const names = mended.map(({ slug }) => slug);
  const name = choice(names, `the name of a rule that can mend: ${names.join(", ")}`);
  return z.union([z.boolean(), z.array(name)], { error: give(wanted) });
}

function rulesSchema(catalogue: Catalogue, named: (slug: string) => boolean) {
  const rules = catalogue.filter(({ slug }) => named(slug));
  return Object.fromEntries(rules.map((rule) => [rule.slug, ruleSchema(rule).optional()]));
}

function ruleSchema(rule: Rule | CheckedRule) {
  const settings = Object.entries("settings" in rule ? rule.settings : {}).filter(([name]) => name !== budgetSetting);
  const numbers = settings.map(([name, setting]) => [name, settingSchema(setting).optional()]);
  const levels = ["mandatory", "advisory", "disabled"];
  const level = choice(levels, orList(levels)).describe("Default: what the profile says of its priority.");
  const shape = { level: level.optional(), ...Object.fromEntries(numbers) };
  return table(shape, "a table of level and thresholds").describe(`${rule.id} (${rule.priority}): ${rule.title}`);
}

function settingSchema({ type, minimum, maximum, description, default: standard }: Setting) {
  const wanted = `a ${type === "integer" ? "whole number" : "number"} from ${minimum} to ${maximum}`;
  const number = type === "integer" ? z.int({ error: give(wanted) }) : z.number({ error: give(wanted) });
  return number
    .min(minimum, { error: give(wanted) })
    .max(maximum, { error: give(wanted) })
    .describe(`${description}. Default: ${standard}.`);
}

function budgetSchema(catalogue: Catalogue) {
  const rule = judgedAtPreview(catalogue).find(({ settings }) => Object.hasOwn(settings, budgetSetting));
  const fallback = {
    type: "number",
    default: 0,
    minimum: 0,
    maximum: 1_000_000,
    description: "Dollars a month",
  } as const;
  return settingSchema(rule?.settings[budgetSetting] ?? fallback);
}

function exemptionSchema(catalogue: Catalogue, now: Date) {
  const ids = catalogue.map(({ id }) => id);
  const until = untilTerm(now);
  const wanted = `a day without quotes, ${until.wanted}, such as ${lastDay(now)}`;
  return table(
    {
      rule: choice(ids, `the id of a rule, such as ${ids[0]}`).meta(titled(catalogue)),
      resource: text(resourceTerm).describe("Names of resources in the program, * for any text."),
      project: text(projectTerm).optional().describe("The Pulumi project it is for; all, where it is left out."),
      reason: text(reasonTerm).meta({ minLength: 15 }).describe("Why it may wait: four words or more."),
      owner: text(ownerTerm).describe("Who sees to it."),
      until: day((value) => until.holds(value.toISOString().slice(0, 10)), wanted).describe(
        "The last day, by UTC, at most 180 days ahead.",
      ),
    },
    "a table, headed [[exemption]]",
  );
}

/** Editors that know of it (Taplo and what is made of it) show the title beside each id. */
const titled = (rules: Catalogue) => ({
  description: "Id of the rule.",
  "x-taplo": { docs: { enumValues: rules.map(({ title }) => title) } },
});

function attestationSchema(catalogue: Catalogue, now: Date) {
  const taking = judgedAtPreview(catalogue).filter(({ attestable }) => attestable);
  const ids = taking.map(({ id }) => id);
  const app = "the name of an app, or its beginning and *";
  const where = "where what the rule asks for is, in 15 characters or more";
  return table(
    {
      rule: choice(ids, `one that takes an attestation: ${ids.toSorted().join(", ")}`).meta(titled(taking)),
      app: text({ holds: (name) => /^([a-z0-9][a-z0-9-]*\*?|\*)$/.test(String(name)), wanted: app }).describe(
        "Name of the app, its beginning and *, or * for all.",
      ),
      where: text({ holds: (place) => String(place).trim().length >= 15, wanted: where })
        .meta({ minLength: 15 })
        .describe("Where it is."),
      by: text({ holds: (person) => String(person).trim() !== "", wanted: "who attests it" }).describe(
        "Who attests it.",
      ),
      on: day(
        (value) => value <= now,
        `a day without quotes, today or before (${now.toISOString().slice(0, 10)} by UTC)`,
      ).describe("The day. It counts for 180 days."),
    },
    "a table, headed [[attestation]]",
  );
}

const orList = (words: readonly string[]) => `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
