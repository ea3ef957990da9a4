import { z } from "zod";
import type { FlyCertificate } from "../fly/certificate.ts";
import { isWildcard } from "../fly/hostname.ts";

const dnsRecord = z.object({
  type: z.enum(["A", "AAAA", "CNAME", "TXT"]),
  name: z.string(),
  value: z.string(),
  purpose: z.enum(["traffic", "certificate", "ownership"]),
  required: z.boolean(),
});
export const dnsRecords = z.array(dnsRecord);
export type DnsRecord = z.infer<typeof dnsRecord>;

/**
 * The records that Fly wants for a host name, in an order that does not change: A and AAAA for traffic (decision 0005),
 * the CNAME by which Fly issues without any traffic, and the TXT record that proves whose the name is.
 */
export function recordsOf({ hostname, dns_requirements: wanted, ...live }: FlyCertificate): DnsRecord[] {
  const { acme_challenge: challenge, ownership } = wanted ?? {};
  const isClaimed = [live.status, ...(live.certificates ?? []).map(({ status }) => status)].includes(
    "pending_ownership",
  );
  const isRequested = live.acme_requested !== false;
  return [
    ...traffic("A", hostname, wanted?.a),
    ...traffic("AAAA", hostname, wanted?.aaaa),
    ...record("CNAME", challenge?.name, isRequested && challenge?.target, "certificate", isWildcard(hostname)),
    ...record("TXT", ownership?.name, ownership?.app_value, "ownership", isClaimed),
  ];
}

const traffic = (type: "A" | "AAAA", name: string, values: string[] | null | undefined) =>
  [...(values ?? [])].sort().flatMap((value) => record(type, name, value, "traffic", true));

const record = (
  type: DnsRecord["type"],
  name: string | null | undefined,
  value: string | false | null | undefined,
  purpose: DnsRecord["purpose"],
  required: boolean,
): DnsRecord[] => (name && value ? [{ type, name, value, purpose, required }] : []);

/** A record as one types it where the domain is kept. */
export const recordText = ({ type, name, value }: DnsRecord) => `${type} ${name} ${value}`;
