import { FlyError, isFlyError } from "../../fly/errors.ts";
import type { FlyMachine } from "../../fly/machine.ts";
import { regions } from "../../fly/regions.ts";
import type { Context } from "../lifecycle.ts";
import type { GroupName } from "./fleet.ts";
import type { SlotInputs } from "./schema.ts";

/** A slot of a group. */
export interface Seat {
  group: Pick<GroupName, "app" | "name">;
  slot: SlotInputs;
}

/** Whether Fly refused for want of room on a host or in a region. */
export const isShortOfRoom = (error: unknown): error is FlyError => isFlyError(error, "no-capacity");

/**
 * Makes a slot's machine where there is room: in its region, and where that is full in each of its fallback regions in
 * turn, which is said. Only want of room leads on; whatever else Fly refuses, it would refuse anywhere.
 */
export async function withRoom(
  context: Context,
  seat: Seat,
  make: (region: string) => Promise<FlyMachine>,
): Promise<FlyMachine> {
  const { slot } = seat;
  const what = whatIs(seat);
  const refusals: Refusal[] = [];
  for (const region of [slot.region, ...(slot.fallbackRegions ?? [])]) {
    try {
      const made = slot.volume === undefined ? await onAnyHost(make, region) : await make(region);
      const full = refusals.map((refusal) => refusal.region).join(", ");
      if (full) context.warn(`no room for ${what} in ${full}: made in ${made.region} instead`);
      return made;
    } catch (error) {
      if (!isShortOfRoom(error)) throw error;
      if (slot.volume !== undefined) throw noRoomAtVolume(seat, error);
      refusals.push({ region, error });
      context.report(`no room for ${what} in ${region}`);
    }
  }
  throw noRoomAnywhere(seat, refusals);
}

interface Refusal {
  region: string;
  error: FlyError;
}

/** Where only the host that Fly had chosen was short (409), it chooses anew for another create; a region without a host is full. */
async function onAnyHost(make: (region: string) => Promise<FlyMachine>, region: string): Promise<FlyMachine> {
  try {
    return await make(region);
  } catch (error) {
    if (!isShortOfRoom(error) || error.status !== 409) throw error;
    return await make(region);
  }
}

function noRoomAnywhere(seat: Seat, refusals: Refusal[]): FlyError {
  const tried = refusals.map(({ region, error }) => `none in ${region} (${error.what})`).join(", ");
  const other = untried(seat.slot.region, refusals);
  const way = `Give the slot ${refusals.length > 1 ? "more " : ""}fallbackRegions${other ? `, such as ["${other}"]` : ""}`;
  return new FlyError("no-capacity", making(seat), `there is no room: ${tried}. ${way}`);
}

/** A region of the same part of the world that was not tried. */
function untried(region: string, refusals: Refusal[]): string | undefined {
  const geo = regions.find(({ code }) => code === region)?.geoRegion;
  const tried = new Set(refusals.map((refusal) => refusal.region));
  return regions.find(({ code, geoRegion }) => geoRegion === geo && !tried.has(code))?.code;
}

/** A machine with a volume can be on its volume's host only. */
function noRoomAtVolume(seat: Seat, error: FlyError): FlyError {
  const { volume, region } = seat.slot;
  const what = `the host of volume ${volume} in ${region} has no room (${error.what}), and a machine can be on its volume's host only`;
  return new FlyError("no-capacity", making(seat), `${what}. Wait, or ${elsewhere(seat)}`, error.status, {
    cause: error,
  });
}

/** A slot as its user knows it: `web/iad-0`. */
export const whatIs = ({ group, slot }: Seat) => `${group.name}/${slot.name}`;

const making = (seat: Seat) => `make machine ${whatIs(seat)} of app "${seat.group.app}"`;

/**
 * The error of a machine with a volume whose host has no room for what it is to become. One without a volume is made anew
 * instead, because Fly chooses a host for a create only (flyctl does so too, machines_deploymachinesapp.go).
 */
export function noRoomAtHost(error: FlyError, seat: Seat & { machine: FlyMachine }): FlyError {
  const { group, slot, machine } = seat;
  const doing = `change ${whatIs(seat)} (machine ${machine.id} of app "${group.app}")`;
  const what = `its host in ${machine.region} has no room (${error.what}), and it cannot leave volume ${slot.volume}`;
  return new FlyError("no-capacity", doing, `${what}. Keep the guest it had, or ${elsewhere(seat)}`, error.status, {
    cause: error,
  });
}

const elsewhere = ({ group: { app }, slot: { volume } }: Seat) =>
  `move the data to another host: \`fly volumes fork ${volume} -a ${app}\`, then give the slot the new volume`;
