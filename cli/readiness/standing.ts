import type { Configuration } from "../../policies/configuration.ts";
import { Exemptions } from "../../policies/exemption.ts";
import type { Exempted } from "../../policies/record.ts";
import type { CheckedRule } from "../../policies/rule.ts";
import type { Verdict } from "./check.ts";

/** What airworthy.toml says of a rule: that it is not judged, that it fails nothing, or why it may wait. */
export type Standing = "disabled" | "advisory" | Exempted | undefined;

/**
 * What the file says of a rule for these apps, whose names are what an exemption's `resource` is compared with. A profile
 * says nothing here: it is about what stops a preview, and this is about what is the case.
 */
export function standingOf(configuration: Configuration, apps: readonly string[], now: Date) {
  const exemptions = new Exemptions(configuration.exemptions, now);
  return ({ id, slug }: CheckedRule): Standing => {
    const level = configuration.levels[slug];
    if (level === "disabled" || level === "advisory") return level;
    if (configuration.audit || apps.length === 0) return undefined;
    const found = apps.map((name) => exemptions.covering(id, { name, urn: "" }));
    return found.every((one) => one !== undefined) ? found[0] : undefined;
  };
}

/** The verdict as it counts then. */
export function weighed(verdict: Verdict, standing: Standing): Verdict {
  const { status, detail } = verdict;
  if (standing === undefined || standing === "disabled" || status === "PASS" || status === "SKIP") return verdict;
  if (standing === "advisory") return { status: "WARN", detail };
  return {
    status: "WARN",
    detail: `${detail}; exempted until ${standing.until} by ${standing.owner}: ${standing.reason}`,
  };
}
