import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { confirm } from "../question.ts";
import { ask } from "../release/pulumi.ts";
import { Trouble } from "../trouble.ts";
import { brokenKey } from "./breakage.ts";
import { changedGroups, type Deployed, deployedOf, type Group, groupsOf, machinesIn, runsTheSame } from "./deployed.ts";
import { type Finding, type Session, seconds } from "./drill.ts";
import { projectDir } from "./evidence-file.ts";
import { type Fly, flyOf } from "./fly.ts";
import type { RollbackOptions } from "./rollback.ts";
import { type Runner, runnerOf, succeeds } from "./runner.ts";

/** A stack that is there to be broken. */
interface Staging {
  session: Session;
  stack: string;
  runner: Runner;
  fly: Fly;
  log: string | undefined;
  groups: Group[];
  before: Deployed;
}

const up = (stack: string) => ["up", "--yes", "--skip-preview", "--stack", stack];

/**
 * On a named stack: a release that the user says is broken has to fail and go back by itself; then every group goes to
 * the release before and comes back again. In the end the stack's configuration and machines are what they were.
 */
export async function onStaging(
  session: Session,
  { stack, yes = false, log, ...options }: RollbackOptions & { stack: string },
): Promise<Finding> {
  if (options.break === undefined) {
    throw new Trouble(
      "on a stack a release has to be broken by itself: name with --break key=value a key of its configuration, and an image whose checks fail",
    );
  }
  const { key, value } = brokenKey(options.break);
  const project = projectDir(process.cwd());
  if (project === undefined) throw new Trouble("there is no Pulumi.yaml here or upwards: go to the project's folder");
  const fly = await flyOf(session, options);
  const stage = { cwd: project, env: process.env, log: log && resolve(log) };
  const runner = runnerOf(stage, session.signal);
  await ask({ cwd: project, stack }, "look for the stack", ["stack", "--show-name"]);
  const groups = await groupsIn(runner, stack, stage.log);
  const held = groups.find(({ pin }) => pin !== undefined);
  if (held !== undefined)
    throw new Trouble(`${held.group} is held at release ${held.pin}: \`airworthy rollback --lift\` first`);
  const before = await deployedOf(fly.client, groups);
  if (machinesIn(before) === 0)
    throw new Trouble(`no machine of stack ${stack} is at ${fly.name}: is it deployed there?`);
  if (!yes) await confirm("rollback", `Break stack ${stack} with ${key}, and bring it back?`);

  const staging = { session, stack, runner, fly, log: stage.log, groups, before };
  const putBack = restorer(staging, project);
  session.undo(`stack ${stack}, which \`pulumi up\` brings to what its configuration says`, putBack);
  session.say(`breaking stack ${stack} by ${key}`);
  await succeeds(
    runner.pulumi(["config", "set", "--plaintext", key, value, "--stack", stack]),
    "changing the configuration",
    stage.log,
  );
  return broken(staging, putBack);
}

const groupsIn = async (runner: Runner, stack: string, log: string | undefined): Promise<Group[]> =>
  groupsOf({ ...runner, airworthy: (args) => runner.airworthy([...args, "--stack", stack]) }, log);

/** Puts the file of the stack's configuration back as it was, letter by letter, and the machines where they are not. */
function restorer({ stack, runner, fly, log, groups, before }: Staging, project: string): () => Promise<void> {
  const file = join(project, `Pulumi.${stack.split("/").at(-1)}.yaml`);
  const text = existsSync(file) ? readFileSync(file, "utf8") : undefined;
  if (text === undefined)
    throw new Trouble(`${file} is not there: the stack's configuration is not beside Pulumi.yaml`);
  return async () => {
    const touched = readFileSync(file, "utf8") !== text;
    if (touched) writeFileSync(file, text);
    const now = await deployedOf(fly.undoing().client, groups);
    if (touched || !runsTheSame(before, now)) {
      await succeeds(runner.undoing().pulumi(up(stack)), "bringing the stack back", log);
    }
  };
}

async function broken(staging: Staging, putBack: () => Promise<void>): Promise<Finding> {
  const { session, stack, runner, fly, groups, before } = staging;
  const failed = (durationMs: number, detail: string): Finding => ({ app: "*", result: "failed", durationMs, detail });
  const start = performance.now();
  const { code } = await runner.pulumi(up(stack));
  const backMs = performance.now() - start;
  if (code === 0)
    return failed(backMs, `on stack ${stack}: the release that should break was rolled out without an error`);
  const now = await deployedOf(fly.client, groups);
  if (!runsTheSame(before, now)) {
    return failed(backMs, `on stack ${stack}: ${changedGroups(before, now).join(", ")} did not go back by itself`);
  }
  const byItself = `on stack ${stack}: \`pulumi up\` of a broken release failed, and ${seconds(backMs)} after it began all machines ran what they ran before`;
  await putBack();
  const earlier = groups.filter(({ running, releases }) => releases.some(({ version }) => version < running));
  if (earlier.length === 0) {
    const detail = `${byItself}; no earlier release is kept, so \`airworthy rollback\` was not tried`;
    return { app: "*", result: "passed", durationMs: backMs, detail };
  }
  session.say(`going to the release before: ${earlier.map(({ group }) => group).join(", ")}`);
  return toAndFro(staging, earlier, byItself);
}

async function toAndFro(staging: Staging, earlier: readonly Group[], byItself: string): Promise<Finding> {
  const { stack, runner, fly, groups, before } = staging;
  const names = earlier.flatMap(({ group }) => ["--group", group]);
  const start = performance.now();
  const { code } = await runner.airworthy(["rollback", "--yes", "--stack", stack, ...names]);
  const durationMs = performance.now() - start;
  const held = await groupsIn(runner, stack, staging.log);
  const release = earlier
    .map(({ group, running }) => `${group} ${running} => ${held.find((one) => one.group === group)?.pin}`)
    .join(", ");
  const there = await deployedOf(fly.client, groups);
  const about = { app: "*", release, durationMs };
  const finding = (result: Finding["result"], detail: string): Finding => ({
    ...about,
    result,
    detail: `${byItself}; ${detail}`,
  });
  if (code !== 0) return finding("failed", `but \`airworthy rollback\` ended with ${code}`);
  const still = earlier.filter(({ group }) => !changedGroups(before, there).includes(group));
  const lifted = await runner.airworthy(["rollback", "--lift", "--yes", "--stack", stack]);
  if (lifted.code !== 0 || !runsTheSame(before, await deployedOf(fly.client, groups))) {
    return finding("failed", "but after `airworthy rollback --lift` not everything ran as before");
  }
  if (still.length > 0)
    return finding(
      "failed",
      `but \`airworthy rollback\` changed nothing of ${still.map(({ group }) => group).join(", ")}`,
    );
  return finding(
    "passed",
    `\`airworthy rollback\` was at the release before in ${seconds(durationMs)} (${release}), and --lift brought it back`,
  );
}
