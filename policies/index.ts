export { checklist, type Row, rules } from "./catalogue.ts";
export { checklistTable } from "./checklist-table.ts";
export { policiesOf, startPack } from "./pack.ts";
export { type ChosenProfile, chosenProfile, type Level, type Profile, type ProfileName, profiles } from "./profile.ts";
export { Reading, Unreadable, unknown } from "./reading.ts";
export type { Context, Finding, Priority, Rule, Setting } from "./rule.ts";
export { judge, type Verdict } from "./verdict.ts";
export type { Resource, Subject, View } from "./view.ts";
