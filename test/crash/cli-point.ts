import { type ChildProcess, spawnSync } from "node:child_process";
import { once } from "node:events";
import { isAlive } from "../support/alive.ts";
import type { CliScene, CliStage } from "./cli-stage.ts";
import { type Change, type Fault, faults, Trap } from "./trap.ts";
import { judge, type Verdict } from "./verdict.ts";

/** What goes wrong with a run of the real CLI: with its provider, with Fly, or with itself. */
const cliFaults = [...faults, "the CLI killed before it", "the CLI killed after it"] as const;

export type CliFault = (typeof cliFaults)[number];

/** One call of an operation for each kind of fault, spread over the operation, and always the same ones. */
export const cliPoints = ({ changes }: CliScene): { change: Change; fault: CliFault }[] =>
  cliFaults.flatMap((fault, index) => {
    const change = changes[Math.floor((changes.length * (index + 0.5)) / cliFaults.length)];
    return change === undefined ? [] : [{ change, fault }];
  });

/** The operation with the fault on the real CLI, then what a user does next: `pulumi cancel` where it was killed, and the same again. */
export async function attemptWithCli(
  stage: CliStage,
  scene: CliScene,
  { change, fault }: { change: Change; fault: CliFault },
): Promise<Verdict> {
  const { operation } = scene;
  stage.restore(scene);
  let cli: ChildProcess | undefined;
  const killsCli = fault.startsWith("the CLI ");
  const kill = async () => (killsCli ? killed(cli) : killProvider(cli));
  const trap = new Trap(stage.fly, { change, fault: fault.replace("the CLI ", "") as Fault }, kill);
  const first = await stage.run(operation, {}, (process) => {
    cli = process;
  });
  trap.clear();
  const problems = trap.isMet ? [] : ["the call was never made"];
  if (killsCli) await stage.shop.ok("cancel", "--yes", "dev");
  if (first.code !== 0) {
    const next = await stage.run(operation);
    if (next.code !== 0) problems.push(`the next ${operation.command} failed: ${errorsIn(next.output)}`);
  }
  const verdict = judge(stage.fly, scene, change);
  verdict.problems.unshift(...problems);
  const since = stage.fly.journal.entries().at(-1)?.seq ?? 0;
  const again = await stage.run(operation);
  if (again.code !== 0) verdict.problems.push(`one more ${operation.command} failed: ${errorsIn(again.output)}`);
  const changed = stage.fly.journal.entries(since).flatMap((entry) => (entry.mutating ? [entry.operation] : []));
  if (changed.length > 0)
    verdict.problems.push(`one more ${operation.command} changed something: ${changed.join(", ")}`);
  return verdict;
}

async function killed(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
  // Its language host has them open a while longer.
  child.stdout?.destroy();
  child.stderr?.destroy();
}

/** Kills the provider that this CLI started, and no other. */
async function killProvider(cli: ChildProcess | undefined): Promise<void> {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" });
  for (const line of stdout.split("\n")) {
    const [pid = "", parent = ""] = line.trim().split(/\s+/);
    if (Number(parent) !== cli?.pid || !line.includes("pulumi-resource-airworthy")) continue;
    process.kill(Number(pid), "SIGKILL");
    // The next call on its connection has to find it dead.
    while (isAlive(Number(pid))) await new Promise(setImmediate);
  }
}

/** The lines of the CLI's output that say what went wrong. */
const errorsIn = (output: string) =>
  output
    .split("\n")
    .filter((line) => /error:|failed/.test(line))
    .map((line) => line.trim())
    .slice(0, 3)
    .join(" | ");
