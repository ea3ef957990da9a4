import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { Trouble } from "../trouble.ts";

/** Runs commands in a project, away from the terminal. */
export interface Runner {
  /** Runs the Pulumi CLI and answers with its exit code and what it printed, which may hold anything and is never shown. */
  pulumi(args: readonly string[], input?: string): Promise<Ran>;
  /** Runs this command, as a person would. */
  airworthy(args: readonly string[]): Promise<Ran>;
  /** The same for what has to be undone, also when the drill is interrupted. */
  undoing(): Runner;
}

/** What a command ended with. */
export interface Ran {
  code: number;
  out: string;
}

/** Where commands run, and what they see. */
export interface Stage {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** File that gets their output. */
  log: string | undefined;
}

/** How long a command that was told to stop may take before it is killed, in milliseconds. */
const graceMs = 60_000;

export function runnerOf(stage: Stage, signal: AbortSignal): Runner {
  const run = (program: string, args: readonly string[], input?: string) => start(stage, signal, program, args, input);
  return {
    pulumi: (args, input) => run("pulumi", [...args, "--non-interactive"], input),
    airworthy: (args) => run(process.execPath, [process.argv[1] as string, ...args]),
    undoing: () => runnerOf(stage, AbortSignal.timeout(600_000)),
  };
}

/** Runs what has to succeed; `doing` is what it was for. */
export async function succeeds(running: Promise<Ran>, doing: string, log: string | undefined): Promise<string> {
  const { code, out } = await running;
  if (code === 0) return out;
  const where = log === undefined ? "run it by yourself, or add --log <file>, to see why" : `${log} says why`;
  throw new Trouble(`${doing} ended with ${code}: ${where}`);
}

function start(
  { cwd, env, log }: Stage,
  signal: AbortSignal,
  program: string,
  args: readonly string[],
  input?: string,
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    // In a process group of its own: Ctrl-C reaches the drill alone, which passes it on once.
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    let out = "";
    let kill: NodeJS.Timeout | undefined;
    const stop = () => {
      child.kill("SIGINT");
      kill = setTimeout(() => child.kill("SIGKILL"), graceMs);
    };
    signal.addEventListener("abort", stop, { once: true });
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
      keep(log, text);
    });
    child.stderr.on("data", (bytes: Buffer) => keep(log, bytes));
    child.stdin.on("error", () => {});
    child.stdin.end(input ?? "");
    child.on("error", (error: NodeJS.ErrnoException) => {
      reject(
        new Trouble(`run ${program}: it cannot be started (${error.code}). After \`. ./airworthy.env\` it is on PATH`),
      );
    });
    child.on("close", (code) => {
      clearTimeout(kill);
      signal.removeEventListener("abort", stop);
      if (signal.aborted) reject(signal.reason);
      else resolve({ code: code ?? 1, out });
    });
  });
}

function keep(log: string | undefined, text: string | Buffer): void {
  if (log !== undefined) appendFileSync(log, text, { mode: 0o600 });
}
