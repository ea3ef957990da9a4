import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { ask, isExecutable, run, SetupError, say, whichAll } from "./command.mjs";
import { NPM_PATIENCE } from "./install.mjs";
import { executable, pulumiHome } from "./project.mjs";
import { isAtLeast } from "./version.mjs";

/** The first Node that strips types without a flag. */
const MINIMUM_NODE = "22.18.0";
const BROUGHT_MAJOR = 24;

/** The folder whose `node` everything is started with: this one's where it is new enough, else one that is brought. */
export async function nodeDir(env = process.env, running = { version: process.version, path: process.execPath }) {
  if (isAtLeast(running.version, MINIMUM_NODE)) return dirname(running.path);
  return cachedNode(env) ?? (await bringNode(env, running.version));
}

const cacheDir = (env) => join(pulumiHome(env), "airworthy", "node");

/** A brought Node is renamed into the cache when whole, so what is there can be used. */
export function cachedNode(env) {
  if (!existsSync(cacheDir(env))) return undefined;
  return readdirSync(cacheDir(env))
    .filter((version) => isAtLeast(version, `${BROUGHT_MAJOR}.0.0`))
    .map((version) => join(cacheDir(env), version, "bin"))
    .find((dir) => isExecutable(join(dir, executable("node"))));
}

async function bringNode(env, running) {
  if (whichAll("npm", env).length === 0 && process.platform !== "win32")
    throw new SetupError(
      `Node ${MINIMUM_NODE} or later is needed, this is ${running}, and there is no npm to bring it. Install Node ${BROUGHT_MAJOR}.`,
    );
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  say(
    `this is Node ${running}, ${MINIMUM_NODE} or later is needed: bringing Node ${BROUGHT_MAJOR} (npm package ${name})`,
  );
  mkdirSync(cacheDir(env), { recursive: true });
  const work = mkdtempSync(join(cacheDir(env), ".part-"));
  try {
    const packed = ask("npm", ["pack", `${name}@${BROUGHT_MAJOR}`, "--json", "--loglevel=error", ...NPM_PATIENCE], {
      env,
      cwd: work,
    });
    const file = packed && /"filename":\s*"([^"]+)"/.exec(packed)?.[1];
    if (!file || (await run("tar", ["-xzf", file], { env, cwd: work })) !== 0)
      throw new SetupError(
        `Node ${MINIMUM_NODE} or later is needed, this is ${running}, and npm could not fetch ${name}@${BROUGHT_MAJOR}. ` +
          `Check that npm reaches its registry (npm ping), or install Node ${BROUGHT_MAJOR}.`,
      );
    const node = join(work, "package", "bin", executable("node"));
    chmodSync(node, 0o755);
    const version = ask(node, ["--version"], { env });
    if (!version)
      throw new SetupError(`the Node that npm package ${name} holds does not run here. Install Node ${BROUGHT_MAJOR}.`);
    const home = join(cacheDir(env), version.slice(1));
    rmSync(home, { recursive: true, force: true });
    renameSync(join(work, "package"), home);
    say(`Node ${version} is in ${join(home, "bin")}, and first on the PATH of everything started from here`);
    return join(home, "bin");
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
