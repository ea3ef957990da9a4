import { backUp, nextBackup } from "./backup.ts";
import { look, nextLook } from "./proxy.ts";
import type { World } from "./state.ts";

/** Something that the clock alone brings. */
interface Planned {
  at: number;
  happen: (world: World) => void;
}

/** What happens at Fly by the clock alone: each volume's daily snapshot, and the proxy's looks for idle machines. */
export class Schedule {
  #next: Planned | undefined;
  #isKnown = false;

  /** Something changed that it depends on. */
  forget(): void {
    this.#isKnown = false;
  }

  /** What comes first. */
  next(world: World): Planned | undefined {
    if (!this.#isKnown) this.#next = first(world);
    this.#isKnown = true;
    return this.#next;
  }
}

function first(world: World): Planned | undefined {
  let earliest: Planned | undefined;
  const consider = (at: number | undefined, happen: Planned["happen"]) => {
    if (at !== undefined && (earliest === undefined || at < earliest.at)) earliest = { at, happen };
  };
  for (const volume of world.volumes.all()) {
    const at = nextBackup(world, volume);
    consider(at, () => backUp(world, volume, at ?? 0));
  }
  for (const app of world.apps.all()) {
    const at = nextLook(world, app);
    consider(at, () => look(world, app, at ?? 0));
  }
  return earliest;
}
