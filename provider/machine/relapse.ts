import { type FlyMachine, metadataOf } from "../../fly/machine.ts";
import { hasCrashed } from "./exit.ts";
import type { Awaited } from "./gate.ts";
import type { Watch } from "./watch.ts";

/** A machine that this run saw healthy. */
interface Proven {
  awaited: Awaited;
  /** As a list showed it last. */
  live: FlyMachine;
  isFit: boolean;
  /** As it was shown when it failed. */
  failed?: FlyMachine;
  /** How often it was seen to fail again. */
  relapses: number;
}

/**
 * The machines that this run saw healthy, looked at again in every list that is asked for because of the others: a check
 * that passes and fails by turns, or an app that breaks a moment later, is found without a call or a wait of its own.
 * flyctl, which looks once, goes on.
 */
export class Relapses {
  readonly #isHealthy: (machine: FlyMachine) => boolean;
  readonly #proven = new Map<string, Proven>();

  constructor(isHealthy: (machine: FlyMachine) => boolean) {
    this.#isHealthy = isHealthy;
  }

  /** Keeps an eye on a machine from now on, until it is changed or goes. */
  keep(awaited: Awaited, live: FlyMachine): void {
    this.#proven.set(live.id, { awaited, live, isFit: true, relapses: 0 });
  }

  /** Whether it was kept till then. */
  forget(id: string): boolean {
    return this.#proven.delete(id);
  }

  see(machines: ReadonlyMap<string, FlyMachine>): void {
    for (const [id, proven] of this.#proven) {
      const live = machines.get(id);
      // What the proxy stopped is fit, and what was changed since is another matter.
      if (live === undefined || live.instance_id !== proven.live.instance_id) this.#proven.delete(id);
      else {
        const isFit = live.state === "started" ? this.#isHealthy(live) : !hasCrashed(live);
        if (proven.isFit && !isFit) proven.relapses++;
        Object.assign(proven, { live, isFit }, isFit ? {} : { failed: live });
      }
    }
  }

  /** Those that have failed again, of the same release of the same group: what another one does is its own matter. */
  besides(machine: FlyMachine): Proven[] {
    const rollout = rolloutOf(machine);
    return [...this.#proven.values()].filter(({ live, relapses }) => relapses > 0 && rolloutOf(live) === rollout);
  }
}

function rolloutOf(machine: FlyMachine): string {
  const { airworthy_group: group, airworthy_release: release } = metadataOf(machine);
  return group === undefined ? machine.id : `${group} ${release}`;
}

const known = new WeakMap<Watch, Relapses>();

/** What a watch has seen of the machines that were healthy before. */
export function relapsesOf(watch: Watch, isHealthy: (machine: FlyMachine) => boolean): Relapses {
  const relapses = known.get(watch) ?? new Relapses(isHealthy);
  if (!known.has(watch)) watch.onlookers.add((machines) => relapses.see(machines));
  known.set(watch, relapses);
  return relapses;
}
