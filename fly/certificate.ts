import { z } from "zod";
import type { FlyClient } from "./client.ts";
import { isFlyError } from "./errors.ts";
import { find } from "./gone.ts";

/** One certificate of a host name: Fly's own, or an uploaded one, which is served before Fly's. */
const Issued = z.looseObject({
  source: z.string().nullish(),
  status: z.string().nullish(),
  issuer: z.string().nullish(),
  expires_at: z.string().nullish(),
});

const addresses = z.array(z.string()).nullish();

/** A host name of an app with its certificates, as the Machines API returns it. */
const FlyCertificate = z.looseObject({
  hostname: z.string(),
  status: z.string(),
  acme_requested: z.boolean().nullish(),
  certificates: z.array(Issued).nullish(),
  dns_requirements: z
    .looseObject({
      a: addresses,
      aaaa: addresses,
      acme_challenge: z.looseObject({ name: z.string().nullish(), target: z.string().nullish() }).nullish(),
      ownership: z.looseObject({ name: z.string().nullish(), app_value: z.string().nullish() }).nullish(),
    })
    .nullish(),
  rate_limited_until: z.string().nullish(),
  validation_errors: z
    .array(z.looseObject({ message: z.string().nullish(), remediation: z.string().nullish() }))
    .nullish(),
});
export type FlyCertificate = z.infer<typeof FlyCertificate>;

/** The uploaded certificate of a host name, if there is one. */
export const customOf = ({ certificates }: FlyCertificate) => certificates?.find(({ source }) => source === "custom");

/** Whether Fly's own certificate of a host name is issued. */
export const hasOwn = ({ certificates }: FlyCertificate) =>
  certificates?.some(({ source, status }) => source !== "custom" && status === "active") ?? false;

// A wildcard's star is encoded, though encodeURIComponent leaves it (fly/api: `%2A.example.com`).
const encoded = (hostname: string) => encodeURIComponent(hostname).replaceAll("*", "%2A");
const path = (app: string, rest: string) => `/v1/apps/${app}/certificates/${rest}`;
const named = (app: string, hostname: string) => `${hostname} of app "${app}"`;

/** The host name with its certificates, or `undefined` where it is proven not to be on the app. */
export const certificateFind = (fly: FlyClient, app: string, hostname: string) =>
  find(fly, app, {
    operation: "App_certificates_show",
    does: `read the certificate for ${named(app, hostname)}`,
    method: "GET",
    path: path(app, encoded(hostname)),
    repeat: "always",
    answer: FlyCertificate,
  });

/** A host name in the list of an app's, which has less of each than reading it by itself. */
const Listed = z.looseObject({
  hostname: z.string(),
  status: z.string().nullish(),
  acme_requested: z.boolean().nullish(),
  has_custom_certificate: z.boolean().nullish(),
});
export type ListedCertificate = z.infer<typeof Listed>;

/** The app's host names; `undefined` where the app is gone. */
export async function certificateList(fly: FlyClient, app: string): Promise<ListedCertificate[] | undefined> {
  const all: ListedCertificate[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await find(fly, app, {
      operation: "App_certificates_list",
      does: `list the certificates of app "${app}"`,
      method: "GET",
      path: path(app, "").slice(0, -1),
      query: { limit: 500, cursor },
      repeat: "always",
      answer: z.looseObject({ certificates: z.array(Listed).nullish(), next_cursor: z.string().nullish() }),
    });
    if (page === undefined) return undefined;
    all.push(...(page.certificates ?? []));
    if (!page.next_cursor) return all;
    cursor = page.next_cursor;
  }
}

/** Adds the host name and asks for Fly's own certificate. */
export const certificateRequest = (fly: FlyClient, app: string, hostname: string) =>
  fly.send({
    operation: "App_certificates_acme_create",
    does: `request a certificate for ${named(app, hostname)}`,
    method: "POST",
    path: path(app, "acme"),
    body: { hostname },
    repeat: "unsent",
    answer: FlyCertificate,
  });

/** Whether an error says that the host name is on the app already. */
export const isDuplicate = (error: unknown) =>
  isFlyError(error, "invalid", "conflict") && /already exists/i.test(error.message);

/** Uploads a certificate. It takes the place of one that is there, so a lost answer may be asked for again. */
export const certificateUpload = (
  fly: FlyClient,
  app: string,
  body: { hostname: string; fullchain: string; private_key: string },
) =>
  fly.send({
    operation: "App_certificates_custom_create",
    does: `upload the certificate for ${named(app, body.hostname)}`,
    method: "POST",
    path: path(app, "custom"),
    body,
    repeat: "always",
    // Line by line too: a refusal might quote one.
    confidential: [body.private_key, ...body.private_key.split(/\r?\n/).filter((line) => !line.startsWith("-"))],
    answer: FlyCertificate,
  });

/** Takes an uploaded certificate away and leaves the host name and Fly's own; content where it is gone. */
export const certificateWithdraw = (fly: FlyClient, app: string, hostname: string) =>
  find(fly, app, {
    operation: "App_certificates_custom_delete",
    does: `take away the uploaded certificate for ${named(app, hostname)}`,
    method: "DELETE",
    path: path(app, `${encoded(hostname)}/custom`),
    repeat: "always",
    answer: FlyCertificate,
  });

/** Makes Fly look at the DNS records now, and issue what it can (fly-go, CheckCertificate). */
export const certificateCheck = (fly: FlyClient, app: string, hostname: string) =>
  fly.send({
    operation: "App_certificates_check",
    does: `check the certificate for ${named(app, hostname)}`,
    method: "POST",
    path: path(app, `${encoded(hostname)}/check`),
    repeat: "always",
    answer: FlyCertificate,
  });

/** Takes the host name and all its certificates from the app; content where it is gone. */
export const certificateDelete = (fly: FlyClient, app: string, hostname: string) =>
  find(fly, app, {
    operation: "App_certificates_delete",
    does: `delete the certificate for ${named(app, hostname)}`,
    method: "DELETE",
    path: path(app, encoded(hostname)),
    repeat: "always",
  });
