import { type Emulator, startEmulator } from "../../emulator/index.ts";
import type { WorldSnapshot } from "../../emulator/state.ts";
import { type Item, inventory } from "./inventory.ts";
import { emptyState, MiniEngine, type Outcome, type State } from "./mini-engine.ts";
import { type Address, Plugin } from "./plugin.ts";
import type { Recording } from "./recording.ts";
import { type Change, watch } from "./trap.ts";

/** Where an operation begins, and what a run of it without faults does. */
export interface Scene {
  recording: Recording;
  world: WorldSnapshot;
  state: State;
  before: Item[];
  changes: Change[];
  wanted: Item[];
}

/** A local Fly of its own, on which one point after the other is tried. */
export class Stage {
  readonly fly: Emulator;
  readonly scenes: Scene[] = [];
  #journalEnd = 0;
  #plugin: Plugin | undefined;
  /** The process after it, ready when it fails. */
  #next = Plugin.start();

  private constructor(fly: Emulator) {
    this.fly = fly;
  }

  /** Plays all recordings without faults, and keeps where each begins. */
  static async open(recordings: Recording[]): Promise<Stage> {
    const stage = new Stage(await startEmulator());
    let state = emptyState();
    for (const recording of recordings) state = await stage.#rehearse(recording, state);
    return stage;
  }

  /** Everything as it was when the operation began. */
  restore({ world }: Scene): void {
    const { fly } = this;
    fly.hooks.before = undefined;
    fly.hooks.after = undefined;
    fly.faults.clear();
    fly.world.restore(world);
  }

  /**
   * Runs the recorded command from that state. A run after one that failed gets a process of its own, as each gets from the
   * CLI; other runs share one, since a start costs more than a run.
   */
  async play(recording: Recording, state: State, begun: (plugin: Plugin) => void = () => {}): Promise<Outcome> {
    const { url, token } = this.fly;
    const plugin = this.#plugin ?? (await this.#started());
    this.#plugin = plugin;
    begun(plugin);
    const outcome = await this.#run(plugin, { url, token }, recording, state);
    if (outcome.errors.length > 0) {
      await plugin.end();
      this.#plugin = undefined;
    }
    return outcome;
  }

  /** The process that waits; the one after it starts meanwhile. */
  #started(): Promise<Plugin> {
    const plugin = this.#next;
    this.#next = Plugin.start();
    return plugin;
  }

  async #run(plugin: Plugin, address: Address, recording: Recording, state: State): Promise<Outcome> {
    try {
      await plugin.configure(address, recording.command);
      return await new MiniEngine(plugin, recording, state).run();
    } catch (error) {
      // It died before the engine came to the first resource.
      return { state, errors: [error as Error], calls: [] };
    }
  }

  /** Number of the journal's last entry. */
  get journalEnd(): number {
    this.#journalEnd = this.fly.journal.entries(this.#journalEnd).at(-1)?.seq ?? this.#journalEnd;
    return this.#journalEnd;
  }

  /** Operations that were to change something since then. */
  changesSince = (seq: number): string[] =>
    this.fly.journal.entries(seq).flatMap(({ mutating, operation }) => (mutating ? [operation] : []));

  async close(): Promise<void> {
    await this.#plugin?.end();
    await (await this.#next).end();
    await this.fly.close();
  }

  async #rehearse(recording: Recording, state: State): Promise<State> {
    const { fly } = this;
    const scene = { recording, world: fly.world.snapshot(), state, before: inventory(fly.world) };
    const watched = watch(fly);
    const since = this.journalEnd;
    const outcome = await this.play(recording, state);
    const changes = watched();
    if (outcome.errors.length > 0)
      throw new AggregateError(outcome.errors, `a run without faults failed: ${outcome.errors}`);
    refuseUnlike(recording, { calls: outcome.calls, changes: this.changesSince(since) });
    this.scenes.push({ ...scene, changes, wanted: inventory(fly.world) });
    return outcome.state;
  }
}

/** The mini engine proves nothing where it does other things than the real one. */
function refuseUnlike(recording: Recording, played: { calls: string[]; changes: string[] }): void {
  const asked = recording.calls.map(({ method, urn }) => `${method} ${urn}`);
  for (const [real, own] of [
    [counted(asked), counted(played.calls)],
    [counted(recording.changes), counted(played.changes)],
  ]) {
    if (real !== own) throw new Error(`the real CLI did ${real}\nbut the mini engine ${own}`);
  }
}

function counted(names: string[]): string {
  const groups = [...Map.groupBy(names, (name) => name)].map(([name, all]) => `${name} ${all.length}`);
  return groups.sort().join(", ");
}
