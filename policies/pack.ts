import {
  type Policies,
  PolicyPack,
  type PolicyResource,
  type ReportViolation,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type Severity,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { catalogue, rules } from "./catalogue.ts";
import { type Configuration, configurationOf, levelOf, remediates, thresholdsOf } from "./configuration.ts";
import { appendTo, Desk, standingRule } from "./desk.ts";
import type { Level } from "./profile.ts";
import { unknown } from "./reading.ts";
import type { FindingRecord } from "./record.ts";
import { applyMends, mendsOf } from "./remedy.ts";
import type { Priority, Rule } from "./rule.ts";
import { outdatedTables } from "./table-age.ts";
import { judge, type Verdict } from "./verdict.ts";
import type { Resource, View } from "./view.ts";

const packName = "fly-production";

const severities: Record<Priority, Severity> = { P1: "critical", P2: "medium", P3: "low" };

/** Starts the pack: from here on this process answers the Pulumi CLI. */
export async function startPack(environment: Readonly<Record<string, string | undefined>> = process.env) {
  const now = new Date();
  const configuration = await configurationOf(environment, catalogue, now);
  const { profile, file, audit } = configuration;
  say(`profile ${profile}${file === undefined ? "" : ` of ${file}`}${audit ? ", no exemption counts" : ""}`);
  for (const line of outdatedTables(now)) say(line);
  const findings = environment["AIRWORTHY_FINDINGS"];
  const desk = new Desk(configuration, now, findings ? appendTo(findings) : undefined);
  return new PolicyPack(packName, {
    description: "The production checklist for Fly.io apps",
    displayName: "Fly production readiness",
    policies: policiesOf(rules, desk),
  });
}

const say = (text: string) => process.stderr.write(`${packName}: ${text}\n`);

/** The rules as Pulumi policies, at the levels of the configuration; the last one judges the exemptions. */
export const policiesOf = (all: readonly Rule[], desk: Desk): Policies => [
  ...all.map((rule) => (rule.level === "resource" ? resourcePolicy(rule, desk) : stackPolicy(rule, desk))),
  standingPolicy(all, desk),
];

const described = (rule: Rule, { configuration }: Desk) => ({
  name: rule.slug,
  displayName: `${rule.id} ${rule.title}`,
  description: `${rule.id} ${rule.title}. ${rule.why}`,
  enforcementLevel: remediates(configuration, rule) ? ("remediate" as const) : levelOf(configuration, rule),
  severity: severities[rule.priority],
  remediationSteps: `With ProductionApp: ${rule.fix.component}. With a resource: ${rule.fix.resource}. With flyctl: ${rule.fix.flyctl}.`,
  url: rule.url,
  ...(Object.keys(rule.settings).length > 0 && { configSchema: { properties: schemaOf(rule, configuration) } }),
});

/** The CLI fills in what nobody configured from the defaults here, so what the file says has to be the default. */
const schemaOf = (rule: Rule, configuration: Configuration) => {
  const set = thresholdsOf(configuration, rule);
  const settings = Object.entries(rule.settings);
  return Object.fromEntries(settings.map(([name, one]) => [name, { ...one, default: set[name] ?? one.default }]));
};

const resourcePolicy = (rule: Rule, desk: Desk): ResourceValidationPolicy => ({
  ...described(rule, desk),
  validateResource(args, report) {
    const view = viewOfOne(args);
    noteAll(view, desk, args.opts.parent);
    for (const verdict of judge(rule, view, settingsOf(rule, args, desk)))
      publish(desk.weigh(verdict), verdict, desk, report);
  },
  ...(rule.remedy && {
    remediateResource(args) {
      const resource = resourceOf(args);
      // A resource is remedied before it is validated, and what exempts it may be its component's argument.
      desk.exemptions.note({ ...resource, parent: args.opts.parent });
      const verdicts = judge(rule, [resource], settingsOf(rule, args, desk));
      const mended = verdicts.filter(({ subject }) => subject && !desk.covering(rule, subject.resource));
      return applyMends(args.props, mendsOf(mended)) ? args.props : undefined;
    },
  }),
});

const stackPolicy = (rule: Rule, desk: Desk): StackValidationPolicy => ({
  ...described(rule, desk),
  validateStack(args, report) {
    const view = viewOf(args.resources);
    noteAll(view, desk);
    const verdicts = judge(rule, view, settingsOf(rule, args, desk), desk.configuration.attestations);
    for (const verdict of verdicts) publish(desk.weigh(verdict), verdict, desk, report);
  },
});

const settingsOf = (rule: Rule, args: { getConfig<T extends object>(): T }, { configuration }: Desk) => ({
  ...thresholdsOf(configuration, rule),
  ...args.getConfig<Record<string, number>>(),
});

/** Last of all, when every rule has met what it meets. */
const standingPolicy = (all: readonly Rule[], desk: Desk): StackValidationPolicy => ({
  name: standingRule.slug,
  displayName: `${standingRule.id} Exemptions hold and are needed`,
  description: `${standingRule.id} Exemptions hold and are needed. One that has ended hides nothing, and one that meets nothing would hide the next mistake.`,
  enforcementLevel: "mandatory",
  validateStack({ resources }, report) {
    for (const { message, level, priority, urn } of desk.standing(all, ids)) {
      const body: Report = { message, severity: severities[priority], ...(urn !== "" && { urn }) };
      tell(report, level === "mandatory" ? body : { ...body, enforcementLevel: "advisory" });
    }
    const summary = desk.end(resources[0]?.urn);
    if (summary !== undefined) say(summary);
  },
});

const ids: ReadonlySet<string> = new Set(catalogue.map(({ id }) => id));

/** What the SDK's reporter takes besides text (its server.js); its type says text only, which gives no way to say a level. */
interface Report {
  message: string;
  urn?: string;
  enforcementLevel?: Level;
  severity: Severity;
}

const tell = (report: ReportViolation, body: Report) => (report as unknown as (body: Report) => void)(body);

function publish({ level, state }: FindingRecord, verdict: Verdict, desk: Desk, report: ReportViolation): void {
  if (state === "exempted") return;
  const body: Report = { message: verdict.message, severity: severities[verdict.priority] };
  if (verdict.subject) body.urn = verdict.subject.resource.urn;
  // Otherwise the level is left to Pulumi, whose configuration may have changed it; but it would make mandatory all that a
  // remediation has left.
  if (desk.isDemoted(verdict) || remediates(desk.configuration, verdict.rule)) body.enforcementLevel = level;
  tell(report, body);
}

const noted = new WeakSet<View>();

/** Lets the exemptions know once of what is judged; `parent` is of a resource that is judged by itself. */
function noteAll(view: View, { exemptions }: Desk, parent?: string): void {
  if (noted.has(view)) return;
  noted.add(view);
  for (const resource of view) exemptions.note({ ...resource, parent: resource.parent?.urn ?? parent });
}

const kept = new WeakMap<object, readonly [Resource]>();

/** What the SDK's proxy is around: the same object for all rules of one question where the SDK reads it once (tools/build.mjs). */
const proxied = "__getSpecialProxyTarget";

/** A resource in our terms, as all there is to see: made once however many children it has and rules ask. */
function viewOfOne(resource: ResourceValidationArgs | PolicyResource): readonly [Resource] {
  const key = (resource.props as { [proxied]?: object })[proxied] ?? resource;
  const before = kept.get(key);
  if (before) return before;
  const made = [resourceOf(resource)] as const;
  kept.set(key, made);
  return made;
}

const seen = (resource: PolicyResource): Resource => viewOfOne(resource)[0];

/** What it is at this moment: a remediation changes it. */
function resourceOf(resource: Pick<ResourceValidationArgs, "type" | "name" | "urn" | "opts" | "props">): Resource {
  const { type, name, urn, opts } = resource;
  const parent = (resource as Partial<PolicyResource>).parent;
  const props = plain(resource.props) as Resource["props"];
  return {
    type,
    name,
    urn,
    protect: opts.protect,
    parent: parent && seen(parent),
    props,
    madeFrom: madeFrom(resource),
  };
}

let last: View = [];

/** The stack in our terms: the same for all rules of one question, so that what they make of it is made once too. */
function viewOf(resources: readonly PolicyResource[]): View {
  const view = resources.map(seen);
  const isLast = view.length === last.length && view.every((resource, index) => resource === last[index]);
  if (!isLast) last = view;
  return last;
}

function madeFrom({ propertyDependencies = {} }: Partial<PolicyResource>): Record<string, string[]> {
  const byProperty = Object.entries(propertyDependencies);
  return Object.fromEntries(byProperty.map(([key, sources]) => [key, sources.map(({ urn }) => urn)]));
}

/**
 * Properties without the SDK's proxy, which throws when an unknown is touched, at any depth: here a marker takes the
 * place of each, so that a rule stumbles only over those it needs.
 */
function plain(value: unknown): unknown {
  if (value === null || typeof value !== "object") return value;
  const known = (key: string | number): unknown => {
    try {
      return plain((value as Record<string | number, unknown>)[key]);
    } catch {
      return unknown;
    }
  };
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => known(index));
  return Object.fromEntries(Object.keys(value).map((key) => [key, known(key)]));
}
