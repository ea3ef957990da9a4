import { stripVTControlCharacters } from "node:util";
import { z } from "zod";
import type { FlyClient } from "./client.ts";
import { isFlyError } from "./errors.ts";

const Row = z.looseObject({
  attributes: z.looseObject({ message: z.string().nullish() }).nullish(),
});
const Rows = z.looseObject({ data: z.array(Row).nullish() });

/** As much of a line as says something; a stack trace printed as one line of JSON can be megabytes. */
const longest = 240;

/**
 * The last lines that a machine wrote, oldest first, as far as Fly has them: they arrive some seconds late, and none are
 * answered to a token that may not read them. Never a reason to fail.
 */
export async function lastLines(fly: FlyClient, app: string, machine: string, most: number): Promise<string[]> {
  try {
    const { data } = await fly.send({
      operation: "Logs_list",
      does: `read the log of machine ${machine} of app "${app}"`,
      method: "GET",
      host: "api",
      path: `/api/v1/apps/${app}/logs`,
      query: { instance: machine },
      repeat: "always",
      answer: Rows,
    });
    return (data ?? [])
      .flatMap(({ attributes }) => (attributes?.message ?? "").split(/[\r\n]+/))
      .map((line) => plainLine(fly, line))
      .filter((line) => line.trim() !== "")
      .slice(-most);
  } catch (error) {
    if (!isFlyError(error)) throw error;
    return [];
  }
}

/** A machine's text as one may print it: no secrets, no colours or other orders to the terminal, and not too long. */
export function plainLine(fly: FlyClient, text: string): string {
  // What is secret goes before the text is cut, or half of it would stay.
  const line = fly.conceal(withoutControls(text)).trimEnd();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

/** Control characters, and those that turn the direction of what is read or show nothing. */
const controls = /[\p{Cc}\p{Cf}]/gu;

const withoutControls = (text: string) =>
  stripVTControlCharacters(text).replaceAll("\t", "  ").replaceAll(controls, "");
