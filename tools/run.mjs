// The npm scripts: `node tools/run.mjs <verb> [arguments]`. Each does its own set-up first.

import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { ask, run, SetupError, say } from "./command.mjs";
import { executable, root, STACK } from "./project.mjs";
import { setUp, setUpCode, setUpTools } from "./setup.mjs";

const onStack = ["--stack", STACK];

/** A pulumi command at the root; answers with its exit code. */
async function pulumi(args) {
  const { cli, env } = await setUp();
  return run(cli, args, { env, cwd: root });
}

async function up(args) {
  const { cli, env } = await setUp();
  const code = await run(cli, ["up", "--yes", ...onStack, ...args], { env, cwd: root });
  return code || run(cli, ["stack", "output", ...onStack], { env, cwd: root });
}

async function destroy(args) {
  const { cli, env } = await setUp();
  const rest = args.filter((arg) => arg !== "--all" && arg !== "--yes");
  if (!args.includes("--all")) {
    const code = await run(cli, ["destroy", "--exclude-protected", "--yes", ...onStack, ...rest], { env, cwd: root });
    listProtected(cli, env);
    return code;
  }
  await confirmAll(args, listProtected(cli, env));
  const code = await run(cli, ["state", "unprotect", "--all", "--yes", ...onStack], { env, cwd: root });
  return code || run(cli, ["destroy", "--yes", ...onStack, ...rest], { env, cwd: root });
}

/** Says what the stack still has, and answers with how many of that are protected. */
function listProtected(cli, env) {
  const text = ask(cli, ["stack", "export", ...onStack], { env, cwd: root });
  const resources = (text && JSON.parse(text).deployment.resources) ?? [];
  const real = resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
  if (real.length === 0) say("nothing is left in the stack");
  else
    say(
      `in the stack now: ${real.length} resource${real.length === 1 ? "" : "s"}; * is protected (-- --all deletes those too)`,
    );
  for (const { type, urn, id, protect } of real)
    say(`  ${protect ? "*" : " "} ${type.split(":").at(-1)} ${urn.split("::").at(-1)} (${id})`);
  return real.filter(({ protect }) => protect).length;
}

async function confirmAll(args, count) {
  if (args.includes("--yes") || count === 0) return;
  if (!process.stdin.isTTY)
    throw new SetupError(
      "destroy --all deletes protected data and asks first, which needs a terminal: npm run destroy -- --all --yes",
    );
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question(
    `Delete ${count} protected resources and all data in them? Type the stack's name (${STACK}): `,
  );
  prompt.close();
  if (answer.trim() !== STACK) throw new SetupError("nothing was deleted");
}

async function inNode(script, args, setUpFirst) {
  const { node, env } = await setUpFirst();
  return run(join(node, executable("node")), [join(root, ...script), ...args], { env, cwd: root });
}

const verbs = {
  setup: async () => {
    await setUp();
    say("ready; `. ./airworthy.env` makes plain `npx pulumi` work in this shell");
    return 0;
  },
  up,
  preview: (args) => pulumi(["preview", ...onStack, ...args]),
  refresh: (args) => pulumi(["refresh", "--yes", ...onStack, ...args]),
  outputs: (args) => pulumi(["stack", "output", ...onStack, ...args]),
  destroy,
  pulumi,
  local: (args) => inNode(["dist", "cli", "main.js"], ["local", ...args], setUpCode),
  bench: (args) => inNode(["tools", "bench.mjs"], args, setUpCode),
  flyctl: (args) => inNode(["test", "clients", "flyctl", "main.ts"], args, setUpTools),
  sweep: (args) => inNode(["test", "crash", "main.ts"], args, setUpTools),
  test: (args) => inNode(["node_modules", "vitest", "vitest.mjs"], ["run", ...args], setUpTools),
};

const [verb, ...args] = process.argv.slice(2);
try {
  if (!verbs[verb]) throw new SetupError(`there is no "${verb}"; there is ${Object.keys(verbs).join(", ")}`);
  process.exitCode = await verbs[verb](args);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
