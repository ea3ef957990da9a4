import { expect, test } from "vitest";
import { configurationIn, rules } from "../../policies/index.ts";
import { attestation, exemption } from "./configuration-entry.ts";

const now = new Date("2026-11-23T12:00:00Z");
const read = (text: string) => configurationIn(text, "airworthy.toml", rules, now);

const thresholds = "[rules.volume-snapshots]\n";

// What is wrong, the file, where, and what is said of it.
const mistakes: [string, string, string, string][] = [
  ["no TOML", "profile = ", "1:11", "this is no TOML: "],
  ["text without an end", 'profile = "strict', "1:18", "this is no TOML: "],
  ["a key twice", 'profile = "strict"\nprofile = "staging"', "2:1", "this is no TOML: "],
  ["a day that is none", exemption({ until: "2027-02-31" }), "6:18", "this is no TOML: "],
  ["an unknown key", "[budget]\nmonthlyUSD = 3", "2:1", "budget.monthlyUSD is no key here; did you mean monthlyUsd?"],
  ["an unknown table", "[budgte]", "1:1", "budgte is no key here; did you mean budget?"],
  [
    "a key like no other",
    "answer = 42",
    "1:1",
    "answer is no key here; there are profile, remediate, rules, budget, exemption, attestation",
  ],
  [
    "a key of an entry",
    exemption({ owners: '"ana"' }),
    "7:1",
    "exemption[0].owners is no key here; did you mean owner?",
  ],
  [
    "no profile of ours",
    'profile = "lenient"',
    "1:11",
    'profile is "lenient"; give production, strict or staging, or nothing for production',
  ],
  ["a misspelt profile", 'profile = "stict"', "1:11", 'profile is "stict"; did you mean strict?'],
  ["a number for a profile", "profile = 3", "1:11", "profile is 3; give production"],
  ["what every object has", 'profile = "toString"', "1:11", 'profile is "toString"; give production'],
  ["remediate with a text", 'remediate = "yes"', "1:13", 'remediate is "yes"; give true, false, or a list'],
  [
    "remediate with a rule that mends nothing",
    'remediate = ["two-regions"]',
    "1:14",
    'remediate[0] is "two-regions"; give the name of a rule that can mend',
  ],
  [
    "an unknown rule",
    "[rules.two-region]\nlevel = 'advisory'",
    "1:1",
    "rules.two-region is no key here; did you mean two-regions?",
  ],
  ["a rule by its id", "[rules.FLY-AVL-02]", "1:1", "rules.FLY-AVL-02 is no key here; docs/rules/ has a page"],
  [
    "an unknown level",
    "[rules.two-regions]\nlevel = 'off'",
    "2:9",
    'rules.two-regions.level is "off"; give mandatory, advisory or disabled',
  ],
  [
    "an unknown threshold",
    `${thresholds}day = 3`,
    "2:1",
    "rules.volume-snapshots.day is no key here; did you mean days?",
  ],
  [
    "a threshold below",
    `${thresholds}days = 0`,
    "2:8",
    "rules.volume-snapshots.days is 0; give a whole number from 1 to 60",
  ],
  ["half a day", `${thresholds}days = 1.5`, "2:8", "rules.volume-snapshots.days is 1.5; give a whole number"],
  ["infinite days", `${thresholds}days = inf`, "2:8", "rules.volume-snapshots.days is"],
  [
    "a threshold of a rule that has none",
    "[rules.no-fly-tokens]\ndays = 3",
    "2:1",
    "rules.no-fly-tokens.days is no key here; there are level",
  ],
  ["a list of rules", "rules = ['two-regions']", "1:9", "rules is a list; give tables by a rule's name"],
  [
    "single brackets",
    exemption().replace("[[exemption]]", "[exemption]"),
    "1:1",
    "exemption is a table; give a list of tables, each headed [[exemption]]",
  ],
  ["an exemption of no rule", exemption({ rule: '"FLY-OBS-99"' }), "2:8", 'exemption[0].rule is "FLY-OBS-99"; '],
  [
    "an exemption by a rule's name",
    exemption({ rule: '"logs-shipped"' }),
    "2:8",
    'exemption[0].rule is "logs-shipped"; give the id of a rule',
  ],
  ["no rule", exemption({ rule: undefined }), "1:1", "exemption[0].rule is missing; give the id of a rule"],
  [
    "an empty resource",
    exemption({ resource: '" "' }),
    "3:12",
    'exemption[0].resource is " "; give the name of a resource',
  ],
  [
    "a reason of three words",
    exemption({ reason: '"because someone insisted"' }),
    "4:10",
    'exemption[0].reason is "because someone insisted"; give why it may wait, in 15 characters and 4 words or more',
  ],
  [
    "a reason of 14 characters",
    exemption({ reason: '"it is what itis"'.replace("what ", "wha ") }),
    "4:10",
    "exemption[0].reason is ",
  ],
  ["no owner", exemption({ owner: undefined }), "1:1", "exemption[0].owner is missing; give who sees to it"],
  [
    "a day in quotes",
    exemption({ until: '"2027-02-01"' }),
    "6:9",
    'exemption[0].until is "2027-02-01"; give a day without quotes',
  ],
  [
    "a day with a time",
    exemption({ until: "2027-02-01T10:00:00Z" }),
    "6:9",
    "exemption[0].until is 2027-02-01T10:00:00.000Z; give a day",
  ],
  [
    "181 days",
    exemption({ until: "2027-05-23" }),
    "6:9",
    "exemption[0].until is 2027-05-23; give a day without quotes, its last day, 2027-05-22 at the latest",
  ],
  ["two years", exemption({ until: "2028-11-23" }), "6:9", "exemption[0].until is 2028-11-23; give"],
  [
    "an attestation of no rule",
    `${attestation()}\n${attestation({ rule: '"FLY-XYZ-99"' })}`,
    "8:8",
    'attestation[1].rule is "FLY-XYZ-99"; give one that takes an attestation: FLY-OBS-01',
  ],
  [
    "an attestation of what a program shows",
    attestation({ rule: '"FLY-NET-03"' }),
    "2:8",
    'attestation[0].rule is "FLY-NET-03"; give one that takes',
  ],
  [
    "a star in the middle",
    attestation({ app: '"sh*op"' }),
    "3:7",
    'attestation[0].app is "sh*op"; give the name of an app',
  ],
  [
    "a where of 14 characters",
    attestation({ where: '"in the Grafana"' }),
    "4:9",
    'attestation[0].where is "in the Grafana"; give where what the rule asks for is',
  ],
  ["a where of blanks", attestation({ where: `"${" ".repeat(20)}"` }), "4:9", "attestation[0].where is"],
  ["nobody", attestation({ by: '""' }), "5:6", 'attestation[0].by is ""; give who attests it'],
  [
    "tomorrow",
    attestation({ on: "2026-11-24" }),
    "6:6",
    "attestation[0].on is 2026-11-24; give a day without quotes, today or before (2026-11-23 by UTC)",
  ],
  [
    "an attestation with an end",
    attestation({ until: "2027-01-01" }),
    "7:1",
    "attestation[0].until is no key here; there are rule, app, where, by, on",
  ],
];

test.each(mistakes)("%s is one line with its place", async (_, text, place, says) => {
  const error: Error = await read(text).then(
    () => new Error("it was taken"),
    (reason) => reason,
  );
  expect(error.message).toContain(`airworthy.toml:${place}: ${says}`);
  expect(error.message).not.toContain("\n");
});

test("of several mistakes the first in the file is told, and how many more there are", async () => {
  const text = `${exemption({ owner: '""', reason: '"short"' })}\n[budget]\nmonthly = 3`;
  await expect(read(text)).rejects.toThrow(/:4:10: exemption\[0\]\.reason is .* \(and 2 more mistakes\)$/);
});
