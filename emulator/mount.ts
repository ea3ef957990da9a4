import { countAnew } from "./backup.ts";
import { refuse } from "./errors.ts";
import { isFull } from "./host.ts";
import type { Config, Machine, Volume } from "./record.ts";
import type { World } from "./state.ts";
import { goneVolumeStates } from "./transitions.ts";
import { isWithin } from "./window.ts";

const isGone = (volume: Volume) => goneVolumeStates.includes(volume.state);

/** The volume a config asks for: by its id, or any free one by that name in the region. */
export function volumeFor(
  world: World,
  app: string,
  config: Config,
  region?: string,
  self?: Machine,
): Volume | undefined {
  const mount = config.mounts?.[0];
  if (mount === undefined) return undefined;
  const volumes = world.volumes.of(app).filter((volume) => !isGone(volume));
  const wanted = mount.volume ?? mount.name ?? "";
  const byId = volumes.find(({ id }) => id === wanted);
  const volume = byId ?? freeVolume(world, volumes, mount.name, region, self);
  if (volume === undefined) {
    if (mount.name === undefined) refuse("volumeToMountMissing", { volume: wanted });
    refuse("volumeNoneFree", { name: mount.name, region: region ?? "any region" });
  }
  if (volume.attachedTo !== null && volume.attachedTo !== self?.id) {
    refuse("volumeClaimed", { machine: volume.attachedTo });
  }
  if (isWithin(world, volume.claimedUntil ?? 0)) refuse("volumeClaimed", { machine: "\0".repeat(14) });
  if (region !== undefined && volume.region !== region) {
    refuse("volumeElsewhere", { volume: volume.id, region: volume.region, wanted: region });
  }
  return volume;
}

function freeVolume(
  world: World,
  volumes: Volume[],
  name: string | undefined,
  region: string | undefined,
  self: Machine | undefined,
) {
  const fits = volumes.filter((volume) => volume.name === name && (region ?? volume.region) === volume.region);
  const free = fits.filter(({ attachedTo }) => attachedTo === null);
  return (
    fits.find(({ attachedTo }) => self !== undefined && attachedTo === self.id) ??
    free.find(({ host }) => !isFull(world, host)) ??
    free[0]
  );
}

/** Gives the volume to the machine, and says in its config which it is. */
export function attach(world: World, machine: Machine, volume: Volume | undefined): void {
  for (const other of world.volumes.of(machine.app)) {
    if (other.attachedTo !== machine.id || other === volume) continue;
    other.attachedTo = null;
    world.put(world.volumes, other);
  }
  const [mount] = machine.config.mounts ?? [];
  if (volume === undefined || mount === undefined) return;
  volume.attachedTo = machine.id;
  machine.host = volume.host;
  machine.hostStatus = volume.hostStatus;
  if (!volume.initialized) countAnew(world, volume);
  volume.initialized = true;
  world.put(world.volumes, volume);
  machine.config = { ...machine.config, mounts: [{ ...mount, volume: volume.id, name: volume.name }] };
}
