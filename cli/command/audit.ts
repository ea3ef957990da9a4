import { Command } from "commander";
import type { AuditOptions } from "../audit/audit.ts";
import { answer } from "../report/answer.ts";
import { type Delivery, withFormat } from "../report/format.ts";

/** `airworthy audit`: the rules of the catalogue on a program, on an app at Fly, or on a fly.toml. */
export const audit = withFormat(
  new Command("audit")
    .description(
      "Judge a Pulumi program, an app at Fly that no program declares, or a fly.toml, by the production checklist",
    )
    .option("--app <name>", "judge this app as it is at Fly")
    .option("--toml <file>", "judge this fly.toml")
    .option("--local", "with --app: ask the local Fly of this project, starting it where none runs")
    .option("--stack <name>", "stack of the program, where it is not the one selected")
    .option("--cwd <folder>", "folder of the program; by default this one")
    .option("--config <file>", "airworthy.toml with profile, thresholds and exemptions; by default AIRWORTHY_CONFIG")
    .option("--audit", "let no exemption count"),
)
  .addHelpText(
    "after",
    `
Without --app and --toml it judges the Pulumi program of this folder by a preview, and scans the folder for secrets; so it does
the folder of a fly.toml.

Exits 0 where no mandatory rule is broken, 1 where one is, 2 where that could not be told.

Environment:
  AIRWORTHY_CONFIG                   airworthy.toml, where --config names none
  FLY_API_TOKEN, FLY_ACCESS_TOKEN    token to read an app with; the first that is set
  FLY_FLAPS_BASE_URL                 Machines API instead of https://api.machines.dev`,
  )
  .action((options: AuditOptions & Delivery) =>
    // The rules and the scanner are loaded only by those who want them.
    answer(options, async () => (await import("../audit/audit.ts")).auditReport(options, process.env)),
  );
