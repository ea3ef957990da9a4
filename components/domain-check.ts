import { hostnameProblem } from "../fly/hostname.ts";
import type { ProductionAppArgs } from "./arguments.ts";
import { isRecord, type Report, show } from "./mistake.ts";

/** Reports what is wrong with the domains, and where there is nobody to answer under them. */
export function domainMistakes(report: Report, { domains, private: isPrivate, groups }: ProductionAppArgs): void {
  if (domains === undefined) return;
  if (!Array.isArray(domains)) {
    report("domains", `is ${show(domains)}; give a list of host names`);
    return;
  }
  for (const [index, domain] of (domains as unknown[]).entries()) {
    const first = domains.indexOf(domain as string);
    const problem = first < index ? `is domains[${first}] again; take one of them out` : problemOf(domain);
    if (problem !== undefined) report(`domains[${index}]`, `is ${show(domain)}, which ${problem}`);
  }
  if (domains.length === 0 || !isRecord(groups)) return;
  if (isPrivate === true) {
    report("domains", "is given, but the app is private, so nobody would get through; take out one of the two");
  } else if (!Object.values(groups).some((group) => isRecord(group) && group["http"] !== undefined)) {
    report(
      "domains",
      "is given, but no group has http, so nobody would answer; give a group http, or take domains out",
    );
  }
}

const problemOf = (domain: unknown): string | undefined =>
  typeof domain === "string" && domain !== ""
    ? hostnameProblem(domain)
    : 'is no host name; give one, such as "shop.example.com"';
