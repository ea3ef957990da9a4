import type { Input, Output } from "@pulumi/pulumi/output.js";
import { secret } from "@pulumi/pulumi/output.js";
import type { CustomResourceOptions } from "@pulumi/pulumi/resource.js";
import { CustomResource } from "@pulumi/pulumi/resource.js";

/** What a {@link Certificate} is made from. */
export interface CertificateArgs {
  /** App that answers under the name. Changing it replaces the certificate. */
  app: Input<string>;
  /** Host name, such as `shop.example.com` or `*.example.com`. Changing it replaces the certificate. */
  hostname: Input<string>;
  /**
   * Certificate of your own, PEM, followed by its chain. Give `privateKey` too. Fly does not renew it, and serves it once
   * the name leads to the app's IPv6 address or its ownership record is there. Changed in place.
   * @default none: Fly gets one from Let's Encrypt and renews it
   */
  fullchain?: Input<string> | undefined;
  /** Private key of the certificate of your own, PEM. Kept as a Pulumi secret, marked so or not. Changed in place. */
  privateKey?: Input<string> | undefined;
  /**
   * Whether making it waits until Fly has issued the certificate, which needs the DNS records to be there; the longest
   * wait is the resource option `customTimeouts.create`, 15 minutes if not said. @default false
   */
  waitUntilIssued?: Input<boolean> | undefined;
}

/** A DNS record to make where the domain's zone is kept. */
export interface DnsRecord {
  /** Kind of record. */
  type: "A" | "AAAA" | "CNAME" | "TXT";
  /** Full name of the record, without a final dot. */
  name: string;
  /** What it holds. */
  value: string;
  /** `traffic` leads people to the app, `certificate` lets Fly issue, `ownership` takes the name over from another app or proxy. */
  purpose: "traffic" | "certificate" | "ownership";
  /** Whether the certificate cannot be issued, or people not arrive, without it. */
  required: boolean;
}

/**
 * A host name of an app, with the certificate for it: from Let's Encrypt, which Fly renews by itself, or one of your own.
 * A name that is on the app already is adopted. One that another app claims is refused, with the record that takes it over.
 *
 * The records for traffic are the app's addresses at the time. Let the certificate depend on the app's {@link IpAddress}es,
 * as ProductionApp does: one made beside them lacks some of its records until the next refresh. Fly issues only where
 * the app has an IPv6 address, unless the ownership record is there (superfly/docs, custom-domain).
 *
 * @example
 * ```ts
 * const certificate = new Certificate("shop", { app: app.name, hostname: "shop.example.com" });
 * export const records = certificate.dnsRecords;
 * ```
 */
export class Certificate extends CustomResource {
  static readonly __pulumiType = "airworthy:index:Certificate";
  /** App that answers under the name. */
  declare readonly app: Output<string>;
  /** Host name. */
  declare readonly hostname: Output<string>;
  /** Where it stands: `active`, `pending_validation` or what else Fly says, as of the last up or refresh. */
  declare readonly status: Output<string>;
  /** The DNS records that Fly wants, exactly, as of the last up or refresh. */
  declare readonly dnsRecords: Output<DnsRecord[]>;

  constructor(name: string, args: CertificateArgs, options?: CustomResourceOptions) {
    const { privateKey } = args;
    super(
      Certificate.__pulumiType,
      name,
      { status: undefined, dnsRecords: undefined, ...args, ...(privateKey && { privateKey: secret(privateKey) }) },
      options,
    );
  }
}
