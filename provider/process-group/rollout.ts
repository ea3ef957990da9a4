import type { Context } from "../lifecycle.ts";
import type { Hold } from "../machine/hold.ts";
import { claim } from "./claim.ts";
import type { GroupName } from "./fleet.ts";
import { isLost, lostHost } from "./host-failure.ts";
import { clearLeftovers, remove } from "./leftover.ts";
import { bodyFor, prove } from "./member.ts";
import type { Progress } from "./progress.ts";
import { runReleaseCommand } from "./release-command.ts";
import type { SlotInputs, Strategy } from "./schema.ts";
import { hasBegun, isUnproven, type Standing, stepFor } from "./step.ts";
import { bluegreen } from "./strategy/bluegreen.ts";
import { canary } from "./strategy/canary.ts";
import { immediate } from "./strategy/immediate.ts";
import { rolling } from "./strategy/rolling.ts";
import { settled } from "./window.ts";

/** A rollout brings the machines of a group to what is declared, from whatever is there. */
export interface Rollout extends Standing {
  context: Context;
  group: GroupName;
  /** Images of the slots' machines before this run changed anything, for where what runs is kept. */
  images: Record<string, string>;
  /** Number of the last release that was completed. */
  lastRelease: number;
  /** Whether what is declared is another release than that. */
  isNew: boolean;
  /** Number of the release the machines will carry. */
  release: number;
  /** Labels of Fly's own book of releases. */
  labels: Record<string, string>;
  /** Slots whose machines this run saw come up as declared. */
  proven: Set<string>;
  /** Whether anything was changed at Fly. */
  touched: boolean;
  /** Whether this takes machines back to what they ran before. */
  isReturn: boolean;
  hold: Hold;
  progress: Progress;
}

/** Changes the machines that lack what is declared, and makes those that are missing. */
type Change = (rollout: Rollout, changed: SlotInputs[], missing: SlotInputs[]) => Promise<void>;

const strategies: Record<Strategy, Change> = { rolling, canary, bluegreen, immediate };

/** Carries the rollout out, in the order that decision 0007 explains. */
export async function roll(rollout: Rollout): Promise<void> {
  const { inputs } = rollout;
  await claim(rollout);
  await clearLeftovers(rollout);
  // What a run that ended early has begun must hold before more machines get it.
  await settled(unproven(rollout).map((slot) => prove(rollout, slot)));
  await command(rollout);
  const steps = new Map(inputs.slots.map((slot) => [slot, stepFor(rollout, slot)]));
  const changed = inputs.slots.filter((slot) => !["create", undefined].includes(steps.get(slot)));
  const missing = inputs.slots.filter((slot) => steps.get(slot) === "create");
  await refuseLost(rollout, changed);
  await strategies[inputs.deploy.strategy](rollout, changed, missing);
  await remove(rollout, [...rollout.fleet.excess, ...rollout.fleet.beside]);
  rollout.fleet.excess = [];
  rollout.fleet.beside = [];
}

const unproven = (rollout: Rollout) =>
  rollout.inputs.slots.filter((slot) => stepFor(rollout, slot) === undefined && isUnproven(rollout, slot.name));

/** The release command runs before the first machine has the release, and not again when that rollout is continued. */
async function command(rollout: Rollout): Promise<void> {
  const { context, hold, group, inputs } = rollout;
  const { releaseCommand, waitTimeout } = inputs.deploy;
  const [first] = inputs.slots;
  // What an earlier image does to the database is not what somebody who holds a release wants.
  if (releaseCommand === undefined || inputs.pin !== undefined || first === undefined) return;
  const isLacking = inputs.slots.some((slot) => ["create", "update"].includes(stepFor(rollout, slot) ?? ""));
  if (!isLacking || hasBegun(rollout)) return;
  rollout.progress.tell(first.name, "awaiting the release command");
  const body = bodyFor(rollout, first, { phase: "release-command" });
  const { airworthy_tag: tag = "" } = body.config["metadata"] as Record<string, string>;
  await runReleaseCommand(context, hold, {
    group,
    command: releaseCommand,
    body,
    region: first.region,
    limit: waitTimeout,
    tag,
  });
}

/** A machine whose host is lost cannot be changed, which is said before any other is. */
async function refuseLost(rollout: Rollout, changed: SlotInputs[]): Promise<void> {
  for (const slot of changed) {
    const machine = rollout.fleet.bySlot.get(slot.name);
    if (machine === undefined || !isLost(machine, slot) || stepFor(rollout, slot) === "restore") continue;
    throw await lostHost(rollout.context, { ...rollout, slot, machine });
  }
}
