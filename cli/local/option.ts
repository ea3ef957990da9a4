import { durationMs } from "../../fly/duration.ts";
import { Trouble } from "../trouble.ts";

/** A whole number from the command line. */
export function whole(option: string, given = "", least = 0, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(given);
  if (/^\d+$/.test(given) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `${least} or more` : `${least} to ${most}`;
  throw new Trouble(`${option} must be a whole number, ${range}, not ${JSON.stringify(given)}`);
}

/** A length of time from the command line, in milliseconds: a duration, or a number of milliseconds. */
export function lengthOf(option: string, given = ""): number {
  const ms = durationMs(/^\d+$/.test(given) ? `${given}ms` : given);
  if (ms !== undefined) return Math.round(ms);
  throw new Trouble(`${option} must be a duration as 500ms, 15s, 1h30m or 61d, not ${JSON.stringify(given)}`);
}
