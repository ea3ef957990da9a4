import { type Answer, type Call, machineOf } from "../call.ts";
import { refuse } from "../errors.ts";
import type { Machine } from "../record.ts";
import { refuseUnseen } from "../window.ts";

/** How often a wait in real time looks for what other calls changed, in milliseconds. */
const lookEvery = 200;

const waitable = ["started", "stopped", "suspended", "destroyed", "failed", "settled"];

interface Wish {
  states: string[];
  version: string | undefined;
}

/** Answers when the machine is in one of the states, or refuses when that did not come in time. */
export async function machineWait(call: Call): Promise<Answer> {
  const { world, query } = call;
  const seconds = Number(query.get("timeout") ?? 60);
  const machine = machineOf(call);
  refuseUnseen(world, machine.createdAt, "machineSeen", "machineMissing");
  if (!(seconds >= 1 && seconds <= 60)) refuse("waitRange");
  const wish = wishOf(query);
  const deadline = world.clock.now() + seconds * 1000;
  while (!isReached(machine, wish)) {
    refuseHopeless(machine, wish);
    if (world.clock.now() >= deadline || call.signal.aborted) refuse("waitTimedOut", words(machine, wish));
    await world.clock.until(nextLook(call, machine, deadline), call.signal);
    world.settle();
    if (world.machines.get(machine.id) !== machine) refuse("machineMissing");
  }
  const { state, instanceId: version } = machine;
  return { status: 200, body: { ok: true, state, version, event_id: machine.events[0]?.id ?? "" } };
}

function wishOf(query: URLSearchParams): Wish {
  const asked = query.getAll("state").flatMap((value) => value.split(","));
  const states = asked.length === 0 ? ["started"] : asked;
  for (const state of states)
    if (!waitable.includes(state)) refuse("invalid", { what: `state ${state} cannot be waited for` });
  return { states, version: query.get("version") ?? query.get("instance_id") ?? undefined };
}

function isReached(machine: Machine, { states, version }: Wish): boolean {
  // A destroyed machine is destroyed in every version; other states are of the version asked for.
  if (machine.state === "destroyed") return states.includes("destroyed") || states.includes("settled");
  if (version !== undefined && version !== machine.instanceId) return false;
  return states.includes(machine.state) || (states.includes("settled") && machine.due === undefined);
}

/** A wait for what a failed or destroyed machine will not become ends at once. */
function refuseHopeless(machine: Machine, wish: Wish): void {
  const over = machine.due === undefined && ["failed", "launch_failed", "destroyed"].includes(machine.state);
  if (over && !wish.states.includes("destroyed")) refuse("waitHopeless", words(machine, wish));
}

const words = ({ state }: Machine, { states }: Wish) => ({ wanted: states.join(","), state });

function nextLook({ world }: Call, machine: Machine, deadline: number): number {
  const next = Math.min(deadline, machine.due ?? deadline);
  return world.clock.virtual ? next : Math.min(next, world.clock.now() + lookEvery);
}
