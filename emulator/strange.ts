import { milliseconds } from "./duration.ts";

/** Maps whose keys are the user's: Fly would not put fields of its own there. */
const userMaps = new Set(["env", "metadata", "labels", "values", "headers", "checks"]);

const durationKeys = /^(interval|timeout|grace_period|idle_timeout|headers_read_timeout|ttl)$/;

/** The same answer as a Fly of another day might spell it: more fields, null for empty lists, durations otherwise. */
export function strange(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.length === 0 ? null : value.map((item) => strange(item));
  if (typeof value === "string" && durationKeys.test(key)) return otherSpelling(value);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([name, inner]) => [name, strange(inner, name)] as const);
  return { ...Object.fromEntries(entries), ...(userMaps.has(key) ? {} : { x_new_field: { since: "2027" } }) };
}

function otherSpelling(duration: string): string {
  const ms = milliseconds(duration);
  return ms === undefined || ms % 1000 !== 0 ? duration : `0h${Math.floor(ms / 60_000)}m${(ms % 60_000) / 1000}s`;
}
