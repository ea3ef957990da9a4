import { expect } from "vitest";
import { startEmulator } from "../../emulator/index.ts";
import { hasUnknown, type Properties } from "../../provider/value.ts";
import { Engine, halfMade, type State, secret } from "../support/engine.ts";

/** What the CLI's state file holds of one resource. */
export interface Stored {
  state: State;
  /** The last call on it reported it half made, so that the next `up` updates it whatever Diff says. */
  unfinished: boolean;
}

/** How one command ended. */
export interface Outcome {
  stored: Stored | undefined;
  error?: Error;
}

/** A resource as a program declares it. */
export interface Declared {
  type: string;
  name: string;
}

/** A local Fly with an engine of its own, so that several cases run beside each other and each fault hits its own. */
export class Lane {
  readonly fly: Awaited<ReturnType<typeof startEmulator>>;
  readonly engine: Engine;
  #end = 0;

  private constructor(fly: Lane["fly"], engine: Engine) {
    this.fly = fly;
    this.engine = engine;
  }

  static async open(): Promise<Lane> {
    const fly = await startEmulator({ checksAnswers: true });
    return new Lane(fly, await Engine.start({ flapsUrl: fly.url, token: secret(fly.token) }));
  }

  /** `pulumi up` of one resource: what the CLI asks for, and what it keeps of each kind of answer. */
  async up({ type, name }: Declared, args: Properties, before: Stored | undefined): Promise<Outcome> {
    const { engine } = this;
    try {
      const state =
        before === undefined
          ? await engine.create(type, name, args)
          : await engine.update(before.state, args, before.unfinished);
      return { stored: { state: known(state), unfinished: false } };
    } catch (error) {
      const inputs = before?.state.inputs ?? (await engine.check(type, name, args));
      return { stored: keptAfter(error, { type, name, inputs }) ?? before, error: error as Error };
    }
  }

  /** `pulumi refresh` of one resource. */
  async refresh(before: Stored): Promise<Outcome & { drift: Record<string, string> }> {
    try {
      const found = await this.engine.refresh(before.state);
      if (found === undefined) return { stored: undefined, drift: {} };
      const { drift, ...state } = found;
      return { stored: { state: known(state), unfinished: false }, drift };
    } catch (error) {
      return { stored: keptAfter(error, before.state) ?? before, error: error as Error, drift: {} };
    }
  }

  /** `pulumi destroy` of one resource. */
  async destroy(before: Stored): Promise<Outcome> {
    try {
      await this.engine.remove(before.state);
      return { stored: undefined };
    } catch (error) {
      return { stored: before, error: error as Error };
    }
  }

  /** Calls of Fly's API since an entry of the journal. */
  calls(since: number) {
    return this.fly.journal.entries(since);
  }

  /** Number of the journal's last entry. */
  get journalEnd(): number {
    this.#end = this.calls(this.#end).at(-1)?.seq ?? this.#end;
    return this.#end;
  }
}

/** A real answer with an unknown in it would make the engine drop the resource from the state. */
function known(state: State): State {
  expect(hasUnknown(state.inputs) || hasUnknown(state.outputs)).toBe(false);
  return state;
}

function keptAfter(error: unknown, { type, name, inputs }: Omit<State, "id" | "outputs">): Stored | undefined {
  let half: ReturnType<typeof halfMade>;
  try {
    half = halfMade(error);
  } catch {
    return undefined;
  }
  return {
    state: known({ type, name, id: half.id, inputs: half.inputs ?? inputs, outputs: half.outputs }),
    unfinished: true,
  };
}
