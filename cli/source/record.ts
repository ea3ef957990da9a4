import { type Configuration, levelOf } from "../../policies/configuration.ts";
import type { Desk } from "../../policies/desk.ts";
import { profiles } from "../../policies/profile.ts";
import { sourceScan as rule } from "../../policies/rules/source-scan.ts";
import type { Report } from "../report/report.ts";
import type { SourceFinding } from "./scan.ts";

type Found = Report["findings"][number];

const fix = "Give it a new value, since this one has been seen, and keep that by `fly secrets set`";

/** What was found as findings of FLY-SEC-12, at their level, those that airworthy.toml exempts by the file's path marked. */
export const recordsOf = (findings: readonly SourceFinding[], desk: Desk): Found[] =>
  levelOf(desk.configuration, rule) === "disabled" ? [] : findings.map((finding) => recordOf(finding, desk));

function recordOf({ file, line, what, priority = rule.priority }: SourceFinding, desk: Desk): Found {
  const exemption = desk.covering(rule, { name: file, urn: file });
  const { reason, owner, until } = exemption ?? {};
  return {
    rule: rule.id,
    slug: rule.slug,
    priority,
    level:
      priority === rule.priority
        ? mandatoryOr(levelOf(desk.configuration, rule))
        : ofProfile(desk.configuration, priority),
    state: exemption ? "exempted" : "violated",
    urn: file,
    resource: file,
    subject: file,
    message: `${rule.id} this line: ${what}. Fix: ${fix}.`,
    ...(reason !== undefined && owner !== undefined && until !== undefined && { exempted: { reason, owner, until } }),
    location: { file, line },
  };
}

const mandatoryOr = (level: string) => (level === "mandatory" ? "mandatory" : "advisory");
const ofProfile = ({ profile }: Configuration, priority: Found["priority"]) => profiles[profile][priority];
