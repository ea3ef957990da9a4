import { spawn } from "node:child_process";
import { Trouble } from "../trouble.ts";

/** The folder of a project, and its stack where it is not the one selected. */
export interface Place {
  cwd: string;
  stack: string | undefined;
}

/** Runs the Pulumi CLI on PATH and answers with what it prints; where it fails, with its own words. */
export async function ask(place: Place, doing: string, args: string[]): Promise<string> {
  const { code, out, err } = await run(place, [...args, "--non-interactive"], ["ignore", "pipe", "pipe"]);
  if (code === 0) return out;
  // Its errors alone: what it printed before them may be the state.
  const said = err.match(/^error: .*(\n(?!error:).+)*/gm)?.join("; ") ?? `it ended with ${code}`;
  throw new Trouble(`${doing}: pulumi says ${said.replace(/^error: /, "")}${wayOut(said)}`);
}

/** Runs the Pulumi CLI with these settings besides its own, and answers with what came of it, well or not. */
export const attempt = (place: Place, args: string[], env: NodeJS.ProcessEnv): Promise<Ended> =>
  run(place, [...args, "--non-interactive"], ["ignore", "pipe", "pipe"], env);

/** Runs the Pulumi CLI with its output on this terminal and answers with its exit code. */
export async function show(place: Place, args: string[]): Promise<number> {
  // The terminal tells both processes of Ctrl-C, and this one has to be there for what comes after.
  const stay = () => {};
  process.on("SIGINT", stay);
  const { code } = await run(place, args, "inherit");
  process.off("SIGINT", stay);
  return code;
}

export interface Ended {
  code: number;
  out: string;
  err: string;
}

function run(
  { cwd, stack }: Place,
  args: string[],
  stdio: "inherit" | ["ignore", "pipe", "pipe"],
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const all = stack === undefined ? args : [...args, "--stack", stack];
  return new Promise((resolve, reject) => {
    const child = spawn("pulumi", all, { cwd, stdio, env: { ...process.env, ...env } });
    const ended = { out: "", err: "" };
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      ended.out += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      ended.err += text;
    });
    child.on("error", (error: NodeJS.ErrnoException) => reject(error.code === "ENOENT" ? missing(cwd) : error));
    child.on("close", (code) => resolve({ code: code ?? 1, ...ended }));
  });
}

const missing = (cwd: string) =>
  new Trouble(
    `run pulumi in ${cwd}: there is no such folder, or no \`pulumi\` on PATH. After \`. ./airworthy.env\` there is one; so there is for what \`npx\` runs`,
  );

export function wayOut(said: string): string {
  if (/no Pulumi\.yaml/.test(said)) return ". Go to the project's folder, or name it with --cwd";
  if (/no stack selected|no stack named/.test(said)) return ". Name one with --stack; `pulumi stack ls` lists them";
  if (/passphrase must be set/.test(said)) return ". `. ./airworthy.env` sets it for this project's own state";
  return "";
}
