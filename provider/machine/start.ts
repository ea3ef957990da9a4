import { isFlyError } from "../../fly/errors.ts";
import { type FlyMachine, machineStart, machineWait } from "../../fly/machine.ts";
import type { Context } from "../lifecycle.ts";
import { pause } from "../pause.ts";
import type { Hold } from "./hold.ts";
import { halted } from "./rest.ts";

/** How often Fly is asked again to start what it still takes to be active, for a few seconds after a stop (Kilo-Org/cloud). */
const tries = 6;

/** Starts a machine that stands still, once Fly is done with what was asked of it before, such as an update. */
export async function start(context: Context, hold: Hold, app: string, machine: FlyMachine): Promise<void> {
  const { fly } = context;
  const nonce = await hold.take(machine.id);
  if (!halted.includes(machine.state)) {
    const query = { state: "stopped", instance_id: machine.instance_id, timeout: 60 };
    // Where it does not get there the start will say why.
    await machineWait(fly, app, machine.id, query).catch(unlessNotThere);
  }
  for (let attempt = 0; ; attempt++) {
    try {
      await machineStart(fly, app, machine.id, nonce);
      return;
    } catch (error) {
      if (!isFlyError(error, "precondition") || attempt >= tries) throw error;
      await pause(context, attempt);
    }
  }
}

function unlessNotThere(error: unknown): void {
  if (!isFlyError(error, "timeout", "invalid", "precondition")) throw error;
}
