import { Command } from "commander";
import { checkFlyioReadiness } from "../readiness/readiness.ts";

/** `airworthy check`: one line a check; exit code 0 where all passed, otherwise 1. */
export const check = new Command("check")
  .description(
    "Ask whether Fly is ready for a deploy: its API answers to the token, and its status page reports no trouble",
  )
  .option("--local", "ask the local Fly of this project, starting it where none runs")
  .option("--org <slug>", "organisation to ask for, where the token is for several")
  .addHelpText(
    "after",
    `
Prints a line a check, [PASS|FAIL] name: detail, and exits 0 where all passed, otherwise 1
(2 where the command line itself is wrong). What cannot be told is FAIL.

Environment:
  FLY_API_TOKEN, FLY_ACCESS_TOKEN           token to ask with; the first that is set
  FLY_FLAPS_BASE_URL                        Machines API instead of https://api.machines.dev
  FLY_STATUS_BASE_URL                       status page instead of https://status.flyio.net
  FLY_STATUSPAGE_UNRESOLVED_INCIDENTS_URL   list of incidents instead of Fly's, as for flyctl`,
  )
  .action(async ({ local, org }: { local?: boolean; org?: string }) => {
    const { ready, checks } = await checkFlyioReadiness({ local, org });
    for (const { status, name, detail } of checks) console.log(`[${status}] ${name}: ${detail}`);
    process.exitCode = ready ? 0 : 1;
  });
