import { send } from "../../support/local-fly.ts";
import type { Lane } from "../cli.ts";
import { nothing, of, type Scenario } from "../scenario.ts";

const volumeArgs = (app: string) => ({ app, name: "data", region: "iad", sizeGb: 3 });

export async function volumes(lane: Lane, app: string, ...names: string[]): Promise<string[]> {
  const made = names.map((name) => lane.engine.create("Volume", name, { ...volumeArgs(app), name }));
  return (await Promise.all(made)).map(({ id }) => id);
}

/** A volume that a machine wrote to and that is free again: only then is there anything to take a snapshot of. */
export async function usedOnce(lane: Lane, app: string): Promise<void> {
  const [volume] = lane.fly.world.volumes.of(app);
  const config = { image: "redis:7", mounts: [{ volume: volume?.id, path: "/data" }] };
  const { id } = (await send(lane.fly, "POST", `/v1/apps/${app}/machines`, { region: "iad", config })) as {
    id: string;
  };
  await send(lane.fly, "DELETE", `/v1/apps/${app}/machines/${id}?force=true`);
  await send(lane.fly, "GET", `/v1/apps/${app}/machines/${id}/wait?state=destroyed`);
}

/** A volume by itself. */
export const volume: Scenario[] = [
  ...of("Volume", "a volume", {
    create: { command: "up", after: volumeArgs, expected: (app) => [`app ${app}`, "volume data 3 14"] },
    update: {
      command: "up",
      before: volumeArgs,
      after: (app) => ({ ...volumeArgs(app), sizeGb: 8, snapshotRetention: 30 }),
      expected: (app) => [`app ${app}`, "volume data 8 30"],
    },
    delete: { command: "destroy", before: volumeArgs, meddle: usedOnce, expected: nothing },
    refresh: { command: "refresh", before: volumeArgs, expected: (app) => [`app ${app}`, "volume data 3 14"] },
  }),
];
