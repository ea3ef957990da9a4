import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { Trouble } from "../trouble.ts";

/** How a process ended. */
export interface End {
  code: number | null;
  signal: string | null;
}

/** Something that runs, a command or a container. */
export interface Subject {
  /** Port at which it is reached from here. */
  port: number;
  /** Sends the signal to its main process, as Fly does. */
  signal(name: string): void | Promise<void>;
  /** When its main process has ended. */
  ended: Promise<End>;
  /** Ends it and all that it left running, as a machine that stops does. */
  clear(): void | Promise<void>;
}

/**
 * Starts a command in a process group of its own, so that what it leaves behind can be ended with it, and Ctrl-C reaches
 * the drill alone. Its output may hold anything, so it goes to the log file or nowhere.
 */
export async function startCommand(
  command: readonly string[],
  port: number,
  log: string | undefined,
): Promise<Subject> {
  const [program = "", ...args] = command;
  const output = log === undefined ? ("ignore" as const) : openLog(log);
  try {
    const child = spawn(program, args, { detached: true, stdio: ["ignore", output, output] });
    const ended = new Promise<End>((resolve) => {
      child.once("exit", (code, signal) => resolve({ code, signal }));
    });
    await new Promise<void>((resolve, reject) => {
      child.once("spawn", resolve);
      child.once("error", (error: NodeJS.ErrnoException) => {
        reject(new Trouble(`the command cannot be started (${error.code}): is it on PATH?`));
      });
    });
    const group = child.pid as number;
    return {
      port,
      ended,
      signal: (name) => void child.kill(name as NodeJS.Signals),
      clear: () => killGroup(group),
    };
  } finally {
    if (typeof output === "number") closeSync(output);
  }
}

/** For its owner's eyes only. */
function openLog(path: string): number {
  try {
    return openSync(path, "w", 0o600);
  } catch (error) {
    throw new Trouble(`--log: ${path} cannot be written (${(error as NodeJS.ErrnoException).code})`);
  }
}

function killGroup(group: number): void {
  try {
    process.kill(-group, "SIGKILL");
  } catch (error) {
    // Nobody of it is left.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
