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
import type { Attestations } from "./attestation.ts";
import { rules } from "./catalogue.ts";
import { configurationOf } from "./configuration.ts";
import { type Level, type Profile, profiles } from "./profile.ts";
import { unknown } from "./reading.ts";
import type { Priority, Rule } from "./rule.ts";
import { judge, type Verdict } from "./verdict.ts";
import type { Resource, View } from "./view.ts";

const packName = "fly-production";

const severities: Record<Priority, Severity> = { P1: "critical", P2: "medium", P3: "low" };

/** Starts the pack: from here on this process answers the Pulumi CLI. */
export function startPack(environment: Readonly<Record<string, string | undefined>> = process.env): PolicyPack {
  const { profile, attestations, file } = configurationOf(environment, rules, new Date());
  process.stderr.write(`${packName}: profile ${profile}${file === undefined ? "" : ` of ${file}`}\n`);
  return new PolicyPack(packName, {
    description: "The production checklist for Fly.io apps",
    displayName: "Fly production readiness",
    policies: policiesOf(rules, profiles[profile], attestations),
  });
}

/** The rules as Pulumi policies, at the levels of the profile. */
export const policiesOf = (all: readonly Rule[], profile: Profile, attestations: Attestations): Policies =>
  all.map((rule) =>
    rule.level === "resource" ? resourcePolicy(rule, profile) : stackPolicy(rule, profile, attestations),
  );

const described = (rule: Rule, profile: Profile) => ({
  name: rule.slug,
  displayName: `${rule.id} ${rule.title}`,
  description: `${rule.id} ${rule.title}. ${rule.why}`,
  enforcementLevel: profile[rule.priority],
  severity: severities[rule.priority],
  remediationSteps: `With ProductionApp: ${rule.fix.component}. With a resource: ${rule.fix.resource}. With flyctl: ${rule.fix.flyctl}.`,
  url: rule.url,
  ...(Object.keys(rule.settings).length > 0 && { configSchema: { properties: { ...rule.settings } } }),
});

const resourcePolicy = (rule: Rule, profile: Profile): ResourceValidationPolicy => ({
  ...described(rule, profile),
  validateResource(args, report) {
    const view = [seen(args)];
    for (const verdict of judge(rule, view, args.getConfig())) publish(verdict, profile, report);
  },
});

const stackPolicy = (rule: Rule, profile: Profile, attestations: Attestations): StackValidationPolicy => ({
  ...described(rule, profile),
  validateStack(args, report) {
    const view: View = args.resources.map(seen);
    for (const verdict of judge(rule, view, args.getConfig(), attestations)) publish(verdict, profile, report);
  },
});

/** What the SDK's reporter takes besides text (its server.js); its type says text only, which gives no way to say a level. */
interface Report {
  message: string;
  urn?: string;
  enforcementLevel?: Level;
  severity: Severity;
}

function publish(verdict: Verdict, profile: Profile, report: ReportViolation): void {
  const body: Report = { message: verdict.message, severity: severities[verdict.priority] };
  if (verdict.subject) body.urn = verdict.subject.resource.urn;
  if (isDemoted(verdict, profile)) body.enforcementLevel = "advisory";
  (report as unknown as (body: Report) => void)(body);
}

/** Below the policy's own level. Otherwise the level is left to Pulumi, whose configuration may have changed it. */
const isDemoted = ({ state, priority, rule }: Verdict, profile: Profile): boolean =>
  state !== "violated" || (priority !== rule.priority && profile[priority] === "advisory");

const kept = new WeakMap<object, Resource>();

/** A resource in our terms, made once however many children it has. */
function seen(resource: ResourceValidationArgs | PolicyResource): Resource {
  const { type, name, urn, opts } = resource;
  const before = kept.get(resource);
  if (before) return before;
  const parent = "parent" in resource && resource.parent ? seen(resource.parent) : undefined;
  const props = plain(resource.props) as Resource["props"];
  const made = { type, name, urn, protect: opts.protect, parent, props, madeFrom: madeFrom(resource) };
  kept.set(resource, made);
  return made;
}

function madeFrom(resource: ResourceValidationArgs | PolicyResource): Record<string, string[]> {
  if (!("propertyDependencies" in resource)) return {};
  const byProperty = Object.entries(resource.propertyDependencies);
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
