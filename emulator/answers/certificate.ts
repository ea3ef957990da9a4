import { z } from "zod";
import { type Answers, moment, nothing } from "./answer.ts";

const strings = z.array(z.string());
const status = z.enum(["active", "pending_ownership", "pending_validation"]);

const entry = z.object({
  source: z.enum(["custom", "fly"]),
  status,
  created_at: moment,
  expires_at: moment.optional(),
  issuer: z.string().optional(),
  issued: z.array(z.object({ type: z.enum(["rsa", "ecdsa"]), certificate_authority: z.string(), expires_at: moment })),
});

const detail = z.object({
  hostname: z.string(),
  configured: z.boolean(),
  acme_requested: z.boolean(),
  status,
  dns_provider: z.string(),
  rate_limited_until: z.string().nullable(),
  certificates: z.array(entry),
  dns_requirements: z.object({
    a: strings,
    aaaa: strings,
    cname: z.string(),
    acme_challenge: z.object({ name: z.string(), target: z.string() }),
    ownership: z.object({ name: z.string(), app_value: z.string(), org_value: z.string() }),
  }),
  validation: z.object({
    alpn_configured: z.boolean(),
    dns_configured: z.boolean(),
    http_configured: z.boolean(),
    ownership_txt_configured: z.boolean(),
  }),
  validation_errors: z.array(
    z.object({ code: z.string(), message: z.string(), remediation: z.string(), timestamp: moment }),
  ),
});

const summary = z.object({
  hostname: z.string(),
  status,
  dns_provider: z.string(),
  acme_alpn_configured: z.boolean(),
  acme_dns_configured: z.boolean(),
  acme_http_configured: z.boolean(),
  acme_requested: z.boolean(),
  configured: z.boolean(),
  ownership_txt_configured: z.boolean(),
  has_custom_certificate: z.boolean(),
  has_fly_certificate: z.boolean(),
  created_at: moment,
  updated_at: moment,
});

const records = z.object({
  a: strings,
  aaaa: strings,
  cname: strings,
  resolved_addresses: strings,
  soa: z.string(),
  acme_challenge_cname: z.string(),
  ownership_txt: z.string(),
});

export const certificateAnswers: Answers = {
  App_certificates_list: {
    200: z.object({ certificates: z.array(summary), next_cursor: z.string(), total_count: z.int() }),
  },
  App_certificates_acme_create: { 201: detail },
  App_certificates_custom_create: { 201: detail },
  App_certificates_show: { 200: detail },
  App_certificates_check: { 200: z.object({ ...detail.shape, dns_records: records }) },
  App_certificates_delete: { 204: nothing },
  App_certificates_acme_delete: { 200: detail },
  App_certificates_custom_delete: { 200: z.object({ ...detail.shape, warning: z.string() }) },
};
