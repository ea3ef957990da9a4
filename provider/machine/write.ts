import { setTimeout as sleep } from "node:timers/promises";
import { FlyError, isFlyError } from "../../fly/errors.ts";
import {
  type FlyMachine,
  isReachable,
  type MachineBody,
  machineCreate,
  machineDestroy,
  machineFind,
  machineList,
  machineStop,
  machineUpdate,
  machineWait,
  metadataOf,
} from "../../fly/machine.ts";
import type { Context } from "../lifecycle.ts";
import type { Hold } from "./hold.ts";

/** Makes a machine. A lost answer is followed by a look for its tag, never by a second machine. */
export async function createOnce(context: Context, app: string, body: MachineBody, tag: string): Promise<FlyMachine> {
  const { fly } = context;
  for (let attempt = 0; ; attempt++) {
    try {
      return await whenUnclaimed(context, () => machineCreate(fly, app, body));
    } catch (error) {
      // The machine's unique name makes Fly refuse what a delayed first request has made meanwhile.
      if (!isFlyError(error, "uncertain", "conflict") || attempt >= 3) throw error;
      const made = (await machineList(fly, app))?.find((machine) => metadataOf(machine)["airworthy_tag"] === tag);
      if (made !== undefined) return made;
      if (isFlyError(error, "conflict")) throw error;
    }
  }
}

/** A claim on a volume can outlive its machine by minutes; Fly then names no machine (cubepals, 2026-10-11). */
const claimedByNobody = /already claimed by machine(?!\s*[0-9a-f]{14})/;
const longestClaim = 180_000;

async function whenUnclaimed<T>({ report }: Context, make: () => Promise<T>): Promise<T> {
  const until = Date.now() + longestClaim;
  for (let attempt = 0; ; attempt++) {
    try {
      return await make();
    } catch (error) {
      const isClaimed = isFlyError(error, "precondition") && claimedByNobody.test(error.message);
      if (!isClaimed || Date.now() > until) throw error;
      report("its volume is still held by a machine that is gone");
      await sleep(Math.min(2000, 100 * 2 ** attempt));
    }
  }
}

/** Sends a new config. Where the answer is lost, a look tells whether the machine carries it. */
export async function rewrite(
  { fly }: Context,
  hold: Hold,
  live: FlyMachine,
  { app, what, body }: { app: string; what: string; body: MachineBody },
): Promise<FlyMachine> {
  if (!isReachable(live)) {
    const doing = `update ${what} (machine ${live.id} of app "${app}")`;
    throw new FlyError("server", doing, `its host is ${live.host_status}, so the machine cannot be changed now`);
  }
  const nonce = await hold.take(live.id);
  const change = { ...body, current_version: live.instance_id };
  try {
    return await machineUpdate(fly, app, live.id, change, nonce);
  } catch (error) {
    if (!isFlyError(error, "uncertain")) throw error;
    const now = await machineFind(fly, app, live.id);
    if (now !== undefined && now.instance_id !== live.instance_id) return now;
    return await machineUpdate(fly, app, live.id, change, nonce);
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

/** Stops a machine by its own signal and time, then destroys it. */
async function end(context: Context, hold: Hold, app: string, machine: FlyMachine): Promise<void> {
  const { fly } = context;
  const reachable = isReachable(machine);
  const nonce = reachable ? await hold.take(machine.id) : undefined;
  if (reachable && machine.state === "started") {
    context.report(`stopping ${machine.id}`);
    await machineStop(fly, app, machine.id, nonce);
    // Not stopped in time is killed by the destroy that follows.
    await machineWait(fly, app, machine.id, { state: "stopped", instance_id: machine.instance_id, timeout: 60 }).catch(
      unlessEnded,
    );
  }
  await machineDestroy(fly, app, machine.id, nonce);
  await machineWait(fly, app, machine.id, { state: "destroyed", timeout: 60 }).catch(unlessEnded);
}

function unlessEnded(error: unknown): void {
  if (!isFlyError(error, "timeout", "not-found", "invalid")) throw error;
}
