import { type FlyMachine, isReachable, mountedVolume } from "../../fly/machine.ts";

/** What the state keeps of one machine; `formerVolumes` are ids its volume had before Fly moved it. */
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
  const former = formerVolumes(before, id, volume);
  return {
    id,
    region,
    instanceId,
    privateIp: live.private_ip ?? "",
    ...(volume === undefined ? {} : { volume }),
    ...(former.length === 0 ? {} : { formerVolumes: former }),
  };
}

/** The same machine with another volume was moved by Fly: nobody can give a machine another volume by hand. */
function formerVolumes(before: MachineRecord | undefined, id: string, volume: string | undefined): string[] {
  if (before === undefined || before.id !== id) return [];
  const former = before.formerVolumes ?? [];
  return before.volume === undefined || before.volume === volume ? former : [...former, before.volume];
}

/** Whether a declared volume is the machine's own: Fly's move gave it a new id, which the program learns by a refresh. */
export const isItsVolume = (record: MachineRecord | undefined, volume: unknown): boolean =>
  volume !== undefined && (record?.volume === volume || record?.formerVolumes?.includes(String(volume)) === true);
