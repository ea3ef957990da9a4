import { Command, InvalidArgumentError } from "commander";
import type { CheckOptions } from "../readiness/command.ts";
import { answer } from "../report/answer.ts";
import { type Delivery, withFormat } from "../report/format.ts";

/** A hundred days of waiting help nobody, and timers cannot count them. */
const mostSeconds = 3600;

function seconds(text: string): number {
  const number = Number(text);
  if (number > 0 && number <= mostSeconds) return number;
  throw new InvalidArgumentError(`it must be a number of seconds, at most ${mostSeconds}.`);
}

/** `airworthy check`: one line a check, and what they add up to as exit code. */
export const check = withFormat(
  new Command("check")
    .description(
      "Ask whether Fly is ready for a deploy, and whether the apps that run there are as the checklist wants them",
    )
    .option("--app <name>", "app to judge (default: those of the stack)")
    .option("--stack <name>", "stack whose apps are judged (default: the one selected, in a project's folder)")
    .option("--org <slug>", "organisation to ask for, where the token is for several")
    .option("--local", "ask the local Fly of this project, starting it where none runs")
    .option("--only <rule...>", "judge by these rules alone, named as in docs/rules/")
    .option("--evidence <file>", "what drills recorded (default: airworthy.evidence.jsonl beside airworthy.toml)")
    .option("--timeout <seconds>", "how long each check may take", seconds, 10),
)
  .addHelpText(
    "after",
    `
Prints a line a check, [PASS|FAIL|WARN|SKIP] name: detail. Outside a project, and without --app, only the account is judged. WARN is worth a look; SKIP has nothing to judge, and says why.

Exits 0 where nothing failed, 1 where something did, 2 where nothing failed and something could not be told (its line is
FAIL and begins with "could not tell"), or where the stack cannot be read or is not deployed, or the command line is wrong.

Environment:
  FLY_API_TOKEN, FLY_ACCESS_TOKEN           token to ask with; the first that is set
  FLY_FLAPS_BASE_URL                        Machines API instead of https://api.machines.dev
  FLY_API_BASE_URL                          GraphQL and web API instead of https://api.fly.io
  FLY_STATUS_BASE_URL                       status page instead of https://status.flyio.net
  FLY_STATUSPAGE_UNRESOLVED_INCIDENTS_URL   list of incidents instead of Fly's, as for flyctl
  AIRWORTHY_METRICS_URL                     Prometheus API with Fly's metrics instead of https://api.fly.io:
                                            /prometheus/<org>/api/v1/query is asked there
  AIRWORTHY_PROMETHEUS_URL                  your Prometheus, whose alert rules are looked at
  AIRWORTHY_ALERTMANAGER_URL                your Alertmanager, which gets a test alert that ends at once
  AIRWORTHY_CONFIG, AIRWORTHY_EVIDENCE      airworthy.toml, and what drills recorded`,
  )
  .action((options: CheckOptions & Delivery) =>
    answer(options, async () => {
      // All that asks and judges is loaded only by who asks.
      const { checkReport } = await import("../readiness/command.ts");
      return checkReport(options, process.env);
    }),
  );
