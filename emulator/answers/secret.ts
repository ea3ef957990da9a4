import { z } from "zod";
import { type Answers, moment, version } from "./answer.ts";

const times = { created_at: moment, updated_at: moment };

/** Strict: a value must not be among it. */
const secret = z.strictObject({ name: z.string(), digest: z.string().min(1), ...times });

const key = z.object({ name: z.string(), type: z.string(), public_key: z.array(z.int()).optional(), ...times });
const keyMade = z.object({ ...key.shape, ...version });

export const secretAnswers: Answers = {
  Secrets_list: { 200: z.object({ secrets: z.array(secret) }) },
  Secrets_update: { 200: z.object({ secrets: z.array(secret), ...version }) },
  Secret_show: { 200: secret },
  Secret_create: { 201: z.strictObject({ ...secret.shape, ...version }) },
  Secret_delete: { 200: z.object(version) },
  Secretkeys_list: { 200: z.object({ secret_keys: z.array(key) }) },
  Secretkey_get: { 200: key },
  Secretkey_set: { 201: keyMade },
  Secretkey_generate: { 201: keyMade },
  Secretkey_delete: { 200: z.object(version) },
};
