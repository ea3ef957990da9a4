import { FlyError, isFlyError } from "../../fly/errors.ts";
import { lastLines, plainLine } from "../../fly/log.ts";
import { type FlyMachine, reportsOf } from "../../fly/machine.ts";
import type { Context } from "../lifecycle.ts";
import { pause } from "../pause.ts";
import { exitText, lastExit, launchError } from "./exit.ts";
import type { Awaited } from "./gate.ts";

/** Lines of the log that an error shows. */
const mostLines = 5;

/** The error of a machine that does not come up: which one, why, and what there is to see of it. */
export async function unhealthy(
  context: Context,
  { app, what }: Awaited,
  machine: FlyMachine,
  why: string,
): Promise<FlyError> {
  const doing = `bring up ${what} (machine ${machine.id} of app "${app}" in ${machine.region})`;
  const exit = lastExit(machine);
  const error = launchError(machine);
  const facts = [
    ...failingChecks(context, machine),
    ...(error === undefined ? [] : [`Fly says: ${plainLine(context.fly, error)}`]),
    ...(exit === undefined ? [] : [`its process ${exitText(exit, machine)}`]),
  ];
  const words = hasRun(machine) ? await lastWords(context, app, machine.id, mostLines, exit !== undefined) : [];
  const told = [why, ...indented(facts), ...quoted("the last lines of its log", words)];
  return new FlyError("precondition", doing, [...told, `  ${advice(app, machine)}`].join("\n"));
}

/** What the failing checks answered. */
const failingChecks = ({ fly }: Context, machine: FlyMachine): string[] =>
  reportsOf(machine)
    .filter(({ status }) => status !== "passing")
    .map(({ name, status, output }) => {
      const said = plainLine(fly, (output ?? "").trim().replaceAll(/\s+/g, " "));
      return `check ${name} is ${status}${said === "" ? "" : `: ${said}`}`;
    });

/** What to do, by what is known of why. */
function advice(app: string, machine: FlyMachine): string {
  const see = `See \`fly logs -a ${app} -i ${machine.id}\``;
  if (launchError(machine) !== undefined) return `Check that the image exists and that app "${app}" may pull it`;
  if (lastExit(machine)?.outOfMemory) return `Give it more memory (\`config.guest.memoryMb\`). ${see}`;
  return see;
}

const hasRun = ({ events }: FlyMachine) => events?.some(({ type, status }) => type === "start" && status === "started");

/** What Fly's init writes when the process has ended; after it comes only how the machine is taken down. */
const ended = "Main child exited";

/**
 * The last lines that a machine's process wrote. Logs come some seconds after what they tell of, so they are asked for
 * once more where there are none, or not yet the end.
 */
export async function lastWords(
  context: Context,
  app: string,
  machine: string,
  most: number,
  hasEnded: boolean,
): Promise<string[]> {
  const first = await lastLines(context.fly, app, machine, page);
  const isWhole = hasEnded ? first.some((line) => line.includes(ended)) : first.length > 0;
  const all = isWhole ? first : await later(context, app, machine, first);
  const end = hasEnded ? all.findLastIndex((line) => line.includes(ended)) : -1;
  const told = end === -1 ? all : all.slice(0, end);
  return told.filter((line) => !line.includes(ended)).slice(-most);
}

/** Fly answers at most as many lines at once (fly/api.md §18.3). */
const page = 100;

async function later(context: Context, app: string, machine: string, before: string[]): Promise<string[]> {
  try {
    await pause(context, 0, 1000, 1000);
  } catch (error) {
    if (isFlyError(error, "cancelled")) return before;
    throw error;
  }
  const now = await lastLines(context.fly, app, machine, page);
  return now.length > 0 ? now : before;
}

/** Lines under a heading, each indented; nothing where there are none. */
export const quoted = (heading: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [`  ${heading}:`, ...indented(indented(lines))];

const indented = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
