import { isFlyError } from "../../fly/errors.ts";
import { isReachable, metadataOf } from "../../fly/machine.ts";
import { type FlyRelease, type ReleaseStatus, releaseCreate, releaseUpdate } from "../../fly/release.ts";
import type { Context } from "../lifecycle.ts";
import { type Standing, stepFor } from "./step.ts";

/** A line in Fly's book of releases while its rollout is under way. */
export interface Book {
  /** Labels for the machines, by which Fly's tools show the release; none where the book could not be written. */
  labels: Record<string, string>;
  /** Says what became of the rollout, also when the run was cancelled. */
  close(status: Exclude<ReleaseStatus, "running">): Promise<void>;
}

/** Longest time in which the book must answer: nobody waits for bookkeeping. */
const bookMs = 5_000;

/**
 * Writes a release into Fly's book, so that `fly releases` lists it. Never a reason to fail: what goes wrong is one warning
 * for the app. Where an answer is lost, or the run is killed, the line may stand there as running for ever, and the next
 * rollout writes another: nothing of ours is found in the book again, and nothing depends on it.
 */
export async function openBook(
  context: Context,
  { app, image, strategy }: { app: string; image: string; strategy: string },
): Promise<Book> {
  const release = await written(context, app, (fly) => releaseCreate(fly, app, { image, strategy, definition: null }));
  if (release === undefined) return { labels: {}, close: async () => {} };
  const say = (status: ReleaseStatus) => written(context, app, (fly) => releaseUpdate(fly, release.id, status));
  await say("running");
  const close = async (status: ReleaseStatus) => void (await say(status));
  return { labels: labelsOfBook(release), close };
}

const labelsOfBook = ({ id, version }: FlyRelease) => ({ fly_release_id: id, fly_release_version: String(version) });

async function written<T>(
  context: Context,
  app: string,
  write: (fly: Context["fly"]) => Promise<T>,
): Promise<T | undefined> {
  const time = AbortSignal.timeout(bookMs);
  try {
    return await write(context.fly.withSignal(time));
  } catch (error) {
    if (!isFlyError(error)) throw error;
    const why = time.aborted ? `Fly did not answer within ${bookMs / 1000} s` : error.message;
    const text = `Fly's own book of releases is not complete, so \`fly releases -a ${app}\` does not show this rollout as it was; the rollout goes on: ${why}`;
    context.warnOnce(`book ${app}`, text);
    return undefined;
  }
}

/**
 * Whether what somebody else has released, such as with `fly deploy`, is undone: machines that carry it, or that it took the
 * place of, all of them. For Fly that is a release of its own: until it is written, the book's newest line, and the fly.toml
 * in it, say what does not run any more.
 */
export function undoesRelease(standing: Standing): boolean {
  const { fleet, observed, inputs } = standing;
  if (fleet.bySlot.size === 0) return Object.keys(observed).length > 0;
  return inputs.slots.some((slot) => {
    const live = fleet.bySlot.get(slot.name);
    if (live === undefined || !isReachable(live) || stepFor(standing, slot) === undefined) return false;
    return metadataOf(live)["fly_release_id"] !== labelsIn(observed[slot.name])["fly_release_id"];
  });
}

/** The labels of Fly's book that a rollout without a line of its own gives: those of the release that runs. */
export const runningLabels = ({ fleet, observed }: Pick<Standing, "fleet" | "observed">): Record<string, string> =>
  newest([...fleet.bySlot.values()].map(({ config }) => config)) ?? releasedLabels(observed);

/** The labels of Fly's book that the group's machines had when they were last seen to come up. */
export const releasedLabels = (observed: Record<string, unknown>): Record<string, string> =>
  newest(Object.values(observed)) ?? {};

/** The labels of the release whose number is the highest; `fly status` shows that one's image as the app's. */
function newest(configs: readonly unknown[]): Record<string, string> | undefined {
  const number = (labels: Record<string, string>) => Number(labels["fly_release_version"]);
  return configs
    .map(labelsIn)
    .filter((labels) => number(labels) > 0)
    .sort((one, other) => number(other) - number(one))[0];
}

function labelsIn(config: unknown): Record<string, string> {
  const { metadata } = (config ?? {}) as { metadata?: Record<string, string> | null };
  return Object.fromEntries(Object.entries(metadata ?? {}).filter(([key]) => /^fly_release_(id|version)$/.test(key)));
}
