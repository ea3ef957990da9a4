import { isIP } from "node:net";
import { domainToASCII } from "node:url";

const example = 'a host name, such as "shop.example.com" or "*.example.com"';

/** What keeps Fly from having a certificate for the name, with what to give instead; `undefined` where nothing does. */
export function hostnameProblem(name: string): string | undefined {
  if (isIP(name) !== 0) return `is an IP address, for which Fly has no certificates; give ${example}`;
  const host = URL.canParse(name) ? new URL(name).hostname : "";
  if (host !== "") return `is a URL; give the host name alone, "${host}"`;
  const plain = name.toLowerCase().replace(/\.$/, "");
  const ascii = plain.startsWith("*.") ? `*.${domainToASCII(plain.slice(2))}` : domainToASCII(plain);
  if (!isHostname(ascii)) return `is no host name; give ${example}`;
  // DNS takes them for the same; a certificate is found again by its name, so there is one spelling.
  if (ascii !== name) return `is not spelt as DNS has it; give "${ascii}"`;
  if (/(^|\.)(fly\.dev|internal|flycast)$/.test(name)) return "belongs to Fly, which answers under it by itself";
  return undefined;
}

const isHostname = (name: string) =>
  name.length <= 253 && /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/.test(name);

/** Whether a name stands for all names directly below another. */
export const isWildcard = (name: string) => name.startsWith("*.");
