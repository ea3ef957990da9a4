import { FlyError, isFlyError } from "../fly/errors.ts";
import { type FlyVolume, volumeCreate, volumeFind } from "../fly/volume.ts";
import { type Context, type Existing, HalfMade } from "./lifecycle.ts";
import { pause } from "./pause.ts";

/** States of a volume that Fly still fills from a snapshot or another volume. */
const filling = ["creating", "restoring", "hydrating", "recovering"];

export const isFilling = ({ state }: FlyVolume) => filling.includes(state);

/** What a volume starts from, in words; `undefined` where it starts empty. */
export const seedOf = ({ snapshotId, sourceVolumeId }: Seeded) =>
  snapshotId ? `snapshot ${snapshotId}` : sourceVolumeId && `volume ${sourceVolumeId}`;

interface Seeded {
  snapshotId?: string | undefined;
  sourceVolumeId?: string | undefined;
}

/** Makes the volume. Where Fly refuses one that does not start empty, what it starts from is the likely reason. */
export async function volumeMake(
  { fly }: Context,
  app: string,
  body: Parameters<typeof volumeCreate>[2],
  seed: string | undefined,
): Promise<FlyVolume> {
  try {
    return await volumeCreate(fly, app, body);
  } catch (error) {
    if (seed === undefined || !isFlyError(error, "invalid", "not-found")) throw error;
    throw new FlyError(
      "invalid",
      error.message,
      `it was to start from ${seed}, which must be of this app and exist. Its size is the least that sizeGb may be, and it was to be ${body.size_gb} GB`,
      error.status,
      { cause: error },
    );
  }
}

/** The volume once its data is there. A machine that mounts it earlier would read it slowly or not at all. */
export async function untilFilled(context: Context, app: string, live: FlyVolume): Promise<FlyVolume> {
  let now = live;
  for (let attempt = 0; isFilling(now); attempt++) {
    context.report(`waiting for its data (${now.state})`);
    await pause(context, attempt, 3000, 50);
    now = (await volumeFind(context.fly, app, now.id)) ?? missing(app, now.id);
  }
  return now;
}

/** The same of a resource of its own, which is there while its data is not. */
export async function whenFilled(
  context: Context,
  app: string,
  live: FlyVolume,
  existing: (live: FlyVolume) => Existing,
): Promise<Existing> {
  try {
    return existing(await untilFilled(context, app, live));
  } catch (error) {
    throw new HalfMade(existing(live), (error as Error).message);
  }
}

function missing(app: string, id: string): never {
  throw new FlyError("not-found", `wait for the data of volume ${id} of app "${app}"`, "Fly does not show it any more");
}
