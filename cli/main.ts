#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { audit } from "./command/audit.ts";
import { check } from "./command/check.ts";
import { drill } from "./command/drill.ts";
import { exempt } from "./command/exempt.ts";
import { local } from "./command/local.ts";
import { releases } from "./command/releases.ts";
import { rollback } from "./command/rollback.ts";
import { scan } from "./command/scan.ts";
import { Trouble } from "./trouble.ts";
import { version } from "./version.ts";

/** Exit code of a command line that cannot be understood, so that a script can tell it from a check that failed. */
const misused = 2;

const program = new Command("airworthy")
  .description("Production-ready Fly.io apps: checks of what Pulumi cannot see, the way back, and a Fly to try them on")
  .version(version)
  .showHelpAfterError("Run `airworthy --help` for what there is.")
  .exitOverride();

/** Commands made before they have a parent take no settings over by themselves. */
function adopt(parent: Command, child: Command): void {
  child.copyInheritedSettings(parent);
  for (const grandchild of child.commands) adopt(child, grandchild);
}

for (const command of [check, audit, exempt, scan, drill, releases, rollback, local]) {
  adopt(program, command);
  program.addCommand(command);
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof Trouble) {
    console.error(`airworthy: ${error.message}`);
    process.exitCode = 1;
  } else {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : misused;
  }
}
