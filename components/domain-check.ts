import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import type { ProductionAppArgs } from "./arguments.ts";
import { isRecord, type Report, show } from "./mistake.ts";

const example = 'a host name, such as "shop.example.com" or "*.example.com"';

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

function problemOf(domain: unknown): string | undefined {
  if (typeof domain !== "string" || domain === "") return `is no host name; give ${example}`;
  if (isIP(domain) !== 0) return `is an IP address, for which Fly has no certificates; give ${example}`;
  const host = URL.canParse(domain) ? new URL(domain).hostname : "";
  if (host !== "") return `is a URL; give the host name alone, ${show(host)}`;
  const plain = domain.toLowerCase().replace(/\.$/, "");
  const ascii = plain.startsWith("*.") ? `*.${domainToASCII(plain.slice(2))}` : domainToASCII(plain);
  if (!isHostname(ascii)) return `is no host name; give ${example}`;
  // DNS takes them for the same; a certificate is found again by its name, so there is one spelling.
  if (ascii !== domain) return `is not the name as DNS has it; give ${show(ascii)}`;
  if (/(^|\.)(fly\.dev|internal|flycast)$/.test(domain)) return "Fly gives by itself; take it out";
  return undefined;
}

const isHostname = (name: string) =>
  name.length <= 253 && /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(name);
