import type { FlyMachine } from "../../../fly/machine.ts";
import { cordon, destroy, uncordon } from "../../machine/write.ts";
import { pause } from "../../pause.ts";
import { healthy, make, standIn } from "../member.ts";
import type { Rollout } from "../rollout.ts";
import type { SlotInputs } from "../schema.ts";
import { settled } from "../window.ts";

/**
 * How long Fly's proxy may take to learn that a machine serves, or does so no more: milliseconds at Fly, as long as flyctl gives it
 * (strategy_bluegreen.go, waitBeforeCordon and waitBeforeStop).
 */
const proxyLearns = 10_000;

/**
 * All machines anew, without a place at Fly's proxy until all of them are healthy. Then they get it, the old ones lose
 * theirs, are stopped by their own time and destroyed. What is between the two is found again by what replaces what.
 */
export async function bluegreen(rollout: Rollout, changed: SlotInputs[], missing: SlotInputs[]): Promise<void> {
  if (changed.length === 0) return void (await settled(missing.map((slot) => make(rollout, slot))));
  const { context, hold, group, fleet } = rollout;
  const blues = changed.flatMap(({ name }) => fleet.bySlot.get(name) ?? []);
  const greens = await settled(
    [...changed, ...missing].map(async (slot): Promise<[SlotInputs, FlyMachine]> => {
      const made = await standIn(rollout, slot, fleet.bySlot.get(slot.name), true);
      return [slot, await healthy(rollout, slot, made)];
    }),
  );
  await settled(greens.map(([, machine]) => uncordon(context, hold, group.app, machine)));
  await proxyToLearn(rollout);
  await settled(blues.map((machine) => cordon(context, hold, group.app, machine)));
  await proxyToLearn(rollout);
  await settled(blues.map((machine) => destroy(context, hold, group.app, { ...machine, cordoned: true })));
  for (const [slot, machine] of greens) {
    fleet.bySlot.set(slot.name, { ...machine, cordoned: false });
    fleet.greens.delete(slot.name);
    rollout.proven.add(slot.name);
    rollout.progress.done(slot.name, "made anew", machine.id);
  }
}

/** What serves nothing is at no proxy. */
async function proxyToLearn({ context, inputs }: Rollout): Promise<void> {
  const { services } = inputs.config as { services?: readonly unknown[] | null };
  if (services?.length) await pause(context, 0, proxyLearns / context.fly.pace, Number.POSITIVE_INFINITY);
}
