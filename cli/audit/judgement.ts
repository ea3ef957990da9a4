import { catalogue, rules } from "../../policies/catalogue.ts";
import { type Configuration, levelOf, thresholdsOf } from "../../policies/configuration.ts";
import { Desk } from "../../policies/desk.ts";
import type { FindingRecord } from "../../policies/record.ts";
import type { Rule } from "../../policies/rule.ts";
import { judge, type Verdict } from "../../policies/verdict.ts";
import type { Report } from "../report/report.ts";
import { notJudged } from "./limit.ts";
import { asFlySpells, written } from "./origin.ts";
import type { Sighting } from "./sighting.ts";

type Found = Report["findings"][number];

/** What the rules say of an app that no program declares. */
export interface Judgement {
  readonly findings: readonly Found[];
  /** Ids of the rules that judged. */
  readonly judged: readonly string[];
  /** The others, each with the reason. */
  readonly skipped: readonly { readonly rule: Rule; readonly reason: string }[];
}

/** Judges what was seen by the catalogue's rules, at the levels and with the exemptions of the user's file. */
export function judgementOf(seen: Sighting, configuration: Configuration, now: Date): Judgement {
  const desk = new Desk(configuration, now);
  const unseen = { ...notJudged[seen.source], ...seen.unseen };
  const skipped = rules.flatMap((rule) => {
    const off = levelOf(configuration, rule) === "disabled" ? "airworthy.toml turns it off" : undefined;
    const reason = off ?? (Object.hasOwn(unseen, rule.slug) ? unseen[rule.slug] : undefined);
    return reason === undefined ? [] : [{ rule, reason }];
  });
  const left = new Set(skipped.map(({ rule }) => rule));
  const judged = rules.filter((rule) => !left.has(rule));
  const verdicts = judged.flatMap((rule) => {
    const view = apart.has(rule.slug) ? (seen.apart ?? seen.view) : seen.view;
    return judge(rule, view, thresholdsOf(configuration, rule), configuration.attestations);
  });
  const findings = verdicts
    .filter((verdict) => unsaid(verdict) === undefined)
    .map((verdict) => located(desk.weigh(verdict), verdict, seen));
  return {
    findings: [...once(findings), ...desk.standing(judged, new Set(catalogue.map(({ id }) => id)))],
    judged: judged.map(({ id }) => id),
    skipped: [...skipped, ...leftOpen(verdicts, seen)],
  };
}

/** Rules about how the machines of a group differ, which as a group they do not. */
const apart = new Set(["one-image"]);

/** What a rule needed and the source leaves open, where that is why it could not judge. */
const unsaid = ({ state, message }: Verdict): string | undefined =>
  state === "unjudged" ? /(\S+) is not known before `up`/.exec(message)?.[1] : undefined;

function leftOpen(verdicts: readonly Verdict[], seen: Sighting): Judgement["skipped"] {
  const open = verdicts.flatMap((verdict) => {
    const { rule, subject } = verdict;
    const path = unsaid(verdict);
    return path === undefined
      ? []
      : [{ rule, said: `${subject?.title}: ${speller(subject, seen)(path)} is left to the deploy` }];
  });
  return [...Map.groupBy(open, ({ rule }) => rule)].map(([rule, all]) => ({
    rule,
    reason: [...new Set(all.map(({ said }) => said))].join("; "),
  }));
}

/** How the source spells a rule's path. */
const speller = (subject: Verdict["subject"], seen: Sighting) => (path: string) => {
  const place = subject && seen.place?.(subject.resource, path);
  return place ? written(place.key) : asFlySpells(path);
};

/** The record in the words of its source: its keys in place of a program's, and the way of flyctl to mend it. */
function located(record: FindingRecord, { rule, subject, finding }: Verdict, seen: Sighting): Found {
  const spelt = speller(subject, seen);
  if (finding === undefined || subject === undefined) {
    return { ...record, message: record.message.replace(/\b(?:raw|config)\.[\w.[\]"]*\w/g, spelt) };
  }
  const place = seen.place?.(subject.resource, finding.path);
  const path = spelt(finding.path);
  const said = `${finding.found}; want ${finding.wanted}`.replace(/\b[a-z]+(?:[A-Z][a-z]+)+\b/g, asFlySpells);
  return {
    ...record,
    path,
    message: `${rule.id} ${subject.title}: ${path} ${said}. Fix: ${rule.fix.flyctl}.`,
    ...(place && { location: place.location }),
  };
}

/** A key that several groups share is said once. */
function once(findings: readonly Found[]): Found[] {
  const seen = new Set<string>();
  return findings.filter(({ rule, location, path, message }) => {
    if (location === undefined) return true;
    const key = JSON.stringify([rule, location, path, message.slice(message.indexOf(": "))]);
    return !seen.has(key) && seen.add(key);
  });
}
