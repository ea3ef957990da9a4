import { control } from "../local/control.ts";
import { Trouble } from "../trouble.ts";
import { breakageOf } from "./breakage.ts";
import { changedGroups, type Deployed, deployedOf, type Group, groupsOf, machinesIn, runsTheSame } from "./deployed.ts";
import { type Finding, type Session, seconds } from "./drill.ts";
import { succeeds } from "./runner.ts";
import { onStaging } from "./staging.ts";
import { type ThrowAway, throwAway } from "./throw-away.ts";

export interface RollbackOptions {
  stack?: string;
  config?: string;
  break?: string;
  yes?: boolean;
  local?: boolean;
  log?: string;
}

/** Deploys, breaks and restores: in a world that is thrown away, or on a stack that is there to be broken. */
export const rollback = (session: Session, options: RollbackOptions): Promise<Finding> =>
  options.stack === undefined ? onLocalFly(session, options) : onStaging(session, { ...options, stack: options.stack });

const up = ["up", "--yes", "--skip-preview"];

/**
 * In a world of its own: a first release; one whose process ends as soon as it starts, which has to go back by
 * itself; one that runs well, which nobody stops; and from that one back by `airworthy rollback`. Checks that never
 * pass would show the same, after the `waitTimeout` of the program, in real time.
 */
async function onLocalFly(session: Session, options: RollbackOptions): Promise<Finding> {
  session.say("laying out a world of its own");
  const world = await throwAway(session, options);
  const { runner, stage, fly } = world;
  await onlyOurs(world);
  session.say("deploying the program");
  await succeeds(runner.pulumi(up), "deploying the program on the local Fly", stage.log);
  const groups = await groupsOf(runner, stage.log);
  const breakage = breakageOf(world, groups, options.break);
  const before = await deployedOf(fly, groups);

  session.say(`breaking it: ${breakage.text}, whose process ends at once`);
  await happen(world, { kind: "exiting-image", image: breakage.broken });
  await breakage.declare(breakage.broken);
  const calls = await changesAt(world);
  const broke = performance.now();
  const { code } = await runner.pulumi(up);
  const backMs = performance.now() - broke;
  const after = await deployedOf(fly, groups);
  const failed = (durationMs: number, detail: string): Finding => ({ app: "*", result: "failed", durationMs, detail });
  if (code === 0) return failed(backMs, "a release whose process ends at once was rolled out without an error");
  if ((await changesAt(world)) === calls) {
    throw new Trouble(
      "the broken release failed before it reached a machine: `pulumi preview` by yourself, or --log <file>, says why",
    );
  }
  const wentBack = runsTheSame(before, after);
  if (!wentBack && !(await mayStay(world))) {
    return failed(
      backMs,
      `after a release whose process ended at once, ${changedGroups(before, after).join(", ")} did not go back by itself`,
    );
  }
  const byItself = wentBack
    ? `a release whose process ended at once went back by itself in ${seconds(backMs)}`
    : "a release whose process ended at once stayed for a look, as declared";

  session.say("rolling out a release that is wrong and healthy");
  await happen(world, { kind: "exiting-image", image: breakage.broken, over: true });
  await breakage.declare(breakage.healthy);
  await succeeds(runner.pulumi(up), "deploying the other image on the local Fly", stage.log);
  const wrong = await deployedOf(fly, groups);
  const moved = changedGroups(before, wrong);
  if (moved.length === 0) throw new Trouble(`${breakage.text} changes no machine: name with --break what does`);
  return goneBack({ session, world, before, moved, byItself });
}

interface WayBack {
  session: Session;
  world: ThrowAway;
  before: Deployed;
  moved: string[];
  byItself: string;
}

async function goneBack({ session, world, before, moved, byItself }: WayBack): Promise<Finding> {
  const { runner, stage, fly } = world;
  const from = await groupsOf(runner, stage.log);
  session.say(`going back with airworthy rollback: ${moved.join(", ")}`);
  const start = performance.now();
  const { code } = await runner.airworthy(["rollback", "--yes", ...moved.flatMap((name) => ["--group", name])]);
  const durationMs = performance.now() - start;
  const after = await deployedOf(fly, from);
  const steps = releasesText(moved, from, await groupsOf(runner, stage.log));
  const about = { app: "*", release: steps, durationMs };
  if (code !== 0)
    return { ...about, result: "failed", detail: `${byItself}; but \`airworthy rollback\` ended with ${code}` };
  const others = changedGroups(before, after);
  return others.length > 0
    ? {
        ...about,
        result: "failed",
        detail: `${byItself}; but after \`airworthy rollback\` ${others.join(", ")} ran something else than before`,
      }
    : {
        ...about,
        result: "passed",
        detail: `on a local Fly of its own: ${byItself}; \`airworthy rollback\` brought ${machinesIn(before, moved)} machines back to image and config of the release before in ${seconds(durationMs)} (${steps})`,
      };
}

/** `hello/web 2 => 1`: the release that ran, and the one that is there again. */
function releasesText(moved: readonly string[], before: readonly Group[], after: readonly Group[]): string {
  const lines = moved.map((name) => {
    const from = before.find(({ group }) => group === name)?.running;
    const to = after.find(({ group }) => group === name)?.pin;
    return `${name} ${from} => ${to}`;
  });
  return lines.join(", ");
}

const happen = ({ local }: ThrowAway, event: object) =>
  control(local, "say what becomes of the image", "POST", "events", event);

/** How many calls have made or changed a machine. */
async function changesAt({ local }: ThrowAway): Promise<number> {
  const { entries } = (await control(local, "look what was called", "GET", "journal?since=0")) as unknown as {
    entries: { operation: string }[];
  };
  return entries.filter(({ operation }) => /^Machines_(create|update)$/.test(operation)).length;
}

/** Packages whose resources live in the state alone. */
const harmless = ["airworthy", "pulumi", "random", "tls", "std"];

interface Step {
  newState?: { type?: string; custom?: boolean };
}

/** Refuses a program that makes things elsewhere: the world is thrown away, and they would stay. */
async function onlyOurs({ runner, stage }: ThrowAway): Promise<void> {
  const doing = "the preview of the program on the local Fly";
  const text = await succeeds(runner.pulumi(["preview", "--json"]), doing, stage.log);
  const { steps = [] } = JSON.parse(text) as { steps?: Step[] };
  const types = steps.flatMap(({ newState }) => (newState?.custom === true ? (newState.type ?? []) : []));
  const foreign = types.find((type) => !harmless.includes(type.replace(/^pulumi:providers:/, "").split(":")[0] ?? ""));
  if (foreign === undefined) return;
  throw new Trouble(
    `the program makes ${foreign} too, which no local Fly stands in for: it would really be made. Drill on a staging stack, with --stack`,
  );
}

/** Whether the program wants a broken release to stay where it is. */
async function mayStay({ runner, stage }: ThrowAway): Promise<boolean> {
  const text = await succeeds(runner.pulumi(["stack", "export"]), "reading the state", stage.log);
  const { deployment } = JSON.parse(text) as { deployment?: { resources?: { inputs?: { deploy?: unknown } }[] } };
  return (deployment?.resources ?? []).some(({ inputs }) => {
    const deploy = (inputs?.deploy ?? {}) as { onFailure?: unknown };
    return deploy.onFailure === "pause";
  });
}
