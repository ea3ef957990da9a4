import { resolve } from "node:path";
import { Command, Option } from "commander";
import type { ExemptOptions } from "../exempt/exempt.ts";

type Options = ExemptOptions & { stack?: string; cwd?: string };

/** `airworthy exempt`: a stack that starts dirty gets exemptions with a day on which they end, and a preview that refuses what is new. */
export const exempt = new Command("exempt")
  .description("Let what a program's preview finds wait until a day: append exemptions to its airworthy.toml")
  .option("--all", "everything that is found")
  .addOption(
    new Option("--rule <id>", "only of this rule, as FLY-OBS-01; may be given several times")
      .default([], "all")
      .argParser((id: string, before: string[]) => [...before, id]),
  )
  .requiredOption("--reason <text>", "why it may wait: 15 characters and four words or more")
  .requiredOption("--owner <name>", "who sees to it")
  .requiredOption("--until <day>", "its last day, as 2027-02-01, at most 180 days ahead")
  .option("--config <file>", "file to write to, made where there is none (default: that of AIRWORTHY_CONFIG)")
  .option("--stack <name>", "stack (default: the one selected)")
  .option("--cwd <dir>", "folder of the project (default: this one)")
  .addHelpText(
    "after",
    `
Runs \`pulumi preview\`, and writes an entry for each rule and resource that is found and not exempted
yet. What is in the file stays as it is; a second run adds nothing. When the last day has passed, the
preview says so, as strictly as the rules themselves.`,
  )
  .action(async ({ stack, cwd = ".", ...options }: Options) => {
    // With it comes the whole catalogue, which the other commands need not wait for.
    const { exempt: write } = await import("../exempt/exempt.ts");
    for (const line of await write({ cwd: resolve(cwd), stack }, options, new Date())) console.log(line);
  });
