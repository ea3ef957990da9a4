import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { Trouble } from "../trouble.ts";
import { html } from "./html.ts";
import { json } from "./json.ts";
import { markdown } from "./markdown.ts";
import type { Report } from "./report.ts";
import { sarif } from "./sarif.ts";
import { type Terminal, text } from "./text.ts";

export type FormatName = "text" | "json" | "sarif" | "markdown" | "html";

/** Each format: a pure function of the report; only text looks different on a terminal. */
export const formats: Readonly<Record<FormatName, (report: Report, terminal?: Terminal) => string>> = {
  text,
  json,
  sarif,
  markdown,
  html,
};

/** The format of that name, as an option's value. */
function formatNamed(name: string): FormatName {
  if (Object.hasOwn(formats, name)) return name as FormatName;
  throw new InvalidArgumentError(`It is one of ${Object.keys(formats).join(", ")}.`);
}

/** What `--format` and `--output` say. */
export interface Delivery {
  readonly format?: FormatName;
  /** Files to write; standard output where there are none. */
  readonly output?: readonly string[];
}

/** What the name of a file says of its format, where `--format` does not. */
const endings: Readonly<Record<string, FormatName>> = {
  ".html": "html",
  ".json": "json",
  ".md": "markdown",
  ".sarif": "sarif",
  ".txt": "text",
};

/** Gives a command the settings that {@link deliver} reads. */
export const withFormat = (command: Command): Command =>
  command
    .option(
      "--format <name>",
      `${Object.keys(formats).join(", ")}; by default what a file's name says, else text`,
      formatNamed,
    )
    .option(
      "--output <file>",
      `write the report there and not to standard output; may be given again (${Object.keys(endings).join(", ")})`,
      (file: string, files: readonly string[] = []) => [...files, file],
    );

/** Writes the report to each file that was asked for, else to standard output. */
export async function deliver(report: Report, { format, output = [] }: Delivery): Promise<void> {
  if (output.length === 0) return print(formats[format ?? "text"](report, terminal()));
  for (const file of output) {
    const name = format ?? endings[extname(file).toLowerCase()] ?? "text";
    try {
      await writeFile(file, formats[name](report));
    } catch (error) {
      const { code = "an error" } = error as NodeJS.ErrnoException;
      throw new Trouble(
        `the report cannot be written to ${file} (${code}). Name a file in a folder that exists, or leave --output out.`,
      );
    }
  }
}

const terminal = (): Terminal | undefined =>
  process.stdout.isTTY ? { columns: process.stdout.columns || 80, colour: process.stdout.hasColors() } : undefined;

/** A reader that has seen enough (`| head`) is no trouble. */
const print = (said: string) =>
  new Promise<void>((resolve, reject) => {
    const gone = (error: NodeJS.ErrnoException) => (error.code === "EPIPE" ? resolve() : reject(error));
    process.stdout.once("error", gone);
    process.stdout.write(said, (error) => {
      if (!error) process.stdout.off("error", gone);
      if (!error) resolve();
    });
  });
