import { type FlyMachine, isReachable, metadataOf, mountedVolume } from "../../fly/machine.ts";

/** What the state keeps of one machine; `formerVolumes` are ids of what its volume stands for now. */
export interface MachineRecord {
  id: string;
  region: string;
  instanceId: string;
  privateIp: string;
  volume?: string | undefined;
  formerVolumes?: string[] | undefined;
}

/** What to keep of a machine, given what was kept of the one before in its place. */
export function recordOf(live: FlyMachine, before: MachineRecord | undefined): MachineRecord {
  const { id, region, instance_id: instanceId } = live;
  const volume = isReachable(live) ? mountedVolume(live) : before?.volume;
  const former = formerVolumes(live, before, volume);
  return {
    id,
    region,
    instanceId,
    privateIp: live.private_ip ?? "",
    ...(volume === undefined ? {} : { volume }),
    ...(former.length === 0 ? {} : { formerVolumes: former }),
  };
}

/**
 * The same machine with another volume was moved by Fly: nobody can give a machine another volume by hand. A machine that
 * was made with a volume restored from a snapshot has the id of the one it stands for in its label.
 */
function formerVolumes(live: FlyMachine, before: MachineRecord | undefined, volume: string | undefined): string[] {
  const same = before?.id === live.id ? before : undefined;
  const ids = [...(same?.formerVolumes ?? []), same?.volume, metadataOf(live)["airworthy_volume"]];
  return volume === undefined
    ? []
    : ([...new Set(ids)].filter((id) => id !== undefined && id !== "" && id !== volume) as string[]);
}

/** Whether a declared volume is the machine's own: Fly's move gave it a new id, which the program learns by a refresh. */
export const isItsVolume = (record: MachineRecord | undefined, volume: unknown): boolean =>
  volume !== undefined && (record?.volume === volume || record?.formerVolumes?.includes(String(volume)) === true);
