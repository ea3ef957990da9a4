import { RunError } from "@pulumi/pulumi/errors.js";
import { Output } from "@pulumi/pulumi/output.js";
import { closest, distance } from "fastest-levenshtein";
import { durationMs } from "../fly/duration.ts";

/** Takes down what is wrong with the argument at `path`: what was found there and what is allowed. */
export type Report = (path: string, problem: string) => void;

/** A value as it may be shown: never what an output holds, which may be secret. */
export function show(value: unknown): string {
  if (value === undefined) return "missing";
  if (Output.isInstance(value) || value instanceof Promise) return "an output, not known when resources are counted";
  const text = typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Reports what is no whole number from `least` to `most`. */
export function wholeNumber(report: Report, path: string, value: unknown, least: number, most: number): void {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return;
  const range = most === Number.POSITIVE_INFINITY ? `of ${least} or more` : `from ${least} to ${most}`;
  report(path, `is ${show(value)}; give a whole number ${range}`);
}

/** Reports what is no duration from `least` to `most`; what is not given is fine. */
export function duration(report: Report, path: string, value: unknown, least: string, most?: string): void {
  if (value === undefined) return;
  const ms = typeof value === "string" ? durationMs(value) : undefined;
  const range = most === undefined ? `of ${least} or more` : `from ${least} to ${most}`;
  if (ms === undefined) report(path, `is ${show(value)}; give a duration such as "15s" or "1m30s", ${range}`);
  else if (ms < (durationMs(least) ?? 0) || ms > (durationMs(most) ?? Number.POSITIVE_INFINITY)) {
    report(path, `is ${show(value)}; give a duration ${range}`);
  }
}

/** Reports what is none of `allowed`; what is not given is fine. */
export function oneOf(report: Report, path: string, value: unknown, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value as string)) return;
  report(path, `is ${show(value)}; give ${orList(allowed.map((each) => JSON.stringify(each)))}`);
}

/**
 * Reports what is no object with known keys only, and answers whether `value` can be read on. Programs run with their
 * types stripped, so nothing else would notice a misspelt argument.
 */
export function knownKeys(
  report: Report,
  path: string,
  value: unknown,
  known: Record<string, true>,
  what = "an argument",
): boolean {
  if (!isRecord(value)) {
    report(path || "arguments", `is ${show(value)}; give an object with ${orList(Object.keys(known))}`);
    return false;
  }
  for (const key of Object.keys(value).filter((name) => !Object.hasOwn(known, name))) {
    const near = closest(key, Object.keys(known));
    const hint = distance(key, near) <= 3 ? `did you mean ${near}?` : `there are ${Object.keys(known).join(", ")}`;
    report(path === "" ? key : `${path}.${key}`, `is not ${what}; ${hint}`);
  }
  return true;
}

/** Whether the value is a plain object. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !Output.isInstance(value);

/** `a, b or c`. */
export const orList = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;

/** Stops the program where there are mistakes, all of them told: without a stack trace, which would lead into this package. */
export function refuse(kind: string, name: string, mistakes: readonly string[]): void {
  if (mistakes.length === 0) return;
  const list = mistakes.length === 1 ? ` ${mistakes[0]}` : mistakes.map((mistake) => `\n  ${mistake}`).join("");
  throw new RunError(`${kind} ${JSON.stringify(name)}:${list}`);
}
