import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { executable } from "./project.mjs";

/** An error whose message is all the user needs: printed without a stack. */
export class SetupError extends Error {}

export const say = (line) => process.stderr.write(`airworthy: ${line}\n`);

// npm is a batch file on Windows, which only a shell starts.
const shellFor = (command) => process.platform === "win32" && /^(npm|npx)$/.test(command);

/** Runs a command on this terminal and answers with its exit code; Ctrl-C and SIGTERM reach it and are its to obey. */
export function run(command, args, { env, cwd, stdio = "inherit" }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, cwd, stdio, shell: shellFor(command) });
    // A terminal sends Ctrl-C to the whole group, so the child has it already; we only must not die before it.
    const wait = () => {};
    const forward = (signal) => child.kill(signal);
    process.on("SIGINT", wait).on("SIGTERM", forward).on("SIGHUP", forward);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      process.off("SIGINT", wait).off("SIGTERM", forward).off("SIGHUP", forward);
      resolve(signal ? 128 + (signal === "SIGINT" ? 2 : 15) : code);
    });
  });
}

/** Output of a short command, or undefined where it cannot be started or fails. */
export function ask(command, args, { env = process.env, cwd, input } = {}) {
  const { status, stdout } = spawnSync(command, args, { env, cwd, input, encoding: "utf8", shell: shellFor(command) });
  return status === 0 ? stdout.trim() : undefined;
}

export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile() && statSync(file).size > 0;
  } catch {
    return false;
  }
}

/** Every executable of that name on the PATH, in its order. */
export const whichAll = (name, env = process.env) =>
  (env.PATH ?? "")
    .split(delimiter)
    .filter(Boolean)
    .map((dir) => join(dir, executable(name)))
    .filter(isExecutable);

/** The environment with these folders first on its PATH. */
export const withPath = (env, ...dirs) => ({ ...env, PATH: [...dirs, env.PATH].filter(Boolean).join(delimiter) });
