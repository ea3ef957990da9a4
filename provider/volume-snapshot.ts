import { z } from "zod";
import { FlyError } from "../fly/errors.ts";
import { type FlySnapshot, snapshotList } from "../fly/volume.ts";
import { nothingToImport, partsOf } from "./import-id.ts";
import { appName, replaces } from "./input.ts";
import { type Context, defineLifecycle, type Existing, HalfMade } from "./lifecycle.ts";
import { isStored, takeSnapshot, whenStored } from "./snapshot.ts";

export const volumeSnapshotInputs = z.strictObject({
  app: appName.meta({ ...replaces, description: "App that owns the volume." }),
  volume: z
    .string()
    .regex(/^vol_\w+$/, "must be the id of a volume, such as the `id` of a Volume: vol_ and what follows")
    .meta({ ...replaces, description: "Id of the volume." }),
  triggers: z
    .array(z.string())
    .optional()
    .meta({ ...replaces, description: "What takes another snapshot when it changes." }),
});

const form = "<app>/<volume id>/<snapshot id>";

export const volumeSnapshot = defineLifecycle({
  token: "airworthy:index:VolumeSnapshot",
  inputs: volumeSnapshotInputs,
  outputs: z.object({
    snapshotId: z.string().meta({ stable: true }),
    createdAt: z.string().meta({ stable: true }),
  }),

  async create(context, { app, volume }) {
    let begun: FlySnapshot | undefined;
    const taken = await takeSnapshot(context, app, volume, (snapshot) => {
      begun = snapshot;
    }).catch((error) => {
      // Fly goes on writing it, so the next run waits for this one instead of taking another.
      if (begun !== undefined) throw new HalfMade(existing(app, volume, begun), (error as Error).message);
      throw error;
    });
    if (taken !== undefined) return existing(app, volume, taken);
    throw new FlyError(
      "precondition",
      `take a snapshot of volume ${volume} of app "${app}"`,
      "no machine has used the volume yet, so Fly has nothing to store. Let the snapshot depend on the machines that write to it",
    );
  },

  async read({ fly }, id, known) {
    const [app = "", volume = "", snapshotId = ""] = partsOf("VolumeSnapshot", id, form);
    const live = (await snapshotList(fly, app, volume)).find((snapshot) => snapshot.id === snapshotId);
    if (live !== undefined) return { ...existing(app, volume, live), inputs: known?.inputs ?? { app, volume } };
    if (known !== undefined) return undefined;
    const what = `VolumeSnapshot ${snapshotId} of volume ${volume} of app "${app}"`;
    throw nothingToImport(what, `fly volumes snapshots list ${volume}`);
  },

  // Every input takes another snapshot: what comes here is one that was not stored when the last run ended.
  async update(context, id) {
    const [app = "", volume = "", snapshotId = ""] = partsOf("VolumeSnapshot", id, form);
    return existing(app, volume, await stored(context, app, volume, snapshotId));
  },

  async remove({ warn }, id) {
    const [, volume = "", snapshotId = ""] = partsOf("VolumeSnapshot", id, form);
    warn(
      `snapshot ${snapshotId} of volume ${volume} stays at Fly until its retention is over: Fly deletes none before`,
    );
  },
});

const existing = (app: string, volume: string, { id, created_at }: FlySnapshot): Existing => ({
  id: `${app}/${volume}/${id}`,
  outputs: { snapshotId: id, createdAt: created_at ?? "" },
});

async function stored(context: Context, app: string, volume: string, id: string): Promise<FlySnapshot> {
  context.report("waiting for the snapshot");
  return await whenStored(context, app, volume, async () => {
    const live = (await snapshotList(context.fly, app, volume)).find((snapshot) => snapshot.id === id);
    if (live !== undefined) return isStored(live) ? live : undefined;
    const does = `wait for snapshot ${id} of volume ${volume} of app "${app}"`;
    throw new FlyError("not-found", does, "Fly does not show it any more. Run `pulumi refresh`, then `pulumi up`");
  });
}
