import { Command } from "commander";
import { answer } from "../report/answer.ts";
import { type Delivery, withFormat } from "../report/format.ts";
import type { ScanOptions } from "../source/report.ts";

/** `airworthy scan`: secrets in the code, the Dockerfile and the fly.toml of a folder. */
export const scan = withFormat(
  new Command("scan")
    .description(
      "Look for secrets in a folder's code, Dockerfile and fly.toml, and record as evidence that it was done",
    )
    .argument("[folder]", "what to scan", ".")
    .option("--config <file>", "airworthy.toml with exemptions; by default AIRWORTHY_CONFIG")
    .option(
      "--evidence <file>",
      "file of evidence; by default AIRWORTHY_EVIDENCE, else airworthy.evidence.jsonl of the project",
    )
    .option("--no-record", "leave no evidence"),
)
  .addHelpText(
    "after",
    `
Looks at what git has or would take, and at every file where there is no git. Values are never printed.
A file is let pass by an exemption of FLY-SEC-12 in airworthy.toml whose resource is its path, with * for any text.

Exits 0 where nothing mandatory is found, 1 where something is, 2 where that could not be told.`,
  )
  .action((folder: string, options: ScanOptions & Delivery) =>
    answer(options, async () => (await import("../source/report.ts")).scanReport(folder, options)),
  );
