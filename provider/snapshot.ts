import { FlyError, isFlyError } from "../fly/errors.ts";
import { type FlySnapshot, snapshotCreate, snapshotList } from "../fly/volume.ts";
import type { Context } from "./lifecycle.ts";
import { pause } from "./pause.ts";

export const isStored = ({ status }: FlySnapshot) => status === "created";

/**
 * Takes a snapshot of the volume and answers with it once it is stored. `undefined` where no machine ever used the
 * volume, so that there is nothing to store.
 * @param seen told of each snapshot that may become the one that is waited for
 */
export async function takeSnapshot(
  context: Context,
  app: string,
  volume: string,
  seen: (snapshot: FlySnapshot) => void = () => {},
): Promise<FlySnapshot | undefined> {
  const { fly, report } = context;
  // One that is being written just now is as good as one of ours.
  const before = new Set((await snapshotList(fly, app, volume)).filter(isStored).map(({ id }) => id));
  const news = async () => (await snapshotList(fly, app, volume)).filter(({ id }) => !before.has(id));
  try {
    await snapshotCreate(fly, app, volume).catch(async (error) => {
      // A second one does no harm, but to wait for one that nobody takes would.
      if (!isFlyError(error, "uncertain")) throw error;
      if ((await news()).length === 0) await snapshotCreate(fly, app, volume);
    });
  } catch (error) {
    if (isFlyError(error, "invalid") && /uninitialized/.test(error.message)) return undefined;
    if (!isFlyError(error, "precondition", "conflict")) throw error;
  }
  report("waiting for the snapshot");
  return await whenStored(context, app, volume, async () => {
    const found = await news();
    for (const snapshot of found) seen(snapshot);
    return found.find(isStored);
  });
}

/** Looks until there is a stored snapshot, for half an hour at most. */
export async function whenStored(
  context: Context,
  app: string,
  volume: string,
  look: () => Promise<FlySnapshot | undefined>,
): Promise<FlySnapshot> {
  for (let attempt = 0; attempt < 600; attempt++) {
    const stored = await look();
    if (stored !== undefined) return stored;
    await pause(context, attempt, 3000, 50);
  }
  throw new FlyError(
    "timeout",
    `take a snapshot of volume ${volume} of app "${app}"`,
    "it was not stored in half an hour. Run again when `fly volumes snapshots list` shows that none is being written",
  );
}
