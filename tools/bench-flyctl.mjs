// The part of `npm run bench` that puts our rollouts beside flyctl's: the same app, each side on a local Fly of its own, the
// program by `pulumi up` and fly.toml by `flyctl deploy`. Skipped where no flyctl is on the PATH.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { shortest } from "./bench-rollout.mjs";
import { flyctlSide, ourSide } from "./bench-sides.mjs";
import { SetupError, say, whichAll } from "./command.mjs";

const MACHINES = 12;
const ROUNDS = 3;
const STARTS_APART_MS = 15_000;

/**
 * What is compared. `widths`: machines down at once, ours and flyctl's; flyctl's 0.33 of 12 is rounded up, our 33% down.
 */
const CASES = [
  { name: "rolling, own defaults", strategy: "rolling", widths: [3, 4] },
  { name: "rolling, 4 at a time", strategy: "rolling", widths: [4, 4], maxUnavailable: 4 },
  { name: "bluegreen, own defaults", strategy: "bluegreen", widths: [MACHINES, MACHINES] },
  // At Fly's own pace flyctl, which makes eight at a time and tries thrice, gives up on the limit of creates.
  {
    name: "bluegreen, flyctl making one at a time",
    strategy: "bluegreen",
    widths: [MACHINES, MACHINES],
    maxConcurrent: 1,
    only: "fly",
  },
];

/** Letters that images' digests are made of, a new one for each release. */
const LETTERS = "bcdef0123456789";

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Both sides of all cases, deployed once, each with nothing else at its Fly. */
async function prepared(work, { tools, flyctl, profile }) {
  const folder = (index, side) => {
    const dir = join(work, `${profile.replace("/", "-")}-${index}-${side}`);
    mkdirSync(dir, { mode: 0o700 });
    return dir;
  };
  const cases = CASES.filter(({ only = profile }) => only === profile);
  const making = cases.flatMap((one, index) => [
    ourSide(folder(index, "ours"), tools, { ...one, profile }),
    flyctlSide(folder(index, "flyctl"), flyctl, { ...one, profile }),
  ]);
  const made = await Promise.allSettled(making);
  const failure = made.find(({ status }) => status === "rejected");
  const sides = made.map(({ value }) => value);
  if (failure === undefined)
    return cases.map((one, index) => ({ ...one, ours: sides[2 * index], theirs: sides[2 * index + 1] }));
  await Promise.all(sides.map((side) => side?.stop()));
  throw failure.reason;
}

/**
 * One release by one side: milliseconds of the whole command and of its part at Fly, the calls, and why it failed if it did.
 * flyctl keeps to no limit of Fly's and gives up on some refusals, which is a finding; where we fail, nothing is measured.
 */
async function released(side, letter) {
  const { local } = side;
  const since = (await local.journal(0)).at(-1)?.seq ?? 0;
  const started = performance.now();
  const failure = await side.release(letter).then(
    () => undefined,
    (error) => {
      if (side.isOurs) throw error;
      return error.message;
    },
  );
  const ms = performance.now() - started;
  const calls = await local.journal(since);
  // flyctl does not wait until what it destroys is gone, and Fly's limits remember what was called a moment ago.
  await local.rest();
  if (failure === undefined) await proveReleased(side, letter);
  await local.rest();
  return { ms, spanMs: spanOf(calls), calls, failure };
}

/** What a machine lacks of a release that is done. */
const lacks = ({ state, cordoned, leased, checks, config }, letter) => [
  ...(state === "started" ? [] : [`is ${state}`]),
  ...(cordoned ? ["is cordoned"] : []),
  ...(leased ? ["is leased"] : []),
  ...(checks.length > 0 && checks.every(({ status }) => status === "passing") ? [] : ["does not pass its check"]),
  ...(config.image.endsWith(letter.repeat(64)) ? [] : [`runs ${config.image}`]),
];

/** A release that is not whole is no measurement. */
async function proveReleased({ local, name }, letter) {
  const machines = await local.machines();
  const wrong = machines.flatMap((machine) => lacks(machine, letter).map((what) => `${machine.id} ${what}`));
  if (machines.length === MACHINES && wrong.length === 0) return;
  throw new SetupError(`${name} left ${machines.length} machines: ${wrong.join(", ") || "each as released"}`);
}

/** From the beginning of the first call to the end of the last, but for the look at the token, which the preview has too. */
function spanOf(calls) {
  const own = calls.filter(({ operation }) => operation !== "Tokens_current");
  return Date.parse(own.at(-1).at) - Math.min(...own.map(({ at, ms }) => Date.parse(at) - ms));
}

/** How many calls were under way at once at most; one that waits is under way. */
function peakOf(calls) {
  const ends = calls.flatMap(({ at, ms }) => [
    [Date.parse(at) - ms, 1],
    [Date.parse(at), -1],
  ]);
  let [now, peak] = [0, 0];
  for (const [, step] of ends.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    now += step;
    peak = Math.max(peak, now);
  }
  return peak;
}

const serviceOf = ({ path }) =>
  path.startsWith("/v1/") ? "Machines API" : path === "/graphql" ? "GraphQL" : "web API";

/** The sides take turns, so that a slow minute of the machine meets both. */
async function inTurns(cases, rounds) {
  const found = [];
  for (const one of cases) {
    const runs = { ours: [], theirs: [] };
    for (let round = 0; round < rounds; round++)
      for (const side of ["ours", "theirs"]) runs[side].push(await released(one[side], LETTERS[round]));
    found.push({ ...one, runs });
  }
  return found;
}

/** Beside each other, since at Fly's own pace nearly all of the time is waiting; but each start has the machine to itself. */
const sideBySide = (cases) =>
  Promise.all(
    cases.map(async (one, index) => {
      await sleep(index * STARTS_APART_MS);
      const [ours, theirs] = await Promise.all([released(one.ours, LETTERS[0]), released(one.theirs, LETTERS[0])]);
      return { ...one, runs: { ours: [ours], theirs: [theirs] } };
    }),
  );

/** Deploys all cases at a Fly of that pace, measures them, and ends everything. */
async function compared(work, tools, profile, measure) {
  const cases = await prepared(work, { ...tools, profile });
  try {
    return (await measure(cases)).flatMap((one) => linesOf(one, profile));
  } finally {
    await Promise.all(cases.flatMap(({ ours, theirs }) => [ours.stop(), theirs.stop()]));
  }
}

function linesOf({ name, strategy, widths, runs }, profile) {
  const [ours, theirs] = [runs.ours, runs.theirs].map((all, side) => {
    const least = shortest(profile, widths[side]);
    return summaryOf(all, strategy === "rolling" ? least.rolled(MACHINES) : least.bluegreen(MACHINES));
  });
  const ratio = (key) => `${(ours[key] / theirs[key]).toFixed(2)} x flyctl`;
  const compared = `whole command ${ratio("ms")}, its part at Fly ${ratio("spanMs")}, calls ${ratio("count")}`;
  const isWhole = ours.count !== undefined && theirs.count !== undefined;
  return [
    `${name}: ${isWhole ? compared : "one side failed"}`,
    lineOf("pulumi up", ours),
    lineOf("flyctl deploy", theirs),
  ];
}

/** Medians of the rounds that came through. */
function summaryOf(runs, best) {
  const whole = runs.filter(({ failure }) => failure === undefined);
  const of = (figure) => (whole.length === 0 ? undefined : median(whole.map(figure)));
  return {
    best,
    ms: of(({ ms }) => ms),
    spanMs: of(({ spanMs }) => spanMs),
    count: of(({ calls }) => calls.length),
    calls: (whole.at(-1) ?? runs.at(-1)).calls,
    failures: runs.flatMap(({ failure }) => failure ?? []),
    rounds: runs.length,
  };
}

function lineOf(who, { ms, spanMs, best, calls, failures, rounds }) {
  const seconds = (value) => `${(value / 1000).toFixed(1).padStart(6)} s`;
  const services = [...Map.groupBy(calls, serviceOf)].map(([service, { length }]) => `${service} ${length}`);
  const refused = calls.filter(({ status }) => status === 429).length;
  const leases = calls.filter(({ operation }) => operation.endsWith("_lease")).length;
  const changes = calls.filter(({ mutating, operation }) => mutating && !operation.endsWith("_lease")).length;
  const took =
    ms === undefined
      ? ""
      : `${seconds(ms)}, at Fly${seconds(spanMs)} (${(spanMs / best).toFixed(2)} x the shortest for its width), `;
  const failed = failures.length === 0 ? "" : `; failed in ${failures.length} of ${rounds}: ${reasonIn(failures[0])}`;
  return (
    `  ${who.padEnd(14)}${took}${calls.length} calls: ${services.join(", ")}; ${leases} about leases, ${changes} that change something ` +
    `else, ${peakOf(calls)} at once, ${refused} refused as too many${failed}`
  );
}

/** The line of a command's output that says what went wrong. */
const reasonIn = (text) => /^.*\berror: .*$/im.exec(text)?.[0].trim().slice(0, 300) ?? text.slice(-300);

/** Measures both sides in folders of their own; answers with lines to print. There is no goal: it says where we stand. */
export async function benchFlyctl(work, { cli, env }, rounds = ROUNDS) {
  const [flyctl] = whichAll("flyctl", env);
  if (flyctl === undefined) return { lines: ["skipped: no flyctl on PATH"], met: true };
  const dir = join(work, "flyctl");
  mkdirSync(dir, { mode: 0o700 });
  const tools = { tools: { cli, env }, flyctl };
  say(`rollouts of ${MACHINES} machines by pulumi up and by flyctl: ${rounds} rounds at a Fly ten times as fast`);
  const fast = await compared(dir, tools, "fly/10", (cases) => inTurns(cases, rounds));
  say("the same once at Fly's own pace, side by side");
  const slow = await compared(dir, tools, "fly", sideBySide);
  const lines = [
    `profile fly/10, medians of ${rounds} rounds in turns. flyctl's own pauses do not go faster with Fly (it watches each machine`,
    "for 10 s, and waits twice 10 s in a bluegreen), so these times are more theirs than those of the rollout",
    ...fast,
    "profile fly, which is Fly's own pace, once: the times to go by",
    ...slow,
    "pulumi up is with its preview and the policy pack; flyctl does not wait until what it destroys is gone",
  ];
  return { lines, met: true };
}
