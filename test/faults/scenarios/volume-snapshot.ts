import type { Properties } from "../../../provider/value.ts";
import { send } from "../../support/local-fly.ts";
import type { Lane } from "../cli.ts";
import { of, type Scenario } from "../scenario.ts";
import { usedOnce, volumes } from "./volume.ts";

/** A volume with something in it. */
async function written(lane: Lane, app: string): Promise<string[]> {
  const ids = await volumes(lane, app, "data");
  await usedOnce(lane, app);
  return ids;
}

const snapshotsOf = async (lane: Lane, app: string, volume = "") =>
  (await send(lane.fly, "GET", `/v1/apps/${app}/volumes/${volume}/snapshots`)) as { id: string; status: string }[];

/** A snapshot of it, and its id. */
async function stored(lane: Lane, app: string): Promise<string[]> {
  const [volume] = await written(lane, app);
  await send(lane.fly, "POST", `/v1/apps/${app}/volumes/${volume}/snapshots`);
  for (;;) {
    const [snapshot] = await snapshotsOf(lane, app, volume);
    if (snapshot?.status === "created") return [snapshot.id];
  }
}

const args = (app: string, [volume = ""]: string[]): Properties => ({ app, volume });
const copy = (app: string, more: Properties): Properties => ({ app, name: "copy", region: "iad", sizeGb: 3, ...more });
const expected = (app: string) => [`app ${app}`, "volume data 3 14", "snapshot of data created"];

export const volumeSnapshot: Scenario[] = [
  ...of("VolumeSnapshot", "a snapshot", {
    create: { command: "up", prepare: written, after: args, expected },
    refresh: { command: "refresh", prepare: written, before: args, expected },
  }),
  ...of("Volume", "a volume from a snapshot", {
    create: {
      command: "up",
      prepare: stored,
      after: (app, [snapshotId = ""]) => copy(app, { snapshotId }),
      expected: (app) => [`app ${app}`, "volume copy 3 14", "volume data 3 14", "snapshot of data created"],
    },
  }),
  ...of("Volume", "a volume by fork", {
    create: {
      command: "up",
      prepare: written,
      after: (app, [sourceVolumeId = ""]) => copy(app, { sourceVolumeId }),
      expected: (app) => [`app ${app}`, "volume copy 3 14", "volume data 3 14"],
    },
  }),
];
