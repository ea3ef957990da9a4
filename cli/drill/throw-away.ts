import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type LocalFly, startLocalFly } from "../../emulator/locate.ts";
import { FlyClient } from "../../fly/client.ts";
import { ask } from "../release/pulumi.ts";
import { Trouble } from "../trouble.ts";
import type { Session } from "./drill.ts";
import { projectDir } from "./evidence-file.ts";
import { type Runner, runnerOf, type Stage, succeeds } from "./runner.ts";

/** The user's program in a world of its own: a local Fly, a state and a stack, all of which go with the drill. */
export interface ThrowAway {
  runner: Runner;
  stage: Stage;
  fly: FlyClient;
  local: LocalFly;
  /** Folder of the user's project. */
  project: string;
  /** The stack's configuration, by key; of secrets nothing but that they are there. */
  config: ReadonlyMap<string, string | undefined>;
}

/** One value of `pulumi config --json`. */
interface ConfigValue {
  value?: string;
  secret: boolean;
}

/** Keys that would lead to another Fly than the local one, or hold groups. */
const dropped = /^airworthy:(token|org|flapsUrl|apiUrl|local|pins)$/;

/**
 * Lays the project out in a folder of its own by links to its files, so that the program runs as it stands, and gives it
 * the configuration of the user's stack. Nothing of the user's state, stack or local Fly is touched.
 */
export async function throwAway(session: Session, options: { config?: string; log?: string }): Promise<ThrowAway> {
  const project = projectDir(process.cwd());
  if (project === undefined) throw new Trouble("there is no Pulumi.yaml here or upwards: go to the project's folder");
  const place = { cwd: project, stack: options.config };
  const name = (await ask(place, "look which stack is meant", ["stack", "--show-name"])).trim();
  const read = await ask(place, "read the stack's configuration", ["config", "--json", "--show-secrets"]);
  const config = Object.entries(JSON.parse(read) as Record<string, ConfigValue>).filter(([key]) => !dropped.test(key));
  for (const [, { secret, value }] of config) if (secret && value) session.conceal(value);

  const cwd = realpathSync(mkdtempSync(join(tmpdir(), "airworthy-drill-")));
  session.undo(`folder ${cwd}`, async () => rmSync(cwd, { recursive: true, force: true, maxRetries: 5 }));
  layOut(project, cwd);
  const local = await startIn(cwd);
  session.undo(`the local Fly of ${cwd}`, async () => end(local.pid));
  session.conceal(local.token);
  const fly = new FlyClient({ flapsUrl: local.url, token: local.token, rateLimits: false, signal: session.signal });
  session.undo("connections to the local Fly", () => fly.close());

  const stage = { cwd, env: environment(cwd, local), log: options.log && resolve(options.log) };
  const runner = runnerOf(stage, session.signal);
  await makeStack(runner, name, config, stage.log);
  const shown = config.map(([key, { secret, value }]) => [key, secret ? undefined : value] as const);
  return { runner, stage, fly, local, project, config: new Map(shown) };
}

/** What is not laid out: the user's stacks, world and history. */
const left = /^(Pulumi\..*|\.airworthy|\.git|\.pulumi)$/;

function layOut(project: string, cwd: string): void {
  for (const name of readdirSync(project)) {
    if (!left.test(name)) symlinkSync(join(project, name), join(cwd, name));
  }
  const text = readFileSync(join(project, "Pulumi.yaml"), "utf8");
  // Paths of plugins and packages are counted from the file.
  const moved = text.replace(
    /^(\s*(?:-\s+)?path:\s*)(["']?)(\.{1,2}\/[^\s"'#]*)\2/gm,
    (_, key: string, quote: string, path: string) => `${key}${quote}${join(project, path)}${quote}`,
  );
  writeFileSync(join(cwd, "Pulumi.yaml"), moved.replace(/^(stackConfigDir|backend):.*(\n[ \t]+.*)*\n?/gm, ""));
}

function end(pid: number): void {
  try {
    process.kill(pid);
  } catch (error) {
    // It leaves by itself when nobody calls it for a while.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The folder's own, whatever world the environment names. */
async function startIn(cwd: string): Promise<LocalFly> {
  const before = process.env["AIRWORTHY_LOCAL_DIR"];
  process.env["AIRWORTHY_LOCAL_DIR"] = join(cwd, ".airworthy");
  try {
    // The program's first run may take a while before it calls.
    return await startLocalFly(cwd, { profile: "instant", idleSeconds: 300 });
  } finally {
    if (before === undefined) delete process.env["AIRWORTHY_LOCAL_DIR"];
    else process.env["AIRWORTHY_LOCAL_DIR"] = before;
  }
}

/** Nothing in it leads to the user's state or account: what asks for Fly by an address of its own finds the local one. */
function environment(cwd: string, { url }: LocalFly): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(FLY_|PULUMI_ACCESS_TOKEN|PULUMI_STACK|AIRWORTHY_FINDINGS)|PASSPHRASE_FILE$/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    AIRWORTHY_LOCAL_DIR: join(cwd, ".airworthy"),
    FLY_FLAPS_BASE_URL: url,
    FLY_API_BASE_URL: url,
    PULUMI_BACKEND_URL: `file://${cwd}`,
    PULUMI_CONFIG_PASSPHRASE: randomBytes(24).toString("hex"),
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

async function makeStack(runner: Runner, name: string, config: [string, ConfigValue][], log: string | undefined) {
  const doing = "making the stack of the drill";
  await succeeds(runner.pulumi(["stack", "init", name]), doing, log);
  const plain = config.flatMap(([key, { secret, value = "" }]) => (secret ? [] : ["--plaintext", `${key}=${value}`]));
  await succeeds(runner.pulumi(["config", "set-all", ...plain, "--plaintext", "airworthy:local=true"]), doing, log);
  for (const [key, { secret, value = "" }] of config) {
    // Through a pipe: arguments of a process are for everybody to see.
    if (secret) await succeeds(runner.pulumi(["config", "set", "--secret", key], value), doing, log);
  }
}
