import { resolve } from "node:path";
import { Command } from "commander";
import { localDir } from "../../emulator/locate.ts";
import { advance, happen, reset } from "../local/change.ts";
import { type FaultOptions, fault } from "../local/fault.ts";
import { log } from "../local/log.ts";
import { whole } from "../local/option.ts";
import { printPath } from "../local/path.ts";
import { type ServeOptions, serve, usualPort } from "../local/serve.ts";
import { turn } from "../local/switch.ts";

/** `airworthy local`: the local Fly for any client, and what can be done to one that serves. */
export const local = new Command("local")
  .description("Serve the local Fly: print the settings that a client of Fly needs, then serve until stopped")
  .option("--port <port>", `where to serve; 0 is any free port (default: ${usualPort})`)
  .option("--profile <name>", "how it behaves in matters of time: instant, fly, fly/10 or strange (default: instant)")
  .option("--state <dir>", "folder of its state, for the other commands too (default: see below)")
  .addHelpText(
    "after",
    `
Only NAME=value lines go to stdout, so that they can be kept as a file of settings:
  airworthy local > fly.env &
  set -a; . ./fly.env
Where one serves that state already, its settings are printed, and the exit code is 0.

The state is in the folder that AIRWORTHY_LOCAL_DIR names, otherwise in .airworthy beside the
nearest Pulumi.yaml upwards. The other commands speak to the local Fly that serves it.`,
  )
  .action(async (options: ServeOptions) => {
    process.exitCode = await serve(stateDir(), options);
  });

const stateDir = () => {
  const { state } = local.opts<{ state?: string }>();
  return state === undefined ? localDir(process.cwd()) : resolve(state);
};

local
  .command("log")
  .description("Print what was asked and answered: number, time at Fly, status, operation, method, path")
  .option("--since <number>", "only what came after that number", "0")
  .option("--follow", "go on with what comes, until stopped")
  .action(({ since, follow = false }: { since: string; follow?: boolean }) =>
    log(stateDir(), whole("--since", since), follow),
  );

local
  .command("path")
  .description("Print the critical path of what was served: how long it took, and how long it had to take")
  .option("--since <number>", "only what came after that number of the log", "0")
  .action(({ since }: { since: string }) => printPath(stateDir(), whole("--since", since)));

local
  .command("fault")
  .description("Let the next calls of an operation go wrong, list what is armed, or clear it")
  .argument("[operation]", "Fly's name of it, as in the log: Machines_create")
  .option("--status <code>", "answer with that status and do nothing")
  .option("--refuse", "cut the connection and do nothing")
  .option("--lose-response", "do it, then cut the connection")
  .option("--delay <duration>", "let that much time pass at Fly before it is done")
  .option("--times <n>", "so many calls (default: 1)")
  .option("--skip <n>", "after so many calls that go well (default: 0)")
  .option("--list", "print what is armed")
  .option("--clear", "disarm all")
  .action((operation: string | undefined, options: FaultOptions) => fault(stateDir(), operation, options));

local
  .command("switch")
  .description(
    "Where sources contradict each other, let the local Fly do what another says; print how the switches stand",
  )
  .argument("[name]", "which, as docs/local-fly.md has them")
  .argument("[position]", "where to")
  .action((name?: string, position?: string) => turn(stateDir(), name, position));

local
  .command("clock")
  .description("Let time pass at Fly, for leases and tokens too")
  .requiredOption("--advance <duration>", "how much: 90s, 12h, 61d")
  .action((options: { advance: string }) => advance(stateDir(), options.advance));

local
  .command("event")
  .description("Let something happen that no call of Fly's API does; the kinds are in docs/architecture.md")
  .argument("<json>", `as '{ "kind": "exit", "app": "shop", "machine": "…", "exitCode": 1 }'`)
  .action((json: string) => happen(stateDir(), json));

local
  .command("reset")
  .description("Empty the world: apps, machines, data, log and faults")
  .option("--yes", "without asking")
  .action(({ yes = false }: { yes?: boolean }) => reset(stateDir(), yes));
