import { z } from "zod";
import { durationMs } from "../fly/duration.ts";
import { nearestRegions, regionProblem, regionsAsOf } from "../fly/regions.ts";

/** Marks an input whose change makes a new resource in the old one's place. */
export const replaces = { replaceOnChanges: true } as const;

/**
 * Marks an input that Fly cannot change and whose change must not replace the resource, because that would lose data.
 * `way` says what to do instead. It does not hold while another input replaces the resource anyway.
 */
export const refuses = (way: string) => ({ refusedOnChange: way }) as const;

/** Name of an app, as Fly allows it; a leading letter keeps it a valid host name. */
export const appName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/, "must be at most 63 lowercase letters, digits and dashes, beginning with a letter");

/**
 * Code of a region. What is retired or misspelt is refused with the nearest ones named; a code the dated table does not
 * have may be a new region, so it passes, the policy pack warns, and Fly has the last word.
 */
export const region = z.string().superRefine((code, context) => {
  const problem = regionProblem(code);
  if (problem === undefined) return;
  const near = nearestRegions(code).join(", ") || "iad, lhr, syd";
  const message =
    problem === "retired"
      ? `Fly has retired region "${code}"; near it are ${near} (regions as of ${regionsAsOf.date})`
      : `"${code}" is no region; did you mean ${near}?`;
  context.addIssue({ code: "custom", message });
});

/** A duration such as `"15s"` within limits in seconds. */
export const duration = (leastSeconds: number, mostSeconds: number, why = "") =>
  z.string().superRefine((text, context) => {
    const ms = durationMs(text);
    if (ms === undefined) {
      context.addIssue({ code: "custom", message: 'must be a duration such as "15s" or "1m30s"' });
    } else if (ms < leastSeconds * 1000 || ms > mostSeconds * 1000) {
      context.addIssue({
        code: "custom",
        message: `must be from ${leastSeconds}s to ${mostSeconds}s${why && `: ${why}`}`,
      });
    }
  });

/** A whole number within limits. */
export const integer = (least: number, most: number) => {
  const message = `must be a whole number from ${least} to ${most}`;
  return z.int(message).min(least, message).max(most, message);
};
