import { durationMs } from "../../fly/duration.ts";
import { FlyError, isFlyError } from "../../fly/errors.ts";
import {
  type FlyMachine,
  isReachable,
  type MachineBody,
  machineCordon,
  machineCreate,
  machineDestroy,
  machineFind,
  machineList,
  machineStop,
  machineUncordon,
  machineUpdate,
  machineWait,
  metadataOf,
} from "../../fly/machine.ts";
import type { Context } from "../lifecycle.ts";
import { pause } from "../pause.ts";
import { graceful } from "./grace.ts";
import type { Hold } from "./hold.ts";

/** Makes a machine. A lost answer is followed by a look for its tag, never by a second machine. */
export async function createOnce(context: Context, app: string, body: MachineBody, tag: string): Promise<FlyMachine> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await whenUnclaimed(context, () => machineCreate(graceful(context), app, body));
    } catch (error) {
      // The machine's unique name makes Fly refuse what a delayed first request has made meanwhile.
      if (!isFlyError(error, "uncertain", "conflict") || attempt >= 3) throw error;
      const machines = await machineList(context.fly, app);
      const made = machines?.find((machine) => metadataOf(machine)["airworthy_tag"] === tag);
      if (made !== undefined && carriesLabels(made, body)) return made;
      if (made !== undefined)
        throw new FlyError("conflict", error.message, `${made.id} is there with another config: ${overtaken}`);
      if (isFlyError(error, "conflict")) throw error;
    }
  }
}

/** A claim on a volume can outlive its machine by minutes; Fly then names no machine (cubepals, 2026-10-11). */
const claimedByNobody = /already claimed by machine(?!\s*[0-9a-f]{14})/;
const longestClaim = 180_000;

async function whenUnclaimed<T>(context: Context, make: () => Promise<T>): Promise<T> {
  const until = Date.now() + longestClaim;
  for (let attempt = 0; ; attempt++) {
    try {
      return await make();
    } catch (error) {
      const isClaimed = isFlyError(error, "precondition") && claimedByNobody.test(error.message);
      if (!isClaimed || Date.now() > until) throw error;
      context.report("its volume is still held by a machine that is gone");
      await pause(context, attempt);
    }
  }
}

/** What a machine is changed to: the same whatever is there, or made from what is there when it is changed. */
type Change = MachineBody | ((live: FlyMachine) => MachineBody);

/**
 * Sends a new config. Where the answer is lost, a look tells whether the machine carries it. Where somebody else has
 * changed the machine since it was read, a body that is made from what is there is made again; another would undo what
 * nobody here has seen.
 */
export async function rewrite(
  context: Context,
  hold: Hold,
  live: FlyMachine,
  { app, what, body }: { app: string; what: string; body: Change },
): Promise<FlyMachine> {
  const doing = `update ${what} (machine ${live.id} of app "${app}")`;
  let seen = live;
  for (let attempt = 0; ; attempt++) {
    if (!isReachable(seen)) {
      throw new FlyError("server", doing, `its host is ${seen.host_status}, so the machine cannot be changed now`);
    }
    const nonce = await hold.take(live.id);
    const wanted = typeof body === "function" ? body(seen) : body;
    const change = { ...wanted, current_version: seen.instance_id };
    try {
      return await machineUpdate(graceful(context), app, live.id, change, nonce);
    } catch (error) {
      if (isFlyError(error, "not-found")) await whenGone(context, app, live.id);
      if (!isFlyError(error, "uncertain", "conflict") || attempt >= 3) throw error;
      const now = await machineFind(context.fly, app, live.id);
      if (now === undefined) throw new FlyError("not-found", doing, "it was destroyed meanwhile");
      const isOther = now.instance_id !== seen.instance_id;
      if (isOther && isFlyError(error, "uncertain") && carriesLabels(now, wanted)) return now;
      if (isFlyError(error, "conflict") && !isOther) throw error;
      if (isOther && typeof body !== "function") throw new FlyError("conflict", doing, overtaken);
      seen = now;
    }
  }
}

const overtaken =
  "somebody else has changed it since this run looked at it. Run `pulumi up` again, which begins with what is there now";

/** Whether a machine has the config that was sent: the labels name it. */
const carriesLabels = (machine: FlyMachine, { config }: MachineBody) => {
  const { airworthy_config: wanted } = (config["metadata"] ?? {}) as Record<string, string>;
  return wanted === undefined || metadataOf(machine)["airworthy_config"] === wanted;
};

/** Takes a machine out of the proxy's choice, so that it finishes what it has and gets no more. */
export async function cordon({ fly }: Context, hold: Hold, app: string, { id }: FlyMachine): Promise<void> {
  await machineCordon(fly, app, id, await hold.take(id));
}

/** Lets connections come to a machine again. */
export async function uncordon({ fly }: Context, hold: Hold, app: string, { id }: FlyMachine): Promise<void> {
  // One that was just made is nobody's yet, so that no lease has to be taken for it.
  await machineUncordon(fly, app, id, hold.nonceOf(id));
}

/** Time that Fly gives a process to end where its config says nothing, and what an end takes beyond that, in seconds. */
const stopSeconds = { unsaid: 5, beyond: 5, most: 300 };

/** Takes a machine out of service: no new connections, then a stop by its own signal, for as long as its config gives it. */
async function drain(context: Context, hold: Hold, app: string, machine: FlyMachine): Promise<void> {
  const { fly } = context;
  const { id, instance_id, config, state } = machine;
  if (!isReachable(machine) || !["started", "stopping"].includes(state)) return;
  const services = (config?.["services"] ?? []) as unknown[];
  if (services.length > 0 && machine.cordoned !== true) await cordon(context, hold, app, machine);
  context.report(`stopping ${id}`);
  if (state === "started") await machineStop(fly, app, id, await hold.take(id));
  const own = durationMs((config?.["stop_config"] as { timeout?: unknown } | null | undefined)?.timeout);
  const seconds = own === undefined ? stopSeconds.unsaid : Math.ceil(own / 1000);
  let left = Math.min(stopSeconds.most, seconds) + stopSeconds.beyond;
  for (; left > 0 && !(await isStopped(context, app, { id, instance_id, timeout: left })); left -= longestWait);
}

/** Fly waits a minute at most in one call. */
const longestWait = 60;

/** Waits at Fly for a machine to stop. What is over in another way is as good. */
async function isStopped(
  { fly }: Context,
  app: string,
  { id, instance_id, timeout }: { id: string; instance_id: string; timeout: number },
): Promise<boolean> {
  try {
    await machineWait(fly, app, id, { state: "stopped", instance_id, timeout: Math.min(longestWait, timeout) });
    return true;
  } catch (error) {
    if (isFlyError(error, "timeout")) return false;
    return unlessEnded(error);
  }
}

/** Destroys a machine and waits until it has let go of its volume; content where somebody else was faster. */
export async function destroy(context: Context, hold: Hold, app: string, machine: FlyMachine): Promise<void> {
  try {
    await end(context, hold, app, machine);
  } catch (error) {
    if (!isFlyError(error, "not-found") || (await machineFind(context.fly, app, machine.id)) !== undefined) throw error;
  }
  hold.forget(machine.id);
}

async function end(context: Context, hold: Hold, app: string, machine: FlyMachine): Promise<void> {
  const { fly } = context;
  const { id } = machine;
  // Fly can take nothing from a host that does not answer, and destroys by force what is there (fly/api.md §16).
  const reachable = isReachable(machine);
  if (reachable) await hold.take(id);
  // Not stopped in time is killed by the destroy that follows.
  await drain(context, hold, app, machine);
  await machineDestroy(fly, app, id, reachable ? await hold.take(id) : undefined);
  await whenGone(context, app, id);
}

/** Waits until a machine that is being destroyed has let go of its name and its volume. */
async function whenGone({ fly }: Context, app: string, id: string): Promise<void> {
  await machineWait(fly, app, id, { state: "destroyed", timeout: longestWait }).catch((error) => {
    if (!isFlyError(error, "timeout")) unlessEnded(error);
  });
}

function unlessEnded(error: unknown): true {
  if (!isFlyError(error, "not-found", "invalid", "precondition")) throw error;
  return true;
}
