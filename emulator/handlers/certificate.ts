import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { type Answer, appOf, type Call, text } from "../call.ts";
import { rfc3339 } from "../clock.ts";
import { refuse } from "../errors.ts";
import { dnsOf, expiryOf, isClaimed, isOwned, isWildcard, reconsider } from "../issuance.ts";
import type { App, Certificate } from "../record.ts";
import type { World } from "../state.ts";

function statusOf(world: World, certificate: Certificate): string {
  if (certificate.state === "active" || (certificate.custom && isOwned(world, certificate))) return "active";
  // One of your own is not served before the name is proven to be yours (flyctl, certs import).
  return isClaimed(world, certificate) || certificate.custom ? "pending_ownership" : "pending_validation";
}

/** Something of an app that stays the same and tells nothing about it. */
const mark = ({ id }: App, of: string, length: number) =>
  createHash("sha256").update(`${of} ${id}`).digest("hex").slice(0, length);

/** The records that Fly wants. Those of a wildcard are made at the name below which it is. */
function requirements(world: World, app: App, certificate: Certificate) {
  const base = certificate.hostname.replace(/^\*\./, "");
  const addresses = (...types: string[]) =>
    world.ips
      .of(app.name)
      .filter(({ type }) => types.includes(type))
      .map(({ ip }) => ip);
  return {
    a: addresses("v4", "shared_v4"),
    aaaa: addresses("v6"),
    cname: `${app.name}.fly.dev`,
    acme_challenge: {
      name: `_acme-challenge.${base}`,
      target: `${base}.${mark(app, "acme", 7)}.flydns.net`,
    },
    ownership: {
      name: `_fly-ownership.${base}`,
      app_value: `app-${mark(app, "app", 8)}`,
      org_value: `org-${createHash("sha256").update(app.org).digest("hex").slice(0, 8)}`,
    },
  };
}

function validationErrors(world: World, app: App, certificate: Certificate, now: number) {
  if (statusOf(world, certificate) === "active" || certificate.due !== undefined) return [];
  const { ownership } = requirements(world, app, certificate);
  const error = (code: string, message: string, remediation: string) => [
    { code, message, remediation, timestamp: rfc3339(now) },
  ];
  if (isClaimed(world, certificate)) {
    const way = `Add the TXT record ${ownership.name} with ${ownership.app_value}`;
    return error("ownership", `${certificate.hostname} is claimed by another app`, way);
  }
  if (!dnsOf(world, certificate).validated) {
    return error("dns", `${certificate.hostname} does not lead to this app`, "Add the A and AAAA records");
  }
  return error("ipv6", "The app's IPv6 address is not among the records", "Allocate an IPv6 address");
}

/** One that has ended is shown as it was, with its end in the past: assumed. */
function ownView(world: World, certificate: Certificate) {
  const { createdAt, state } = certificate;
  const isIssued = state === "active";
  const expires_at = rfc3339(expiryOf(certificate, world.clock.now()));
  const issued = ["rsa", "ecdsa"].map((type) => ({ type, certificate_authority: "lets_encrypt", expires_at }));
  return {
    source: "fly",
    status: state,
    created_at: rfc3339(createdAt),
    ...(isIssued ? { issuer: "Let's Encrypt", expires_at } : {}),
    issued: isIssued ? issued : [],
  };
}

/** A host name with its certificates, as Fly shows it. */
function detail(world: World, app: App, certificate: Certificate) {
  const { custom, hostname, state } = certificate;
  const { validated, ownership } = dnsOf(world, certificate);
  const customView = custom && {
    source: "custom",
    status: isOwned(world, certificate) ? "active" : "pending_ownership",
    issuer: custom.issuer,
    created_at: rfc3339(custom.createdAt),
    expires_at: rfc3339(custom.expiresAt),
    issued: [],
  };
  return {
    hostname,
    configured: validated,
    acme_requested: state !== "none",
    status: statusOf(world, certificate),
    dns_provider: "local",
    rate_limited_until: null,
    certificates: [...(customView ? [customView] : []), ...(state === "none" ? [] : [ownView(world, certificate)])],
    dns_requirements: requirements(world, app, certificate),
    validation: {
      dns_configured: validated,
      alpn_configured: validated && !isWildcard(certificate),
      http_configured: validated && !isWildcard(certificate),
      ownership_txt_configured: ownership,
    },
    validation_errors: validationErrors(world, app, certificate, world.clock.now()),
  };
}

function summary(world: World, certificate: Certificate) {
  const { hostname, createdAt, updatedAt, custom, state } = certificate;
  const { validated, ownership } = dnsOf(world, certificate);
  return {
    hostname,
    status: statusOf(world, certificate),
    dns_provider: "local",
    acme_dns_configured: validated,
    acme_alpn_configured: validated,
    acme_http_configured: validated,
    ownership_txt_configured: ownership,
    configured: validated,
    acme_requested: state !== "none",
    has_custom_certificate: custom !== undefined,
    has_fly_certificate: state === "active",
    created_at: rfc3339(createdAt),
    updated_at: rfc3339(updatedAt),
  };
}

export function certificateList(call: Call): Answer {
  const { world, query } = call;
  const limit = Number(query.get("limit") ?? 25);
  if (!Number.isInteger(limit) || limit < 1 || limit > 500) refuse("invalid", { what: "limit must be 1 to 500" });
  const filter = query.get("filter") ?? "";
  const found = world.certificates.of(appOf(call).name).filter(({ hostname }) => hostname.includes(filter));
  for (const certificate of found) reconsider(world, certificate);
  const after = Buffer.from(query.get("cursor") ?? "", "base64url").toString();
  const start = after === "" ? 0 : found.findIndex(({ hostname }) => hostname === after) + 1;
  const page = found.slice(start, start + limit);
  const next = start + limit < found.length ? Buffer.from(page.at(-1)?.hostname ?? "").toString("base64url") : "";
  return {
    status: 200,
    body: {
      certificates: page.map((certificate) => summary(world, certificate)),
      next_cursor: next,
      total_count: found.length,
    },
  };
}

const find = ({ world }: Call, app: App, hostname: string) => world.certificates.get(`${app.name} ${hostname}`);

function certificateOf(call: Call, app: App): Certificate {
  return find(call, app, call.params["hostname"]?.toLowerCase() ?? "") ?? refuse("certificateMissing");
}

const hostnamePattern = /^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/;

/** The certificate for the host name of the body, made where the app does not have the name yet. */
function named(call: Call, app: App): Certificate {
  const { world, body } = call;
  const hostname = (text(body, "hostname") ?? "").toLowerCase();
  if (!hostnamePattern.test(hostname) || hostname.endsWith(".fly.dev")) refuse("hostnameInvalid");
  const now = world.clock.now();
  const fresh = { app: app.name, hostname, createdAt: now, updatedAt: now, state: "none", ahead: [] };
  return find(call, app, hostname) ?? fresh;
}

function changed(call: Call, app: App, certificate: Certificate, status: number): Answer {
  const { world } = call;
  certificate.updatedAt = world.clock.now();
  world.put(world.certificates, certificate);
  reconsider(world, certificate);
  return { status, body: detail(world, app, certificate) };
}

/** Adds a host name and asks Let's Encrypt for its certificate as soon as DNS is right. */
export function certificateRequest(call: Call): Answer {
  const app = appOf(call);
  const certificate = named(call, app);
  if (certificate.state !== "none") refuse("hostnameTaken");
  certificate.state = "pending_validation";
  const answer = changed(call, app, certificate, 201);
  // Nobody has looked at DNS yet.
  return { ...answer, body: { ...(answer.body as object), validation_errors: [] } };
}

/** Takes a certificate of the user's own, in the place of one that is there. Its key is looked at and not kept. */
export function certificateUpload(call: Call): Answer {
  const app = appOf(call);
  const certificate = named(call, app);
  const { issuer, validTo } = pemOf(text(call.body, "fullchain"), text(call.body, "private_key"));
  if (certificate.custom !== undefined && call.world.position("custom-certificate-again") === "refused") {
    refuse("certificateTaken");
  }
  const createdAt = certificate.custom?.createdAt ?? call.world.clock.now();
  certificate.custom = { issuer: issuer.split("\n").join(", "), expiresAt: Date.parse(validTo), createdAt };
  return changed(call, app, certificate, 201);
}

function pemOf(fullchain = "", key = ""): X509Certificate {
  try {
    const certificate = new X509Certificate(fullchain);
    if (certificate.checkPrivateKey(createPrivateKey(key))) return certificate;
  } catch {
    refuse("certificateInvalid", { what: "Fullchain and private key must be PEM" });
  }
  return refuse("certificateInvalid", { what: "Private key does not match the certificate" });
}

/** Shows a host name; one that is being issued is further on the next time somebody looks. */
export function certificateShow(call: Call): Answer {
  const app = appOf(call);
  const { world } = call;
  const certificate = certificateOf(call, app);
  reconsider(world, certificate);
  const answer = { status: 200, body: detail(world, app, certificate) };
  world.moveOn(world.nextChange(certificate));
  return answer;
}

/** Looks at DNS now. */
export function certificateCheck(call: Call): Answer {
  const app = appOf(call);
  const certificate = certificateOf(call, app);
  const { validated, ownership } = dnsOf(call.world, certificate);
  const wanted = requirements(call.world, app, certificate);
  const dns_records = {
    a: validated ? wanted.a : [],
    aaaa: validated ? wanted.aaaa : [],
    cname: [],
    resolved_addresses: validated ? [...wanted.a, ...wanted.aaaa] : [],
    soa: "",
    acme_challenge_cname: validated ? wanted.acme_challenge.target : "",
    ownership_txt: ownership ? wanted.ownership.app_value : "",
  };
  const { status, body } = certificateShow(call);
  return { status, body: { ...(body as object), dns_records } };
}

export function certificateDelete(call: Call): Answer {
  const { certificates } = call.world;
  const certificate = certificateOf(call, appOf(call));
  // What is dropped must not be on its way any more, or it would come back.
  certificate.due = undefined;
  call.world.put(certificates, certificate);
  certificates.drop(certificate);
  return { status: 204 };
}

/** Stops Fly's own; the host name and one of the user's own stay. */
export function certificateAcmeDelete(call: Call): Answer {
  const app = appOf(call);
  const certificate = certificateOf(call, app);
  if (certificate.state === "none") refuse("certificateMissing");
  Object.assign(certificate, { state: "none", ahead: [], due: undefined, issuedAt: undefined, astrayAt: undefined });
  return changed(call, app, certificate, 200);
}

/** Takes one of the user's own away; the host name and Fly's own stay. */
export function certificateCustomDelete(call: Call): Answer {
  const app = appOf(call);
  const certificate = certificateOf(call, app);
  if (certificate.custom === undefined) refuse("certificateMissing");
  certificate.custom = undefined;
  const answer = changed(call, app, certificate, 200);
  const warning = certificate.state === "none" ? "The hostname has no certificate left" : "";
  return { ...answer, body: { ...(answer.body as object), warning } };
}
