import { type Emulator, startEmulator } from "../../emulator/index.ts";
import type { WorldSnapshot } from "../../emulator/state.ts";
import { type Item, inventory } from "./inventory.ts";
import { emptyState, MiniEngine, type Outcome, type State } from "./mini-engine.ts";
import { Plugin } from "./plugin.ts";
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
  #waiting: Promise<Plugin> | undefined;

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

  /** Runs the recorded command with a provider process of its own, from that state. */
  async play(recording: Recording, state: State, begun: (plugin: Plugin) => void = () => {}): Promise<Outcome> {
    const { url, token } = this.fly;
    const plugin = await (this.#waiting ?? Plugin.start());
    // While this one works, the next one starts.
    this.#waiting = Plugin.start();
    begun(plugin);
    try {
      await plugin.configure({ url, token }, recording.command);
      return await new MiniEngine(plugin, recording, state).run();
    } catch (error) {
      // It died before the engine came to the first resource.
      return { state, errors: [error as Error], calls: [] };
    } finally {
      await plugin.end();
    }
  }

  /** Number of the journal's last entry. */
  get journalEnd(): number {
    return this.fly.journal.entries().at(-1)?.seq ?? 0;
  }

  /** Operations that were to change something since then. */
  changesSince = (seq: number): string[] =>
    this.fly.journal.entries(seq).flatMap(({ mutating, operation }) => (mutating ? [operation] : []));

  async close(): Promise<void> {
    await (await this.#waiting)?.end();
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
    refuseUnlike(recording, this.changesSince(since));
    this.scenes.push({ ...scene, changes, wanted: inventory(fly.world) });
    return outcome.state;
  }
}

/** The mini engine proves nothing where it does other things than the real one. */
function refuseUnlike(recording: Recording, changes: string[]): void {
  const [real, played] = [counted(recording.changes), counted(changes)];
  if (real !== played) throw new Error(`the real CLI changed ${real}\nbut the mini engine ${played}`);
}

function counted(operations: string[]): string {
  const groups = [...Map.groupBy(operations, (operation) => operation)].map(([name, all]) => `${name} ${all.length}`);
  return groups.sort().join(", ");
}
