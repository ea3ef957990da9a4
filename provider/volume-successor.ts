import { FlyError } from "../fly/errors.ts";
import { machineList, metadataOf, mountedVolume } from "../fly/machine.ts";
import { type FlyVolume, volumeList } from "../fly/volume.ts";
import type { Context, Known } from "./lifecycle.ts";

/**
 * The volume that stands in the place of one that is not there: Fly's host migrations copy a volume and give it a new
 * id, while the machine keeps its own (design 3.6). The machine's label still tells which it had; without one, a single
 * volume of the name that a machine uses is the one.
 */
export async function successor(
  { fly, warn }: Context,
  app: string,
  known: Known,
  lost: string,
): Promise<FlyVolume | undefined> {
  const volumes = (await volumeList(fly, app)) ?? [];
  const machine = (await machineList(fly, app))?.find((one) => metadataOf(one)["airworthy_volume"] === lost);
  const namesakes = volumes.filter(
    ({ name, region }) => name === known.outputs["name"] && region === known.outputs["region"],
  );
  const found =
    volumes.find(({ id }) => machine !== undefined && id === mountedVolume(machine)) ??
    (namesakes.length === 1 ? namesakes.find((live) => live.attached_machine_id) : undefined);
  if (found !== undefined) warn(`Fly moved volume ${lost} to another host, where it is ${found.id}`);
  return found;
}

/**
 * The volume itself, or where no machine has it mounted the one that stands in its place though it is still there: made
 * from its last snapshot when Fly had lost its host (`hostFailure` of a ProcessGroup). Only a machine's label tells that.
 */
export async function orReplacement({ fly, warn }: Context, app: string, live: FlyVolume): Promise<FlyVolume> {
  const user = live.attached_machine_id;
  if (user && (live.host_status ?? "ok") === "ok") return live;
  const machine = (await machineList(fly, app))?.find((one) => metadataOf(one)["airworthy_volume"] === live.id);
  const mounted = machine && mountedVolume(machine);
  if (mounted === undefined || mounted === live.id || machine?.id === user) return live;
  const replacement = (await volumeList(fly, app))?.find(({ id }) => id === mounted);
  if (replacement === undefined) return live;
  warn(`volume ${live.id} was replaced by ${replacement.id}, made from its last snapshot. The old one is still at Fly`);
  return replacement;
}

/** Gone with its app is gone; gone from an app that is there is data lost, which no run may paper over. */
export async function reallyGone({ fly, name }: Context, app: string, id: string): Promise<undefined> {
  if ((await volumeList(fly, app)) !== undefined) throw gone(app, id, name);
  return undefined;
}

/** The error of a volume that is missing while its app is there. */
export const gone = (app: string, id: string, name: string) =>
  new FlyError(
    "not-found",
    `read volume ${id} of app "${app}"`,
    `the app is there and the volume is not, so its data may be lost. Look for snapshots with \`fly volumes snapshots list ${id}\`; to go on without it run \`pulumi state delete\` on "${name}", and the next up makes a new volume`,
  );
