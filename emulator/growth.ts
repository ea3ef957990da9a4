import type { Machine, Volume } from "./record.ts";
import type { World } from "./state.ts";

const gib = 1024 ** 3;

/** Fly's largest volume. */
const mostGb = 500;

/**
 * Somebody fills a volume to that many bytes. A running machine whose mount asks for it makes the volume larger, by one
 * step after another, until it is no longer too full or the limit is reached (superfly/docs, volume-manage). Assumed:
 * that the last step is cut to the limit, and that a stopped machine grows nothing.
 */
export function fill(world: World, volume: Volume, bytes: number): { sizeGb: number; bytesUsed: number } {
  const machine = world.machines.get(volume.attachedTo ?? "");
  while (isTooFull(machine, volume, bytes)) {
    const { add_size_gb = 1, size_gb_limit = mostGb } = machine?.config.mounts?.[0] ?? {};
    const grown = Math.min(volume.sizeGb + Math.max(1, add_size_gb), size_gb_limit, mostGb);
    if (grown <= volume.sizeGb) break;
    volume.sizeGb = grown;
  }
  volume.bytesUsed = Math.min(bytes, volume.sizeGb * gib);
  world.put(world.volumes, volume);
  return { sizeGb: volume.sizeGb, bytesUsed: volume.bytesUsed };
}

function isTooFull(machine: Machine | undefined, { sizeGb }: Volume, bytes: number): boolean {
  const percent = machine?.config.mounts?.[0]?.extend_threshold_percent ?? 0;
  return machine?.state === "started" && percent > 0 && bytes >= sizeGb * gib * (percent / 100);
}
