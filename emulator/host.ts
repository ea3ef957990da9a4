import { refuse } from "./errors.ts";
import { volumeId } from "./identifier.ts";
import type { Config, Host, Machine, Volume } from "./record.ts";
import type { World } from "./state.ts";

/*
 * A machine stays on its host with its volume, unless Fly moves both. There is always another host: how many machines
 * go into a region is scripted by region.
 */

/** A host that nothing lives on yet. */
export const newHost = (region: string, number: number) => `${region}-${number}`;

/** An address of the private network that no other machine has. */
export const privateIp = (number: number) =>
  `fdaa:0:1:a7b:${(number >> 16).toString(16)}:${(number & 0xffff).toString(16)}:0:2`;

const volumeOf = (world: World, machine: Machine) =>
  world.volumes.of(machine.app).find(({ attachedTo }) => attachedTo === machine.id);

/** The host of a machine. */
export const hostOf = (world: World, machine: Machine) =>
  volumeOf(world, machine)?.host ?? machine.host ?? `${machine.region}-${machine.id}`;

const scripted = (world: World, name: string): Host => world.platform.hosts?.[name] ?? {};

const machinesOn = (world: World, name: string) =>
  world.machines.all().filter((machine) => machine.state !== "destroyed" && hostOf(world, machine) === name);

export const hostStatus = (world: World, name: string) =>
  scripted(world, name).failed === true ? "unreachable" : "ok";

export function isFull(world: World, name: string): boolean {
  const { room } = scripted(world, name);
  return room !== undefined && machinesOn(world, name).length >= room;
}

/** Says from now on how a host is. */
export function scriptHost(world: World, name: string, { room, failed }: Host): void {
  const before = scripted(world, name);
  const host = { room: room ?? before.room, failed: failed ?? before.failed };
  world.setPlatform({ hosts: { ...world.platform.hosts, [name]: host } });
  const status = hostStatus(world, name);
  for (const machine of machinesOn(world, name)) {
    machine.hostStatus = status;
    world.put(world.machines, machine);
  }
  for (const volume of world.volumes.all()) {
    if (volume.host !== name) continue;
    volume.hostStatus = status;
    world.put(world.volumes, volume);
  }
}

/** A machine stays where it is, so it grows only where that host has room (behaviour 161). */
export function refuseGrowth(world: World, machine: Machine, { guest }: Config): void {
  const before = machine.config.guest;
  const what = guest.memory_mb > before.memory_mb ? "memory" : guest.cpus > before.cpus ? "CPUs" : undefined;
  if (what !== undefined && isFull(world, hostOf(world, machine))) refuse("hostShort", { what });
}

/**
 * Fly moves a machine to another host: it keeps its id and version, its private address and its volume's id change
 * (superfly/docs, machine-migration).
 */
export function migrate(world: World, machine: Machine): { volume: string | undefined } {
  const number = world.nextNumber();
  const old = volumeOf(world, machine);
  machine.privateIp = privateIp(number);
  machine.host = newHost(machine.region, number);
  machine.hostStatus = "ok";
  const moved = old === undefined ? undefined : moveVolume(world, machine, old);
  world.put(world.machines, machine);
  return { volume: moved?.id };
}

function moveVolume(world: World, machine: Machine, old: Volume): Volume {
  const host = machine.host ?? old.host;
  const moved = { ...old, id: volumeId(), host, hostStatus: "ok", createdAt: world.clock.now() };
  // What is dropped must not be on its way any more, or it would come back.
  world.put(world.volumes, Object.assign(old, { due: undefined }));
  world.volumes.drop(old);
  world.put(world.volumes, moved);
  const mounts = machine.config.mounts?.map((mount) => ({ ...mount, volume: moved.id }));
  machine.config = { ...machine.config, mounts };
  const [current] = machine.versions;
  if (current !== undefined) current.config = machine.config;
  return moved;
}
