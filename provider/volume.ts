import { z } from "zod";
import type { FlyClient } from "../fly/client.ts";
import { FlyError, isFlyError } from "../fly/errors.ts";
import { type FlyVolume, volumeDelete, volumeExtend, volumeFind, volumeList, volumeUpdate } from "../fly/volume.ts";
import { nothingToImport, partsOf } from "./import-id.ts";
import { appName, integer, refuses, region, replaces } from "./input.ts";
import { type Context, defineLifecycle, type Existing, type Found, type Known, type Problem } from "./lifecycle.ts";
import { pause } from "./pause.ts";
import { takeSnapshot } from "./snapshot.ts";
import type { Properties } from "./value.ts";
import { isFilling, seedOf, volumeMake, whenFilled } from "./volume-seed.ts";
import { gone, orReplacement, reallyGone, successor } from "./volume-successor.ts";

const seed = refuses(
  "It is used only when the volume is made: make another Volume to start from other data, or set the resource option ignoreChanges for it",
);

export const volumeInputs = z.strictObject({
  app: appName.meta({ ...replaces, description: "App that owns the volume." }),
  name: z
    .string()
    .regex(/^[a-z0-9_]{1,30}$/, "must be 1 to 30 lowercase letters, digits and underscores")
    .meta({ ...replaces, description: "Name, which need not be unique at Fly." }),
  region: region.meta({ ...replaces, description: "Region code." }),
  sizeGb: integer(1, 500).meta({ description: "Least size in GB; less than was declared before is refused." }),
  encrypted: z
    .boolean()
    .default(true)
    .meta({ ...replaces, description: "Encrypted at rest." }),
  snapshotRetention: integer(1, 60).default(14).meta({ description: "Days that snapshots are kept." }),
  autoBackupEnabled: z.boolean().default(true).meta({ description: "Whether Fly takes a snapshot every day." }),
  requireUniqueZone: z
    .boolean()
    .default(true)
    .meta({ description: "Whether volumes of one name lie on different hardware." }),
  snapshotId: z
    .string()
    .optional()
    .meta({ ...seed, description: "Snapshot that the volume starts from." }),
  sourceVolumeId: z
    .string()
    .optional()
    .meta({ ...seed, description: "Volume that this one starts as a copy of." }),
  onDelete: z
    .enum(["snapshot", "retain", "destroy"])
    .default("snapshot")
    .meta({ description: "What a delete does with the data." }),
  allowDuplicateName: z.boolean().default(false).meta({ description: "Permits a second volume of the name." }),
});

type Inputs = z.output<typeof volumeInputs>;

export const volume = defineLifecycle({
  token: "airworthy:index:Volume",
  inputs: volumeInputs,
  outputs: z.object({
    actualSizeGb: z.int(),
    zone: z.string().meta({ stable: true }),
  }),

  check: (news, olds) => [...shrunk(news, olds), ...twoSeeds(news), ...besideItself(news, olds)],

  async create(context, declared) {
    return await filled(context, declared, await made(context, declared));
  },

  async read(context, id, known) {
    const app = known?.outputs["app"];
    if (known === undefined || typeof app !== "string") return await imported(context, id);
    const live = await current(context, app, known, await listed(context, app, id), id);
    if (live === undefined) return await reallyGone(context, app, id);
    const declared = known.inputs as Inputs;
    return { ...existing(declared, live), inputs: asLive(declared, live) as unknown as Properties };
  },

  async update(context, lastId, declared, known) {
    const { fly } = context;
    const there = await volumeFind(fly, declared.app, lastId);
    const found = await current(context, declared.app, known, there, lastId);
    if (found === undefined) throw gone(declared.app, lastId, context.name);
    const { id } = found;
    let live = found;
    if (declared.sizeGb > live.size_gb) {
      live =
        (await volumeExtend(fly, declared.app, id, declared.sizeGb)).volume ??
        (await volumeFind(fly, declared.app, id)) ??
        live;
    }
    const { snapshotRetention, autoBackupEnabled } = declared;
    if (live.snapshot_retention !== snapshotRetention || live.auto_backup_enabled !== autoBackupEnabled) {
      const changed = { snapshot_retention: snapshotRetention, auto_backup_enabled: autoBackupEnabled };
      live = await volumeUpdate(fly, declared.app, id, changed);
    }
    return await filled(context, declared, live);
  },

  async remove(context, id, { inputs: declared }) {
    const { app, name, region, onDelete } = declared as unknown as Inputs;
    if (onDelete === "retain") {
      return context.warn(`volume ${id} of app "${app}" was left at Fly, as onDelete says; it goes on costing money`);
    }
    if ((await volumeFind(context.fly, app, id)) === undefined) {
      // Fly may have moved it; what a guess deletes nobody brings back.
      const left = await namesakes(context.fly, { app, name, region });
      const ids = left.map((one) => one.id).join(", ");
      if (ids) context.warn(`volume ${id} of app "${app}" was gone; ${ids} of its name may hold its data and was left`);
      return;
    }
    if (onDelete === "snapshot") await takeSnapshot(context, app, id);
    await whenDetached(context, () => volumeDelete(context.fly, app, id));
  },
});

/** The volume of the arguments: one that an earlier run made, or a new one. */
async function made(context: Context, declared: Inputs): Promise<FlyVolume> {
  const { fly } = context;
  const make = () => volumeMake(context, declared.app, body(declared), seedOf(declared));
  const candidates = await namesakes(fly, declared);
  if (candidates.length > 0 && !declared.allowDuplicateName) return adopted(context, declared, candidates);
  try {
    return await make();
  } catch (error) {
    if (!isFlyError(error, "uncertain")) throw error;
    const found = (await namesakes(fly, declared)).filter(({ id }) => !candidates.some((old) => old.id === id));
    if (found.length === 0) return await make();
    if (found.length === 1 && found[0] && candidates.length === 0) return found[0];
    throw new FlyError(
      "invalid",
      `create volume "${declared.name}" in ${declared.region} for app "${declared.app}"`,
      `the answer was lost, and one of ${found.map(({ id }) => id).join(", ")} may be the volume. Run \`pulumi import airworthy:index:Volume ${context.name} ${declared.app}/<id>\` with the right one`,
    );
  }
}

const filled = (context: Context, declared: Inputs, live: FlyVolume) =>
  whenFilled(context, declared.app, live, (now) => existing(declared, now));

/** The volume that the resource is by now, given what Fly shows under its id. */
const current = (context: Context, app: string, known: Known, live: FlyVolume | undefined, id: string) =>
  live === undefined ? successor(context, app, known, id) : orReplacement(context, app, live);

/** The volume by the app's list, which a refresh asks once for all of them; one that is not in it is looked at itself. */
async function listed({ fly }: Context, app: string, id: string): Promise<FlyVolume | undefined> {
  const volumes = await volumeList(fly, app);
  return volumes && (volumes.find((live) => live.id === id) ?? (await volumeFind(fly, app, id)));
}

async function imported({ fly }: Context, id: string): Promise<Found> {
  const [app = "", volumeId = ""] = partsOf("Volume", id, "<app>/<volume id>");
  const live = await volumeFind(fly, app, volumeId);
  if (live === undefined) throw nothingToImport(`Volume ${volumeId} of app "${app}"`, `fly volumes list -a ${app}`);
  const inputs = asLive(fromLive(app, live), live);
  return { ...existing(inputs, live), inputs: inputs as unknown as Properties };
}

const body = (declared: Inputs) => ({
  name: declared.name,
  region: declared.region,
  size_gb: declared.sizeGb,
  encrypted: declared.encrypted,
  snapshot_retention: declared.snapshotRetention,
  auto_backup_enabled: declared.autoBackupEnabled,
  require_unique_zone: declared.requireUniqueZone,
  snapshot_id: declared.snapshotId,
  source_volume_id: declared.sourceVolumeId,
});

const existing = (declared: Inputs, live: FlyVolume): Existing => ({
  id: live.id,
  outputs: {
    app: declared.app,
    actualSizeGb: live.size_gb,
    zone: live.zone ?? "",
  },
});

/** The inputs as the live volume has them. A size above the declared one is no difference: Fly may have grown it. */
const asLive = (declared: Inputs, live: FlyVolume): Inputs => ({
  ...declared,
  sizeGb: Math.min(live.size_gb, declared.sizeGb),
  encrypted: live.encrypted ?? declared.encrypted,
  snapshotRetention: live.snapshot_retention ?? declared.snapshotRetention,
  autoBackupEnabled: live.auto_backup_enabled ?? declared.autoBackupEnabled,
});

const fromLive = (app: string, live: FlyVolume) =>
  volumeInputs.parse({ app, name: live.name, region: live.region, sizeGb: live.size_gb });

function shrunk(news: Properties, olds: Properties | undefined): Problem[] {
  const [before, now] = [olds?.["sizeGb"], news["sizeGb"]];
  if (typeof before !== "number" || typeof now !== "number" || now >= before) return [];
  return [
    {
      path: ["sizeGb"],
      message: `${now} GB is below the ${before} GB declared before, and Fly cannot shrink a volume. Declare ${before} or more; for a smaller one, make another Volume and move the data`,
    },
  ];
}

/**
 * Another encryption is another volume, and it is made before the old one goes, with which it then shares name and place.
 * Said at preview: halfway it would be taken for somebody else's.
 */
function besideItself(news: Properties, olds: Properties | undefined): Problem[] {
  const stays = ["app", "name", "region"].every((name) => news[name] === olds?.[name]);
  const before = olds?.["encrypted"];
  if (!stays || before === undefined || news["encrypted"] === before || news["allowDuplicateName"] !== false) return [];
  if (typeof news["encrypted"] !== "boolean") return [];
  const message =
    "makes another volume of the same name, which begins empty, before this one goes into a snapshot. Set allowDuplicateName for that, or give it another name as well; for its data start the new one from a VolumeSnapshot with snapshotId";
  return [{ path: ["encrypted"], message }];
}

const twoSeeds = (news: Properties): Problem[] =>
  news["snapshotId"] !== undefined && news["sourceVolumeId"] !== undefined
    ? [{ path: ["sourceVolumeId"], message: "cannot be given beside snapshotId: a volume starts from one of them" }]
    : [];

const namesakes = async (fly: FlyClient, { app, name, region }: Pick<Inputs, "app" | "name" | "region">) =>
  ((await volumeList(fly, app)) ?? []).filter((live) => live.name === name && live.region === region);

/** What a run that died has made: the one free volume that is exactly as declared. Anything else is somebody's data. */
function adopted(context: Context, declared: Inputs, candidates: FlyVolume[]): FlyVolume {
  const [only] = candidates;
  const asDeclared =
    only !== undefined &&
    candidates.length === 1 &&
    !only.attached_machine_id &&
    only.size_gb === declared.sizeGb &&
    (only.encrypted ?? true) === declared.encrypted &&
    only.snapshot_retention === declared.snapshotRetention &&
    // Nothing tells later what a volume started from, and an empty one is no copy.
    (seedOf(declared) === undefined || isFilling(only));
  if (asDeclared) {
    context.warn(
      `volume ${only.id} was there already, free and exactly as declared: it is used and no second one made`,
    );
    return only;
  }
  throw new FlyError(
    "invalid",
    `create volume "${declared.name}" in ${declared.region} for app "${declared.app}"`,
    `there is one of that name already: ${candidates.map(({ id }) => id).join(", ")}. To manage it here run \`pulumi import airworthy:index:Volume ${context.name} ${declared.app}/<id>\`; to have a second, set allowDuplicateName`,
  );
}

/** Fly refuses to delete a volume until its machine is gone for good, which takes up to half a minute. */
async function whenDetached(context: Context, act: () => Promise<unknown>): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await act();
      return;
    } catch (error) {
      if (!isFlyError(error, "precondition") || attempt >= 20) throw error;
      context.report("waiting for the machine to let go of it");
      await pause(context, attempt, 3000);
    }
  }
}
