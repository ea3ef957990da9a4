import { z } from "zod";
import { type Answers, moment } from "./answer.ts";

// None of this is in the document: flyctl's types are what is known of it.

const release = z.object({
  id: z.string().min(1),
  version: z.int().min(1),
  status: z.string(),
  stable: z.boolean(),
  in_progress: z.boolean(),
  strategy: z.enum(["BLUEGREEN", "CANARY", "IMMEDIATE", "ROLLING", "ROLLING_ONE", "SIMPLE"]),
  user: z.string(),
  image_ref: z.string(),
  created_at: moment,
});

const organization = z.object({
  id: z.string().min(1),
  internal_numeric_id: z.int(),
  slug: z.string(),
  raw_slug: z.string(),
  paid_plan: z.boolean(),
  personal: z.boolean(),
  billing_status: z.string(),
  provisions_beta_extensions: z.boolean(),
  name: z.string(),
  billable: z.boolean(),
  remote_builder_image: z.string(),
});

const build = z.object({ id: z.int(), status: z.string(), wallclock_time_ms: z.int() });

const line = z.object({
  id: z.string().min(1),
  attributes: z.object({
    timestamp: moment,
    message: z.string(),
    level: z.string(),
    instance: z.string(),
    region: z.string(),
    meta: z.object({ instance: z.string(), region: z.string(), event: z.object({ provider: z.string() }) }),
  }),
});

const error = z.object({
  message: z.string(),
  path: z.array(z.union([z.string(), z.int()])).optional(),
  extensions: z.object({ code: z.string() }).optional(),
});

/** GraphQL checks what it answers itself; here is only what is around it. */
const graphql = z
  .object({ data: z.record(z.string(), z.unknown()).nullish(), errors: z.array(error).min(1).optional() })
  .refine(({ data, errors }) => data !== undefined || errors !== undefined, { message: "has neither data nor errors" });

export const webAnswers: Answers = {
  GraphQL: { 200: graphql },
  Organizations_list: { 200: z.object({ organizations: z.array(organization) }) },
  Organizations_show: { 200: z.object({ organization }) },
  Builds_create: { 200: build },
  Builds_finish: { 200: build },
  Releases_list: { 200: z.object({ releases: z.array(release) }) },
  Releases_current: { 200: release },
  Releases_create: { 201: z.object({ release }) },
  Releases_update: { 200: release },
  Logs_list: { 200: z.object({ data: z.array(line), meta: z.object({ next_token: z.string() }) }) },
};
