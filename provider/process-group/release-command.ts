import { durationMs } from "../../fly/duration.ts";
import { FlyError, isFlyError } from "../../fly/errors.ts";
import { plainLine } from "../../fly/log.ts";
import {
  type FlyMachine,
  type MachineBody,
  machineDestroy,
  machineLast,
  machineStart,
  machineStop,
  machineWait,
  type WireConfig,
} from "../../fly/machine.ts";
import type { Context } from "../lifecycle.ts";
import { exitText, lastExit, launchError } from "../machine/exit.ts";
import type { Hold } from "../machine/hold.ts";
import { lastWords, quoted } from "../machine/unhealthy.ts";
import { createOnce, destroy } from "../machine/write.ts";
import { pause } from "../pause.ts";
import type { GroupName, Phase } from "./fleet.ts";

/** A command that has to end well before a new release changes anything. */
interface ReleaseCommand {
  group: GroupName;
  command: string[];
  /** What the group's first slot would be made with. Services, checks, mounts and the like are taken out. */
  body: MachineBody;
  region: string;
  /** Longest wait for the machine to be ready, and then for the command to end: `5m`. */
  limit: string;
  /** Derived from what is rolled out: a lost answer leaves one machine, and the command runs once. */
  tag: string;
}

/** The command and the machine it runs in. */
interface Run {
  context: Context;
  what: ReleaseCommand;
  id: string;
  /** Its version, which Fly wants to hear where `stopped` is awaited (fly/api.md §8). */
  version: string;
  /** The machine's lease, from when it may be running. */
  nonce?: string;
}

const mostLines = 10;
/** How often is looked again for what Fly may show some seconds late: a machine just made, how one has ended. */
const mostLooks = 8;

/**
 * Runs the command in a machine of its own and waits for it to end with 0, as flyctl does it (machines_releasecommand.go):
 * the machine is made without being launched, so that one found after a lost answer has not run yet. Whatever becomes of
 * the command, the machine is gone afterwards.
 */
export async function runReleaseCommand(context: Context, hold: Hold, what: ReleaseCommand): Promise<void> {
  const { group, tag } = what;
  const { id, instance_id: version } = await createOnce(context, group.app, releaseBody(what), tag);
  const run: Run = { context, what, id, version };
  let last: FlyMachine | undefined;
  try {
    await prepared(run);
    await start(run, hold);
    last = await ended(run);
    await judge(run, last);
  } finally {
    await clear(run, hold, last);
  }
}

/** The machine of a group without what makes it serve, last or keep data. */
function releaseBody({ group, command, body, region, tag }: ReleaseCommand): MachineBody {
  const { config, min_secrets_version } = body;
  const init = config["init"] as WireConfig | undefined;
  // `exec` takes the place of entrypoint and command; flyctl leaves it out as well.
  const { exec: _, ...kept } = init ?? {};
  return {
    name: `${group.name.replaceAll("_", "-")}-release-command-${tag.slice(0, 8)}`,
    region,
    skip_launch: true,
    ...(min_secrets_version !== undefined && { min_secrets_version }),
    config: {
      ...Object.fromEntries(Object.entries(config).filter(([name]) => !serving.includes(name))),
      init: { ...kept, cmd: command },
      env: { ...(config["env"] as object), RELEASE_COMMAND: "1", FLY_PROCESS_GROUP: processGroup },
      metadata: labels(group, tag, config["metadata"] as Record<string, string> | undefined),
      restart: { policy: "no" },
      auto_destroy: true,
      dns: { ...(config["dns"] as object | undefined), skip_registration: true },
    },
  };
}

const serving = ["services", "checks", "mounts", "metrics", "statics", "standbys", "schedule"];

/** The group under which flyctl shows such machines (fly-go, MachineProcessGroupFlyAppReleaseCommand). */
const processGroup = "fly_app_release_command";

/** The slot's labels without those that would make it a slot's machine. */
function labels({ stack, name }: GroupName, tag: string, before: Record<string, string> | undefined) {
  const own = ["airworthy_slot", "airworthy_config", "airworthy_volume", "airworthy_replaces"];
  return {
    ...Object.fromEntries(Object.entries(before ?? {}).filter(([key]) => !own.includes(key))),
    airworthy_stack: stack,
    airworthy_group: name,
    airworthy_tag: tag,
    airworthy_phase: "release-command" satisfies Phase,
    fly_process_group: processGroup,
  };
}

/** Waits until the machine has its image: before that Fly refuses to start it (fly/api.md §6). */
async function prepared(run: Run): Promise<void> {
  const until = deadline(run);
  for (let attempt = 0; ; attempt++) {
    if (await reached(run, "stopped", until)) return;
    const live = await look(run);
    if (["stopped", "started", "starting"].includes(live?.state ?? "")) return;
    if (live === undefined ? attempt >= mostLooks : isBroken(live)) throw await failure(run, live, endText(live));
    if (Date.now() > until) throw await failure(run, live, `its machine was not ready within ${run.what.limit}`);
    await pause(run.context, attempt);
  }
}

const isBroken = ({ state }: FlyMachine) => ["failed", "launch_failed", "destroyed", "destroying"].includes(state);

/** Starts the machine; one that was started by a request whose answer was lost may have run already. */
async function start(run: Run, hold: Hold): Promise<void> {
  const { context, what, id } = run;
  const nonce = await hold.take(id);
  run.nonce = nonce;
  for (let attempt = 0; ; attempt++) {
    try {
      await machineStart(context.fly, what.group.app, id, nonce);
      return;
    } catch (error) {
      if (!isFlyError(error, "not-found", "precondition")) throw error;
      const live = await look(run);
      if (live === undefined || hasEnded(live) || ["started", "starting"].includes(live.state)) return;
      if (isBroken(live) || attempt >= mostLooks) throw error;
      await pause(context, attempt);
    }
  }
}

/** Waits for the command's end, and answers with the machine as it was seen last. */
async function ended(run: Run): Promise<FlyMachine | undefined> {
  const { context, what } = run;
  const until = deadline(run);
  // An image that cannot be pulled shows here; a command that is done already is no error.
  await reached(run, "started", until);
  for (let attempt = 0, looks = 0; ; attempt++) {
    if (attempt > 0) await reached(run, "destroyed", until);
    const live = await look(run);
    if (live === undefined || hasEnded(live) || live.state.endsWith("failed")) return live;
    // Gone, and the event that says how it ended is not there yet.
    if (isBroken(live) && ++looks >= mostLooks) return live;
    if (Date.now() > until) throw await failure(run, live, `it had not ended within ${what.limit}, and was stopped`);
    if (attempt > 0) await pause(context, attempt);
  }
}

const hasEnded = (live: FlyMachine) => !["started", "starting"].includes(live.state) && lastExit(live) !== undefined;

/** Content with an end with 0; anything else is the error. */
async function judge(run: Run, last: FlyMachine | undefined): Promise<void> {
  const exit = last && lastExit(last);
  if (exit?.code !== 0 || exit.signal !== undefined || exit.outOfMemory) throw await failure(run, last, endText(last));
}

function endText(last: FlyMachine | undefined): string {
  const exit = last && lastExit(last);
  if (exit !== undefined) return `it ${exitText(exit, last as FlyMachine)}`;
  const error = last && launchError(last);
  if (error !== undefined) return `its machine could not be started: ${error}`;
  return last?.state.endsWith("failed")
    ? `its machine is ${last.state}`
    : "its machine is gone, and Fly does not say how it ended";
}

async function failure({ context, what, id }: Run, last: FlyMachine | undefined, why: string): Promise<FlyError> {
  const { group, command, region } = what;
  const { app, name } = group;
  const shown = plainLine(context.fly, command.join(" "));
  const doing = `run the release command of ${name} (\`${shown}\`, machine ${id} of app "${app}" in ${last?.region ?? region})`;
  const ran = last !== undefined && (last.state === "started" || lastExit(last) !== undefined);
  const lines = ran ? await lastWords(context, app, id, mostLines, lastExit(last) !== undefined) : [];
  const log = ran ? `. All of its log: \`fly logs -a ${app} -i ${id}\`` : "";
  const rest = `  No machine of ${name} was changed: what ran before still runs. Mend it and run \`pulumi up\` again${log}`;
  return new FlyError(
    "precondition",
    doing,
    [plainLine(context.fly, why), ...quoted("its last output", lines), rest].join("\n"),
  );
}

/** Makes sure that nothing is left of the machine. It destroys itself once its command has ended. */
async function clear(run: Run, hold: Hold, last: FlyMachine | undefined): Promise<void> {
  const { context, what, id } = run;
  const { app } = what.group;
  try {
    if (context.signal.aborted) await abandon(run);
    else if (last?.state !== "destroyed") {
      const live = await machineLast(context.fly, app, id);
      if (live !== undefined && live.state !== "destroyed") await destroy(context, hold, app, live);
    }
  } catch (error) {
    // It must not hide how the command ended; the next run looks for such machines first.
    if (!isFlyError(error)) throw error;
    context.warn(
      `machine ${id} of the release command could not be destroyed, and will be with the next up: ${error.message}`,
    );
  }
  hold.forget(id);
}

/** Ends the command of a run that is cancelled, in a moment: its machine is told to stop, and then destroys itself. */
async function abandon({ context, what, id, nonce }: Run): Promise<void> {
  const { app } = what.group;
  const fly = context.fly.withSignal(AbortSignal.timeout(5_000));
  const live = await machineLast(fly, app, id);
  if (live?.state === "started" || live?.state === "starting") await machineStop(fly, app, id, nonce);
  else if (live?.state !== "destroyed") await machineDestroy(fly, app, id, nonce);
}

const deadline = ({ what }: Run) => Date.now() + (durationMs(what.limit) ?? 300_000);

const look = ({ context, what, id }: Run) => machineLast(context.fly, what.group.app, id);

/** Fly's own wait; its time-outs and refusals only mean that one has to look. */
async function reached({ context, what, id, version }: Run, state: string, until: number): Promise<boolean> {
  const query = { state, instance_id: version, timeout: (until - Date.now()) / 1000 };
  try {
    await machineWait(context.fly, what.group.app, id, query);
    return true;
  } catch (error) {
    if (!isFlyError(error, "timeout", "invalid", "not-found", "precondition")) throw error;
    return false;
  }
}
