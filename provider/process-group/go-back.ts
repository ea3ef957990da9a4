import { FlyError, type FlyErrorKind } from "../../fly/errors.ts";
import type { Known } from "../lifecycle.ts";
import { releasedLabels } from "./book.ts";
import { type Fleet, idsOf, readFleet } from "./fleet.ts";
import { Progress } from "./progress.ts";
import { type Rollout, roll } from "./rollout.ts";
import { type GroupInputs, groupInputs } from "./schema.ts";
import { stepFor } from "./step.ts";

/** How a rollout that failed has ended. */
export interface Aftermath {
  /** What the machines are declared to run now, and what is known of them. */
  rollout: Rollout;
  /** A sentence for the error. */
  text: string;
}

/**
 * After a rollout that failed: where its release is to blame, the same convergence towards what was declared before, the
 * machines that are down first. Where the run was ended or Fly could not be asked, the next one goes on instead.
 */
export async function goBack(failed: Rollout, known: Known | undefined, error: unknown): Promise<Aftermath> {
  const { context, group, inputs } = failed;
  const before = known && beforeOf(known);
  if (before === undefined || !failed.touched || !failed.isNew) return { rollout: failed, text: "" };
  const left = `${failed.proven.size} of ${inputs.slots.length} machines have the new release; \`pulumi up\` goes on from here`;
  if (!isVerdict(error) || context.signal.aborted) return { rollout: failed, text: left };
  if (inputs.deploy.onFailure === "pause") {
    return { rollout: failed, text: `Left as it is, because onFailure is "pause": ${left}` };
  }
  const fleet = await readFleet(context, group, before.slots, idsOf(failed.fleet));
  if (fleet === undefined) return { rollout: failed, text: "" };
  failed.progress.end();
  const back = returning(failed, before, fleet);
  try {
    await roll(back);
    if (!back.touched) return { rollout: back, text: `${group.name} runs release ${back.release} as before` };
    const count = before.slots.length;
    const all = count === 1 ? "its machine is" : `all ${count} machines are`;
    return { rollout: back, text: `Went back: ${all} on release ${back.release} again` };
  } catch (trouble) {
    const text = `Going back to release ${back.release} failed too: ${(trouble as Error).message}\n\`pulumi up\` goes on from here`;
    return { rollout: { ...failed, fleet: back.fleet }, text };
  } finally {
    back.progress.end();
  }
}

/** What the last update that succeeded has declared. */
function beforeOf({ inputs }: Known): GroupInputs | undefined {
  const declared = groupInputs.safeParse(inputs);
  return declared.success ? declared.data : undefined;
}

function returning(failed: Rollout, before: GroupInputs, fleet: Fleet): Rollout {
  const { context, observed } = failed;
  // A release that is known to come up needs no trial, and what it does when it fails is to stay.
  const deploy = {
    ...before.deploy,
    strategy: "rolling" as const,
    onFailure: "pause" as const,
    releaseCommand: undefined,
  };
  const release = failed.lastRelease;
  const standing = { ...failed, inputs: before, fleet };
  const asBefore = before.slots.filter((slot) => stepFor(standing, slot) === undefined);
  const prefix = `going back to release ${release} · `;
  return {
    ...failed,
    inputs: { ...before, deploy },
    fleet,
    observed: { ...observed },
    release,
    labels: releasedLabels(observed),
    proven: new Set(),
    touched: false,
    isReturn: true,
    progress: new Progress(context, failed.group.name, before.slots.length, asBefore.length, prefix),
  };
}

/** What another try of the same would end in as well. */
const verdicts: FlyErrorKind[] = ["precondition", "invalid", "no-capacity", "quota", "timeout", "not-found"];

function isVerdict(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isVerdict);
  return error instanceof FlyError && verdicts.includes(error.kind);
}
