import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findLocalFly, startLocalFly } from "../../emulator/locate.ts";

const root = join(import.meta.dirname, "..", "..");

/** What a command of the Pulumi CLI ended with. */
export interface Ended {
  code: number;
  /** Both streams, as a person sees them. */
  output: string;
}

type Environment = Record<string, string | undefined>;

/** Told of the process of a command when it has begun, for whoever wants to end it. */
export type Begun = (process: ChildProcess) => void;

/** A copy of a project in a folder of its own, with its own state, on which the real Pulumi CLI runs. */
export class Workspace {
  readonly dir: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(dir: string, env: NodeJS.ProcessEnv) {
    this.dir = dir;
    this.#env = env;
  }

  /** Copies a project of this repository and makes its `dev` stack, or with `select` takes the one there is. */
  static async of(
    project: string,
    files = ["Pulumi.yaml", "Pulumi.dev.yaml", "index.ts"],
    { env = {}, stack = "init" }: { env?: NodeJS.ProcessEnv; stack?: "init" | "select" } = {},
  ): Promise<Workspace> {
    const dir = realpathSync(mkdtempSync(join(tmpdir(), "airworthy-")));
    for (const file of files) cpSync(join(root, project, file), join(dir, file));
    // Not the project's own: at the root that one is the package itself.
    writeFileSync(join(dir, "package.json"), '{ "type": "module", "private": true }');
    symlinkSync(join(root, "node_modules"), join(dir, "node_modules"));
    const workspace = new Workspace(dir, env);
    workspace.edit("Pulumi.yaml", (text) => text.replace(/path: .*\/provider$/m, `path: ${join(root, "provider")}`));
    workspace.edit("Pulumi.dev.yaml", (text) => text.replace(/^encryptionsalt:.*\n|^ {2}\S+:\n {4}secure:.*\n/gm, ""));
    await workspace.ok("stack", stack, "dev");
    return workspace;
  }

  /** Changes a file of the copy. */
  edit(file: string, change: (text: string) => string): void {
    const path = join(this.dir, file);
    writeFileSync(path, change(readFileSync(path, "utf8")));
  }

  write = (file: string, text: string) => writeFileSync(join(this.dir, file), text);

  read = (file: string) => readFileSync(join(this.dir, file), "utf8");

  /** Runs a command of the CLI; the policy pack is in force by the environment, as after `. ./airworthy.env`. */
  pulumi(args: string[], env: Environment = {}, input?: string, begun?: Begun): Promise<Ended> {
    return this.#run("pulumi", [...args, "--non-interactive"], env, input, begun);
  }

  /** Runs the `airworthy` command, without a terminal. */
  airworthy(...args: string[]): Promise<Ended> {
    return this.#run(process.execPath, [join(root, "cli", "main.ts"), ...args]);
  }

  #run(command: string, args: string[], env: Environment = {}, input?: string, begun?: Begun): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: this.dir,
        env: { ...this.#environment(), ...env },
        stdio: ["pipe", "pipe", "pipe"],
      });
      let output = "";
      child.stdout.on("data", (chunk) => (output += chunk));
      child.stderr.on("data", (chunk) => (output += chunk));
      child.on("error", reject);
      child.on("close", (code) => resolve({ code: code ?? -1, output }));
      child.stdin.end(input);
      begun?.(child);
    });
  }

  /** Runs a command that has to succeed, and answers with what it printed. */
  async ok(...args: string[]): Promise<string> {
    const { code, output } = await this.pulumi(args);
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${code}:\n${output}`);
    return output;
  }

  /** The stack's outputs. */
  async outputs(): Promise<Record<string, never>> {
    return JSON.parse(await this.ok("stack", "output", "--json"));
  }

  /** The state as it is stored, decrypted or not. */
  export = (...flags: string[]) => this.ok("stack", "export", ...flags);

  /** The stack's local Fly, started where it has gone to sleep. */
  localFly = () => startLocalFly(this.dir, { profile: "instant" });

  /** A call of the local Fly, to the Machines API or to its control surface. */
  async send(method: string, path: string, body?: unknown): Promise<never> {
    const { url, token } = await this.localFly();
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as never;
  }

  /** Operations that changed something at the local Fly, in order. */
  async mutations(): Promise<string[]> {
    const { entries } = (await this.send("GET", "/_local/journal?since=0")) as {
      entries: { operation: string; mutating: boolean }[];
    };
    return entries.filter(({ mutating }) => mutating).map(({ operation }) => operation);
  }

  /** Ends the local Fly and removes the folder. */
  async remove(): Promise<void> {
    const local = await findLocalFly(this.dir);
    if (local !== undefined) process.kill(local.pid);
    rmSync(this.dir, { recursive: true, force: true });
  }

  #environment(): NodeJS.ProcessEnv {
    // Of this clone's own: what it exempts is not the test's.
    const { FLY_API_TOKEN: _token, FLY_ACCESS_TOKEN: _access, AIRWORTHY_CONFIG: _config, ...env } = process.env;
    return {
      ...env,
      PULUMI_BACKEND_URL: `file://${this.dir}`,
      PULUMI_CONFIG_PASSPHRASE: "of a test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_OPTION_POLICY_PACK: join(root, "policies", "fly-production"),
      ...this.#env,
    };
  }
}

/** Ids of the rules that the output names, each once, sorted. */
export const ruleIds = (output: string) => [...new Set(output.match(/FLY-[A-Z]{3}-\d{2}/g))].sort();
