import { createHash } from "node:crypto";
import type { Location, Log, ReportingDescriptor, Result } from "sarif";
import { catalogue } from "../../policies/catalogue.ts";
import type { Entry } from "../../policies/rule.ts";
import { version } from "../version.ts";
import { printable } from "./printable.ts";
import type { Report } from "./report.ts";
import { type Check, type CheckOutcome, entryOf, type Finding, fixOf, outcomeOf, saidBy } from "./summary.ts";

const places: ReadonlyMap<string, number> = new Map(catalogue.map(({ id }, index) => [id, index]));

/** SARIF 2.1.0: one run, whose rules are the whole catalogue. */
export function sarif(given: Report): string {
  const report = printable(given);
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Airworthy", semanticVersion: version, rules: catalogue.map(descriptor) } },
        // Uploads of one commit that have the same id replace each other.
        automationDetails: { id: `airworthy/${report.source}/` },
        invocations: [{ executionSuccessful: report.outcome !== "could not tell", endTimeUtc: report.at }],
        originalUriBaseIds: { SRCROOT: { description: { text: "The folder that was judged." } } },
        columnKind: "utf16CodeUnits",
        results: [...report.findings.map(ofFinding), ...report.checks.map(ofCheck)],
        properties: { about: report.about, profile: report.profile, outcome: report.outcome },
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const descriptor = ({ id, slug, title, why, fix, url, priority, rows, kind }: Entry): ReportingDescriptor => ({
  id,
  name: slug,
  shortDescription: { text: `${title}.` },
  fullDescription: { text: why },
  helpUri: url,
  help: {
    text: [
      why,
      `With the component: ${fix.component}.`,
      `With the resource: ${fix.resource}.`,
      `With flyctl: ${fix.flyctl}.`,
    ].join("\n"),
    markdown: [why, "", `- Component: ${fix.component}`, `- Resource: ${fix.resource}`, `- flyctl: ${fix.flyctl}`].join(
      "\n",
    ),
  },
  defaultConfiguration: { level: priority === "P1" ? "error" : priority === "P2" ? "warning" : "note" },
  properties: { priority, kind, rows, tags: [priority, kind, ...rows] },
});

/** `FLY-AVL-02` and its place in the run's rules, where that is still there. */
const ruled = (id: string) => {
  const ruleIndex = places.get(id);
  return { ruleId: id, ...(ruleIndex !== undefined && { ruleIndex }) };
};

const levelOf = ({ level, priority }: Finding): Result.level =>
  level === "mandatory" ? "error" : priority === "P3" ? "note" : "warning";

function ofFinding(finding: Finding): Result {
  const { rule, state, urn, path, exempted } = finding;
  const failed = state === "violated" || state === "exempted";
  const fix = failed ? ` Fix: ${fixOf(finding)}.` : "";
  return {
    ...ruled(rule),
    // Of what is not a failure SARIF wants no level.
    ...(failed
      ? { kind: "fail" as const, level: levelOf(finding) }
      : { kind: "open" as const, level: "none" as const }),
    message: { text: `${saidBy(finding)}${fix}` },
    locations: [placeOf(finding)],
    // What stays the same while lines move.
    partialFingerprints: { "airworthy/v1": digest([rule, urn, path ?? ""]) },
    ...(exempted && {
      suppressions: [
        {
          kind: "external",
          status: "accepted",
          justification: `${exempted.reason} (${exempted.owner}, until ${exempted.until})`,
        },
      ],
    }),
    properties: { priority: finding.priority, level: finding.level },
  };
}

function placeOf({ location, urn, resource, subject }: Finding): Location {
  const name = resource || subject;
  const logicalLocations = [{ name, fullyQualifiedName: urn || name, kind: "resource" }];
  if (location === undefined) return { logicalLocations };
  const uri = location.file.split("/").map(encodeURIComponent).join("/");
  return {
    physicalLocation: { artifactLocation: { uri, uriBaseId: "SRCROOT" }, region: { startLine: location.line } },
    logicalLocations,
  };
}

const kinds: Readonly<Record<CheckOutcome, Result.kind>> = {
  passed: "pass",
  failed: "fail",
  "could not tell": "open",
  "worth a look": "review",
  skipped: "notApplicable",
};

function ofCheck(check: Check): Result {
  const { name, rule, detail } = check;
  const kind = kinds[outcomeOf(check)];
  return {
    ...ruled(rule ?? name),
    kind,
    level: kind === "fail" ? (entryOf(rule)?.priority === "P3" ? "note" : "error") : "none",
    message: { text: `${name}: ${detail}` },
    locations: [{ logicalLocations: [{ name: name, fullyQualifiedName: `check/${name}`, kind: "check" }] }],
    partialFingerprints: { "airworthy/v1": digest(["check", name]) },
  };
}

const digest = (parts: readonly string[]) => createHash("sha256").update(parts.join("\0")).digest("hex");
