// The `dev` stacks of this clone: state, passphrase, and what the clone alone may know of their configuration.
// Why a git filter: docs/decisions/0002-dev-stack-config-is-clean-in-git.md

import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ask, SetupError, say } from "./command.mjs";
import { pulumiHome, pulumiProjects, root, STACK } from "./project.mjs";

export const stateDir = (base = root) => join(base, ".airworthy");
const backendDir = (base = root) => join(stateDir(base), "pulumi");
export const backendUrl = (base = root) => pathToFileURL(backendDir(base)).href;
export const passphraseFile = (base = root) => join(stateDir(base), "passphrase");

/** What only this clone's passphrase can read: the salt, and every `key:` whose next line is a `secure:` value. */
const CLEAN = ["-e", "/^encryptionsalt:/d", "-e", "/^  [^ ]*:$/{", "-e", "N", "-e", "/\\n *secure: /d", "-e", "}"];

const configFile = (dir) => join(dir, `Pulumi.${STACK}.yaml`);
const read = (file) => (existsSync(file) ? readFileSync(file, "utf8") : "");

/** State folder, passphrase and git filter; the stacks themselves need the CLI. */
export function prepareState(base = root) {
  mkdirSync(stateDir(base), { recursive: true, mode: 0o700 });
  mkdirSync(backendDir(base), { recursive: true, mode: 0o700 });
  if (!existsSync(passphraseFile(base))) {
    for (const { dir } of pulumiProjects(base)) forgetSecrets(configFile(dir));
    writeFileSync(passphraseFile(base), `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  }
  keepOutOfGit(base);
}

// A salt that came with a lost passphrase would make every command fail with "incorrect passphrase".
function forgetSecrets(file) {
  if (!/^encryptionsalt:/m.test(read(file))) return;
  const { stdout, status } = spawnSync("sed", CLEAN, { input: read(file), encoding: "utf8" });
  if (status === 0) writeFileSync(file, stdout);
}

function keepOutOfGit(base) {
  const setting = "filter.airworthy-dev-stack.clean";
  const quoted = CLEAN.map((arg) => (arg === "-e" ? arg : `'${arg}'`)).join(" ");
  if (!existsSync(join(base, ".git")) || read(join(base, ".git", "config")).includes("airworthy-dev-stack")) return;
  ask("git", ["config", setting, `sed ${quoted}`], { cwd: base });
}

/** Names in `requireSecret("…")` of a project's program. */
export function requiredSecrets(program) {
  return [...program.matchAll(/\brequireSecret(?:<[^>]*>)?\(\s*["']([\w-]+)["']/g)].map(([, name]) => name);
}

/** Makes what is missing of each project's stack; looks at files first, because a CLI start takes half a second. */
export function ensureStacks(env, pulumi, base = root) {
  for (const project of pulumiProjects(base)) {
    const before = read(configFile(project.dir));
    const cli = (args, input) => runPulumi(pulumi, args, { env, cwd: project.dir, input });
    if (!existsSync(stateFile(project, base))) {
      say(`making stack ${STACK} of ${project.name}`);
      cli(["stack", "init", STACK, "--non-interactive"]);
    } else if (!existsSync(selectionFile(project, env))) {
      cli(["stack", "select", STACK, "--non-interactive"]);
    }
    restoreSalt(project, base);
    const config = read(configFile(project.dir));
    for (const name of requiredSecrets(read(join(project.dir, "index.ts"))))
      if (!config.includes(`${project.name}:${name}:`)) {
        say(`giving ${project.name}:${name} a random value, known to this clone only`);
        cli(["config", "set", "--secret", name, "--stack", STACK], randomBytes(32).toString("base64url"));
      }
    if (read(configFile(project.dir)) !== before) settleInGit(project.dir);
  }
}

const stateFile = ({ name }, base) => join(backendDir(base), ".pulumi", "stacks", name, `${STACK}.json`);

// A pull that changes the file takes the clone's lines out of it; the salt is in the state as well.
function restoreSalt(project, base) {
  const file = configFile(project.dir);
  const salt = /"salt":\s*"([^"]+)"/.exec(read(stateFile(project, base)))?.[1];
  if (!salt || /^encryptionsalt:/m.test(read(file))) return;
  writeFileSync(file, `${read(file).replace(/\n?$/, "\n")}encryptionsalt: ${salt}\n`);
}

// Git calls a file of another size modified without asking its filter; adding it, where the filter leaves no difference,
// changes nothing but the size that git remembers.
function settleInGit(dir) {
  const file = configFile(dir);
  if (spawnSync("git", ["diff", "--quiet", "--", file], { cwd: dir }).status === 0)
    ask("git", ["add", "--update", "--", file], { cwd: dir });
}

/** Where the CLI notes which stack of a project is selected. */
function selectionFile({ dir, name }, env) {
  const digest = createHash("sha1")
    .update(join(realpathSync(dir), "Pulumi.yaml"))
    .digest("hex");
  return join(pulumiHome(env), "workspaces", `${name}-${digest}-workspace.json`);
}

function runPulumi(pulumi, args, options) {
  const { status, stdout, stderr, error } = spawnSync(pulumi, args, { ...options, encoding: "utf8" });
  if (status !== 0)
    throw new SetupError(
      `pulumi ${args.slice(0, 2).join(" ")} in ${options.cwd} failed: ${error?.message ?? stderr + stdout}`,
    );
}
