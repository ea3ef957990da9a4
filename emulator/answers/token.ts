import { z } from "zod";
import type { Answers } from "./answer.ts";

const bytes = z.array(z.int().min(0).max(255));

const verified = z.object({
  header: z.string(),
  nonce: z.object({ kid: bytes, rnd: bytes, proof: z.boolean() }),
  caveats: z.object({ caveats: z.array(z.object({})) }),
  permission_token: bytes.optional(),
});

const access = z.object({
  action: z.int().min(0).max(31),
  orgid: z.int(),
  appid: z.int().optional(),
  machine: z.string().optional(),
  volume: z.string().optional(),
});

const current = z.object({
  token_id: z.string().min(1),
  organization: z.string(),
  org_slug: z.string().min(1),
  apps: z.array(z.string()),
  user: z.string(),
  restricted_to_machine: z.string(),
  source_machine_id: z.string(),
});

export const tokenAnswers: Answers = {
  Tokens_current: { 200: z.object({ tokens: z.array(current) }) },
  Tokens_authenticate: { 200: z.array(verified) },
  Tokens_authorize: { 200: z.object({ verified_token: verified, access }) },
};
