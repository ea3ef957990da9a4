import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { Trouble } from "../trouble.ts";

/** What a command of the engine answered. */
interface Answer {
  code: number;
  out: string;
}

/** Docker, or what speaks as it does. Its output may hold anything, and is never shown. */
export interface Engine {
  name: string;
  run(...args: string[]): Promise<Answer>;
  /** The same for a command that has to succeed; `doing` is what it was for. */
  ok(doing: string, ...args: string[]): Promise<string>;
}

const known = ["docker", "podman"];

/** The engine of this machine that answers, or `undefined`. */
export async function findEngine(signal: AbortSignal): Promise<Engine | undefined> {
  for (const name of known) {
    const engine = engineOf(name, signal);
    // `docker version` asks its daemon too, and fails where none answers.
    if ((await engine.run("version")).code === 0) return engine;
  }
  return undefined;
}

function engineOf(name: string, signal: AbortSignal): Engine {
  const run = (...args: string[]) =>
    new Promise<Answer>((resolve, reject) => {
      execFile(name, args, { signal, maxBuffer: 64 * 1024 ** 2 }, (error, out) => {
        if (signal.aborted) reject(signal.reason);
        else resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : 1, out });
      });
    });
  return {
    name,
    run,
    ok: async (doing, ...args) => {
      const { code, out } = await run(...args);
      if (code === 0) return out.trim();
      throw new Trouble(`${doing}: \`${name} ${args[0]}\` ended with ${code}; run it yourself to see why`);
    },
  };
}

/** The same engine for what has to be undone, also when the drill is interrupted. */
const undoingEngine = ({ name }: Engine): Engine => engineOf(name, AbortSignal.timeout(60_000));

/** A name that nobody else uses. */
export const drillName = (): string => `airworthy-drill-${randomBytes(4).toString("hex")}`;

/** Removes a container or image by its name; content where there is none. */
export async function remove(engine: Engine, kind: "container" | "image", name: string): Promise<void> {
  const undoing = undoingEngine(engine);
  if ((await undoing.run(kind, "inspect", name)).code !== 0) return;
  await undoing.ok(`remove the ${kind}`, kind, "rm", "--force", ...(kind === "container" ? ["--volumes"] : []), name);
}
