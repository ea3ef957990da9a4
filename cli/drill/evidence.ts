import { z } from "zod";

/** What a drill found out, on a day: one line of JSON in the file of evidence. */
export const Evidence = z.strictObject({
  drill: z.enum(["sigterm", "rollback", "restore", "failover", "image", "rotation", "scan"]),
  /** App it was about; for a drill of a local command, what the user calls it. */
  app: z.string(),
  /** When it ended. */
  at: z.iso.datetime(),
  result: z.enum(["passed", "failed"]),
  /** Release or image digest it was about, where there is one. */
  release: z.string().optional(),
  durationMs: z.number().nonnegative(),
  /** One line for people, without secrets: `exited 1.2 s after SIGTERM, 0 of 20 requests lost`. */
  detail: z.string(),
  /** Who ran it. */
  by: z.string(),
});

export type Evidence = z.infer<typeof Evidence>;

/** Days for which evidence counts. */
export const validDays = 90;
