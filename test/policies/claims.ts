import { Desk } from "../../policies/desk.ts";
import { judge, type Resource, type Rule, type Verdict, type View } from "../../policies/index.ts";
import { applyMends, mendsOf } from "../../policies/remedy.ts";
import { attestations, type Failure, type Fixture, type Unknown } from "./fixture.ts";
import { fromWire, toWire } from "./wire.ts";

/** What a fixture says of its rule. */
export interface Claim {
  readonly name: string;
  /** What of it is not so; `undefined` where it holds. */
  refuted(rule: Rule): string | undefined;
}

/** Everything that a fixture says, so that a test can ask it of a rule, and of a rule with a mistake in it. */
export const claimsOf = (fixture: Fixture): Claim[] =>
  claims(fixture).map(({ name, refuted }) => ({ name, refuted: (rule) => refuted(withSettings(rule, fixture)) }));

/** The rule with the thresholds that the fixture is written for. */
const withSettings = (rule: Rule, { settings: given = {} }: Fixture): Rule => {
  const entries = Object.entries(rule.settings);
  const settings = entries.map(([name, one]) => [name, { ...one, default: given[name] ?? one.default }]);
  return { ...rule, settings: Object.fromEntries(settings) };
};

const claims = ({ passes, fails, boundaries = {}, unknown, notApplicable }: Fixture): Claim[] => [
  ...Object.entries(passes).map(([name, view]) => silent(`has nothing against ${name}`, view)),
  ...Object.entries(fails).map(([name, failure]) => reported(name, failure)),
  ...Object.entries(boundaries).map(([name, { within, beyond }]) => lined(name, within, beyond)),
  ...Object.entries(boundaries).map(([name, { within, beyond }]) => configurable(name, [within, beyond])),
  ...unknownsOf(unknown).map(unsaid),
  silent("has nothing to say where it does not apply", notApplicable),
  ...Object.entries(fails).map(([name, failure]) => mended(name, failure)),
  ...Object.entries(fails).map(([name, failure]) => exempted(name, failure)),
];

type Settings = Readonly<Record<string, number>>;

const verdictsOf = (rule: Rule, view: View, settings: Settings = {}) => judge(rule, view, settings, attestations);
const said = (verdicts: readonly Verdict[]) => verdicts.map(({ state, message }) => `${state}: ${message}`).join("\n");

const silent = (name: string, view: View): Claim => ({
  name,
  refuted: (rule) => said(verdictsOf(rule, view)) || undefined,
});

const reported = (name: string, { given, path, priority }: Failure): Claim => ({
  name: `reports ${name}`,
  refuted(rule) {
    const [verdict, ...more] = verdictsOf(rule, given);
    if (verdict?.state !== "violated" || more.length > 0) return `not one finding: ${said(verdictsOf(rule, given))}`;
    if (verdict.priority !== (priority ?? rule.priority)) return `it is ${verdict.priority}`;
    const begins = `${rule.id} ${verdict.subject?.title}: ${path} `;
    return verdict.message.startsWith(begins) ? undefined : `it says ${verdict.message}`;
  },
});

/** Beyond a threshold between two priorities the finding is a heavier one. */
const weight = (rule: Rule, view: View, settings: Settings = {}) =>
  verdictsOf(rule, view, settings)
    .map(({ priority }) => priority)
    .join();

const lined = (threshold: string, within: View, beyond: View): Claim => ({
  name: `draws the line of ${threshold} where it says`,
  refuted(rule) {
    if (!/^P\d$/.test(weight(rule, beyond))) return `not one finding: ${said(verdictsOf(rule, beyond))}`;
    return weight(rule, within) === weight(rule, beyond) ? "both are the same" : undefined;
  },
});

const configurable = (threshold: string, views: readonly View[]): Claim => ({
  name: `draws another line where ${threshold} is configured`,
  refuted(rule) {
    const { minimum, maximum } = rule.settings[threshold] ?? { minimum: 0, maximum: 0 };
    const moves = (view: View, to: number) => weight(rule, view, { [threshold]: to }) !== weight(rule, view);
    return views.some((view) => moves(view, minimum) || moves(view, maximum)) ? undefined : "it is the same line";
  },
});

const unknownsOf = (unknown: Fixture["unknown"]) => ("given" in unknown ? [unknown] : unknown);

const unsaid = ({ given, path }: Unknown, index: number): Claim => ({
  name: `says what it cannot know yet${index === 0 ? "" : ` (${index + 1})`}`,
  refuted(rule) {
    const [verdict, ...more] = verdictsOf(rule, given);
    if (path === undefined) return verdict && said([verdict]);
    if (verdict?.state !== "unjudged" || more.length > 0) return `not one: ${said(verdictsOf(rule, given))}`;
    const says = `could not be judged: ${path} is not known before \`up\``;
    return verdict.message.includes(says) ? undefined : `it says ${verdict.message}`;
  },
});

/** Alone, as a remediation sees a resource. test/policies/remedy.test.ts does the same with what Pulumi hands over. */
const mended = (name: string, { given, unmended }: Failure): Claim => ({
  name: `is satisfied with what it makes of ${name}`,
  refuted(rule) {
    const resource = verdictsOf(rule, given)[0]?.subject?.resource;
    if (rule.remedy === undefined || resource === undefined) return undefined;
    const mends = mendsOf(verdictsOf(rule, [resource]));
    if (mends.length > 0 === (unmended ?? false)) return `it has ${mends.length} mends`;
    const props = fromWire(toWire(resource.props)) as Resource["props"];
    applyMends(props, mends);
    return unmended ? undefined : said(verdictsOf(rule, [{ ...resource, props }])) || undefined;
  },
});

const lastDay = "2026-12-31";
const dayMs = 86_400_000;

/** To the end of the last day, and of this resource only. */
const exempted = (name: string, { given }: Failure): Claim => ({
  name: `is silent about ${name} as long as that is exempted`,
  refuted(rule) {
    const [verdict] = verdictsOf(rule, given);
    const resource = verdict?.subject?.resource;
    if (verdict === undefined || resource === undefined) return "it has nothing to exempt";
    const states = ([of, days]: readonly [string, number]) => {
      const terms = { reason: "it is so for a reason", owner: "ana", until: lastDay, entry: "exemption 1" };
      const exemptions = [{ ...terms, rule: rule.id, resource: of }];
      const now = new Date(Date.parse(lastDay) + days * dayMs);
      return new Desk({ ...bare, exemptions }, now).weigh(verdict).state;
    };
    const found = (
      [
        [resource.name, 0.99],
        [resource.name, 1],
        ["other", 0],
      ] as const
    )
      .map(states)
      .join();
    return found === "exempted,violated,violated" ? undefined : `it is ${found}`;
  },
});

const bare = {
  profile: "production",
  attestations,
  remediate: false,
  levels: {},
  thresholds: {},
  audit: false,
} as const;

/** What a rule says about its fixture and would write, all of it: the rules' pages have this, so it does not change unseen. */
export const messagesOf = (rule: Rule, fixture: Fixture): [name: string, message: string][] => {
  const set = withSettings(rule, fixture);
  const { fails, unknown } = fixture;
  return [
    ...Object.entries(fails).map(([name, { given }]): [string, string] => [name, say(set, given)]),
    ...unknownsOf(unknown).map(({ given }): [string, string] => ["something that is not known yet", say(set, given)]),
  ];
};

const say = (rule: Rule, view: View) => {
  const verdicts = verdictsOf(rule, view);
  const mends = mendsOf(verdicts).map(({ at, to }) => `Remedy: ${at} becomes ${JSON.stringify(to)}.`);
  return [...verdicts.map(({ message }) => message), ...mends].join("\n");
};
