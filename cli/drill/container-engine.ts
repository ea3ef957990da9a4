import { spawn } from "node:child_process";
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
      // In a process group of its own: Ctrl-C reaches the drill alone, and what may not be broken off is not.
      const child = spawn(name, args, { signal, detached: true, stdio: ["ignore", "pipe", "ignore"] });
      let out = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        out += text;
      });
      // One that cannot be started closes too, and so does one that is broken off, when it has really ended.
      child.on("error", () => {});
      child.on("close", (code) => (signal.aborted ? reject(signal.reason) : resolve({ code: code ?? 1, out })));
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

/**
 * Starts a container, which may be broken off only before it starts: Podman that is killed while it lays the network leaves
 * rules that nothing takes away, and whoever serves the published port after it is refused his own connections.
 */
export async function startNamed(engine: Engine, name: string, ...args: string[]): Promise<void> {
  const doing = "start the image";
  await engine.ok(doing, "create", "--name", name, ...args);
  await engineOf(engine.name, new AbortController().signal).ok(doing, "start", name);
}

/** A name that nobody else uses. */
export const drillName = (): string => `airworthy-drill-${randomBytes(4).toString("hex")}`;

/** Removes a container or image by its name; content where there is none. */
export async function remove(engine: Engine, kind: "container" | "image", name: string): Promise<void> {
  const undoing = undoingEngine(engine);
  if ((await undoing.run(kind, "inspect", name)).code !== 0) return;
  await undoing.ok(`remove the ${kind}`, kind, "rm", "--force", ...(kind === "container" ? ["--volumes"] : []), name);
}
