// What a fresh clone lacks, in the order in which each step needs the one before. Every step looks first and is free when done.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, SetupError, withPath } from "./command.mjs";
import { ensureStacks, prepareState, stateDir } from "./dev-stack.mjs";
import { cloneVariables, toolEnvironment, writeEnvironmentFile } from "./environment.mjs";
import { installPackages, linkProject } from "./install.mjs";
import { nodeDir } from "./node.mjs";
import { executable, root } from "./project.mjs";
import { pulumiCli, requireObtainable } from "./pulumi-cli.mjs";
import { isBuilt } from "./source-stamp.mjs";

/** Node, packages and dist/: `{ node, env }`. */
export async function setUpCode(env = process.env) {
  const node = await nodeDir(env);
  const withNode = withPath(env, node);
  await installPackages(withNode);
  if (!isBuilt()) await build(node, withNode);
  linkProject();
  return { node, env: toolEnvironment(env, { node }) };
}

async function build(node, env) {
  const code = await run(join(node, executable("node")), [join(root, "tools", "build.mjs")], { env, cwd: root });
  if (code !== 0) throw new SetupError("the build failed; the lines above say where.");
}

/** The above and the Pulumi CLI, without anything of this clone's stacks: what the tests run in. */
export async function setUpTools(env = process.env) {
  const notes = noteOf("pulumi.json");
  await requireObtainable(env, notes);
  const code = await setUpCode(env);
  const pulumi = await pulumiCli(env, notes);
  return { node: code.node, pulumi, env: toolEnvironment(env, { node: code.node, pulumi }) };
}

/** Everything, with this clone's stacks: `env` is what `airworthy.env` says. */
export async function setUp(env = process.env) {
  const tools = await setUpTools(env);
  prepareState();
  writeEnvironmentFile(env, tools);
  const { PULUMI_CONFIG_PASSPHRASE: _, ...rest } = tools.env;
  const cloneEnv = { ...rest, ...cloneVariables() };
  const cli = join(tools.pulumi.dir, executable("pulumi"));
  ensureStacks(cloneEnv, cli);
  return { ...tools, cli, env: cloneEnv };
}

function noteOf(name) {
  const file = join(stateDir(), name);
  return {
    read: () => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined),
    write: (value) => {
      mkdirSync(stateDir(), { recursive: true, mode: 0o700 });
      writeFileSync(file, JSON.stringify(value));
    },
  };
}
