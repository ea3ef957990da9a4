import { type Emulator, startEmulator } from "../../emulator/index.ts";
import type { WorldSnapshot } from "../../emulator/state.ts";
import { type Item, inventory } from "./inventory.ts";
import { emptyState, MiniEngine, type Outcome, type State } from "./mini-engine.ts";
import { Plugin } from "./plugin.ts";
import type { Recording } from "./recording.ts";

/** A changing call of a clean run, by what stays the same from run to run. */
export interface Change {
  /** Fly's name of the operation and what it was about. */
  key: string;
  /** How many of the same key come before. */
  skip: number;
}

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

  /** What a call is about, ids aside, so that it is found again in another run. */
  keyOf({ operation, path }: { operation: string; path: string }): string {
    const { ips, machines, volumes, releases } = this.fly.world;
    const nameOf = (part: string) =>
      // A machine that takes another's place has something of that one's id in its name.
      machines.get(part)?.name.replace(/-[0-9a-f]{6}$/, "-*") ??
      volumes.get(part)?.name ??
      ips.all().find(({ ip }) => ip === decodeURIComponent(part))?.type ??
      (releases.get(part) && "release") ??
      part;
    return `${operation} ${path.split("/").slice(3).map(nameOf).join("/")}`;
  }

  async close(): Promise<void> {
    await (await this.#waiting)?.end();
    await this.fly.close();
  }

  async #rehearse(recording: Recording, state: State): Promise<State> {
    const { fly } = this;
    const scene = { recording, world: fly.world.snapshot(), state, before: inventory(fly.world) };
    const keys: string[] = [];
    fly.hooks.before = (call) => {
      if (call.mutating) keys.push(this.keyOf(call));
      return undefined;
    };
    const since = this.journalEnd;
    const outcome = await this.play(recording, state);
    fly.hooks.before = undefined;
    if (outcome.errors.length > 0)
      throw new AggregateError(outcome.errors, `a run without faults failed: ${outcome.errors}`);
    refuseUnlike(recording, this.changesSince(since));
    const changes = keys.map((key, index) => ({ key, skip: keys.slice(0, index).filter((one) => one === key).length }));
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
