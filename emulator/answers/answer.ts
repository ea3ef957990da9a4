import { z } from "zod";

/**
 * What an operation may answer: a schema for each status. Required is what the local Fly always says; fields that no
 * schema has may come along, as they may at Fly.
 */
export type Answers = Readonly<Record<string, Readonly<Record<number, z.ZodType>>>>;

/** An answer without a body. */
export const nothing = z.undefined();

export const moment = z.iso.datetime({ offset: true });

export const done = z.object({ ok: z.literal(true) });

/** Changes of an app's secrets counted; the capital twin is what older clients read. */
export const version = { version: z.int(), Version: z.int() };
