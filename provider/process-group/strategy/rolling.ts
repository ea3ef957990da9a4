import { reportsOf } from "../../../fly/machine.ts";
import { isAtRest } from "../../machine/rest.ts";
import { change, make } from "../member.ts";
import type { Rollout } from "../rollout.ts";
import type { GroupInputs, SlotInputs } from "../schema.ts";
import { inWindow, settled } from "../window.ts";

/** Stopped machines serve nobody, so that many of them are changed at a time. */
const poolWidth = 16;

/** One machine first, which must be healthy; then a window of those that may be down at once, while the stopped follow in a pool. */
export async function rolling(rollout: Rollout, changed: SlotInputs[], missing: SlotInputs[]): Promise<void> {
  await oneFirst(rollout, changed, unavailable(rollout.inputs));
  await settled(missing.map((slot) => make(rollout, slot)));
}

/** Changes one machine, and when that is healthy so many of the others at a time. */
export async function oneFirst(rollout: Rollout, changed: SlotInputs[], width: number): Promise<void> {
  const [first, ...rest] = inOrder(rollout, changed);
  if (first === undefined) return;
  await change(rollout, first);
  const idle = rest.filter((slot) => isIdle(rollout, slot));
  const running = rest.filter((slot) => !isIdle(rollout, slot));
  await settled([
    inWindow(running, width, (slot) => change(rollout, slot)),
    inWindow(idle, poolWidth, (slot) => change(rollout, slot)),
  ]);
}

const liveOf = ({ fleet }: Rollout, { name }: SlotInputs) => fleet.bySlot.get(name);

function isIdle(rollout: Rollout, slot: SlotInputs): boolean {
  const live = liveOf(rollout, slot);
  return live !== undefined && isAtRest(live);
}

/** Those that are down have nothing to lose, then those that run; what is stopped proves nothing. */
function inOrder(rollout: Rollout, changed: SlotInputs[]): SlotInputs[] {
  const rank = (slot: SlotInputs) => {
    const live = liveOf(rollout, slot);
    if (live === undefined || isAtRest(live)) return 2;
    const passes = reportsOf(live).every(({ status }) => status === "passing");
    return live.state === "started" && passes && live.cordoned !== true ? 1 : 0;
  };
  return changed.toSorted((one, other) => rank(one) - rank(other));
}

function unavailable({ deploy: { maxUnavailable }, slots }: GroupInputs): number {
  if (typeof maxUnavailable === "number") return maxUnavailable;
  return Math.max(1, Math.floor((slots.length * Number.parseInt(maxUnavailable, 10)) / 100));
}
