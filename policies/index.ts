export { type Attestations, nothingAttested, type Standing } from "./attestation.ts";
export { catalogue, checkedRules, checklist, type Row, rules } from "./catalogue.ts";
export { checklistTable } from "./checklist-table.ts";
export {
  type Configuration,
  configurationIn,
  configurationOf,
  levelOf,
  type RuleLevel,
  remediates,
  thresholdsOf,
} from "./configuration.ts";
export { appendTo, Desk, standingRule } from "./desk.ts";
export { type Exemption, Exemptions } from "./exemption.ts";
export { policiesOf, startPack } from "./pack.ts";
export { type Level, type Profile, type ProfileName, profiles } from "./profile.ts";
export { Reading, Unreadable, unknown } from "./reading.ts";
export { type FindingRecord, type RunRecord, recordOf } from "./record.ts";
export type { CheckedRule, Context, DrillName, Entry, Finding, Mend, Priority, Rule, Setting } from "./rule.ts";
export { judge, type Verdict } from "./verdict.ts";
export type { Resource, Subject, View } from "./view.ts";
