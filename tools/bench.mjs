// `npm run bench [-- rounds]`: what Airworthy adds to a preview, what its rollouts take over the shortest, and what the local
// Fly does, as ratios from one run, since machines differ and minutes do. `-- checklist` measures only the rules and
// the live check, `-- local` only the local Fly, `-- rollout` only the rollouts and the large group, `-- flyctl` only our
// rollouts beside flyctl's, where one is on the PATH.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SetupError, say } from "./command.mjs";
import { root, STACK } from "./project.mjs";
import { setUp, setUpCode } from "./setup.mjs";
import { stopLocalFly } from "./stop-local-fly.mjs";

const GOAL = 2.5;
const LEAST_ROUNDS = 5;

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** A program that does nothing: what Pulumi and Node cost by themselves. */
function emptyProject(dir) {
  mkdirSync(dir);
  writeFileSync(
    join(dir, "Pulumi.yaml"),
    "name: empty\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: index.js\n",
  );
  writeFileSync(join(dir, "package.json"), '{ "private": true, "main": "index.js" }\n');
  writeFileSync(join(dir, "index.js"), "");
  symlinkSync(join(root, "node_modules"), join(dir, "node_modules"), "junction");
  return dir;
}

/** Milliseconds of one pulumi command; one that fails is no measurement. */
function timed(cli, args, options) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(cli, [...args, "--non-interactive"], { ...options, encoding: "utf8" });
  if (status !== 0)
    throw new SetupError(`pulumi ${args.join(" ")} in ${options.cwd} ended with ${status}:\n${stdout}${stderr}`);
  return performance.now() - started;
}

/** Interleaved, so that a slow minute of the machine meets every case; the first round only warms caches. */
function rounds(count, cases) {
  const times = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
  for (let round = 0; round <= count; round++)
    for (const [name, measure] of Object.entries(cases)) {
      const ms = measure();
      if (round > 0) times[name].push(ms);
    }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
}

async function bench(cli, env, work, count) {
  const empty = emptyProject(join(work, "empty"));
  mkdirSync(join(work, "state"));
  // A state and a local Fly of their own: the dev stack is neither measured nor touched.
  const shared = {
    ...env,
    PULUMI_BACKEND_URL: pathToFileURL(join(work, "state")).href,
    AIRWORTHY_LOCAL_DIR: join(work, "local"),
    NODE_COMPILE_CACHE: join(work, "compile-cache"),
  };
  mkdirSync(shared.AIRWORTHY_LOCAL_DIR, { mode: 0o700 });
  const { PULUMI_OPTION_POLICY_PACK: _, ...withoutPack } = shared;
  const inEmpty = { cwd: empty, env: withoutPack };
  const inRoot = { cwd: root, env: shared };
  for (const options of [inEmpty, inRoot]) timed(cli, ["stack", "init", STACK, "--no-select"], options);
  const on = ["--stack", STACK];
  const emptyPreview = () => timed(cli, ["preview", ...on], inEmpty);

  say(`${count} rounds: empty preview, flagship preview with the policy pack (nothing deployed yet)`);
  const fresh = rounds(count, {
    empty: emptyPreview,
    flagship: () => timed(cli, ["preview", ...on], inRoot),
  });
  say("deploying the flagship");
  timed(cli, ["up", "--yes", "--skip-preview", ...on], inRoot);
  say(`${count} rounds: empty preview, second up that changes nothing`);
  const steady = rounds(count, {
    empty: emptyPreview,
    up: () => timed(cli, ["up", "--yes", "--skip-preview", "--expect-no-changes", ...on], inRoot),
  });
  return { fresh, steady };
}

function report({ fresh, steady }, count) {
  const ms = (value) => `${value.toFixed(0).padStart(6)} ms`;
  const ratio = fresh.flagship / fresh.empty;
  console.log(`medians of ${count} interleaved rounds, NODE_COMPILE_CACHE warm`);
  console.log(`  preview, empty JavaScript program     ${ms(fresh.empty)}`);
  console.log(
    `  preview, flagship with policy pack    ${ms(fresh.flagship)}   ${ratio.toFixed(2)} x empty (goal: at most ${GOAL})`,
  );
  console.log(
    `  up, nothing to change (no preview)    ${ms(steady.up)}   ${(steady.up / steady.empty).toFixed(2)} x empty`,
  );
  return ratio <= GOAL;
}

/** Prints what the local Fly does; whether it met its goals. */
async function localFly(work, count) {
  // Only after the set-up: it needs a package.
  const { benchLocal } = await import("./bench-local.mjs");
  say(`${count} rounds: the local Fly and a bare server`);
  return show("the local Fly, medians", await benchLocal(work, count));
}

/** Prints what the checklist costs; whether it met its goals. */
async function checklist(work, tools) {
  const { benchChecklist } = await import("./bench-checklist.mjs");
  say("all rules over 2,000 resources, and the live check");
  return show("the checklist, medians", await benchChecklist(work, tools));
}

/** Prints what rollouts take, and what a large group does; whether they met their goals. */
async function rollouts(work, tools) {
  const { benchRollout } = await import("./bench-rollout.mjs");
  const { benchFleet } = await import("./bench-fleet.mjs");
  say("rollouts at a Fly ten times as fast");
  const met = show("rollouts, profile fly/10", await benchRollout(work));
  say("a group of 500 machines");
  return show("a group of 500 machines", await benchFleet(work, tools)) && met;
}

/** Prints our rollouts beside flyctl's. */
async function besideFlyctl(work, tools) {
  const { benchFlyctl } = await import("./bench-flyctl.mjs");
  return show("rollouts of 12 machines in 3 regions, pulumi up and flyctl deploy", await benchFlyctl(work, tools));
}

function show(title, { lines, met }) {
  console.log(title);
  for (const line of lines) console.log(`  ${line}`);
  return met;
}

const [asked] = process.argv.slice(2);
const count = Math.max(LEAST_ROUNDS, Number(asked) || LEAST_ROUNDS);
const work = mkdtempSync(join(tmpdir(), "airworthy-bench-"));
const isAsked = (name) => asked === name || !["checklist", "flyctl", "local", "rollout"].includes(asked);
try {
  const tools = asked === "local" ? await setUpCode() : await setUp();
  const met = [
    !isAsked("preview") || report(await bench(tools.cli, tools.env, work, count), count),
    !isAsked("checklist") || (await checklist(work, tools)),
    !isAsked("rollout") || (await rollouts(work, tools)),
    !isAsked("flyctl") || (await besideFlyctl(work, tools)),
    !isAsked("local") || (await localFly(work, count)),
  ];
  if (met.includes(false)) say("a goal was missed");
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
} finally {
  await stopLocalFly(join(work, "local"));
  rmSync(work, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
