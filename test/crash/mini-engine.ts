import type { Acted, Plugin } from "./plugin.ts";
import type { Recording, Registered, Values } from "./recording.ts";
import { inputsOf } from "./substitution.ts";

/** What the CLI's state file holds of one resource. */
export interface Stored {
  urn: string;
  id: string;
  inputs: Values;
  outputs: Values;
  /** The last call on it reported it half made, so that the next `up` updates it whatever Diff says. */
  unfinished: boolean;
  dependencies: string[];
}

/** What the CLI's state file holds of a stack. */
export interface State {
  resources: Map<string, Stored>;
  /** What was replaced, and is still to be deleted. */
  condemned: Stored[];
}

export const emptyState = (): State => ({ resources: new Map(), condemned: [] });

/** How a command ended: the state it left, and what went wrong. */
export interface Outcome {
  state: State;
  errors: Error[];
  /** Calls that acted on a resource. */
  calls: string[];
}

/**
 * Plays the CLI's part of one command, by the table of what it keeps after each kind of answer: whatever the state says,
 * it comes to what the program declares, in the order in which the real CLI went.
 */
export class MiniEngine {
  readonly #plugin: Plugin;
  readonly #program: Recording;
  readonly #recorded: Map<string, Registered>;
  readonly #state: State;
  readonly #errors: Error[] = [];
  readonly #calls: string[] = [];

  constructor(plugin: Plugin, program: Recording, state: State) {
    this.#plugin = plugin;
    this.#program = program;
    this.#recorded = new Map(program.resources.map((resource) => [resource.urn, resource]));
    this.#state = structuredClone(state);
  }

  async run(): Promise<Outcome> {
    if (this.#program.command === "up") await this.#bringUp();
    if (this.#errors.length === 0) await this.#remove(this.#goners());
    return { state: this.#state, errors: this.#errors, calls: this.#calls };
  }

  /** Begins with each resource when those are done that were done when the real CLI began with it. */
  async #bringUp(): Promise<void> {
    const ends = new Map<string, Promise<void>>();
    for (const resource of this.#program.resources) {
      const before = Promise.all(resource.after.map((urn) => ends.get(urn)));
      const end = before.then(() => this.#step(resource)).catch((error: Error) => void this.#errors.push(error));
      ends.set(resource.urn, end);
    }
    await Promise.all(ends.values());
  }

  /** Once something failed, what is under way ends and nothing new begins. */
  get #isOver(): boolean {
    return this.#errors.length > 0;
  }

  async #step(resource: Registered): Promise<void> {
    if (this.#isOver) return;
    const { urn, dependencies } = resource;
    const news = inputsOf(resource, this.#recorded, (source) => this.#state.resources.get(source));
    const old = this.#state.resources.get(urn);
    const inputs = await this.#plugin.check(urn, news, old?.inputs ?? {});
    if (old === undefined) return this.#create(resource, inputs);
    const difference = await this.#plugin.diff(urn, old, inputs);
    if (this.#isOver) return;
    if (difference.replaces) return this.#replace(resource, old, news, difference.goesFirst);
    if (!difference.changes && !old.unfinished) {
      this.#state.resources.set(urn, { ...old, inputs, dependencies });
      return;
    }
    this.#calls.push(`Update ${urn}`);
    // What failed keeps its old inputs, so that the next run sees what is still to be done.
    this.#keep(resource, await this.#plugin.update(urn, old, inputs), inputs, old.inputs);
  }

  async #create(resource: Registered, inputs: Values): Promise<void> {
    if (this.#isOver) return;
    this.#calls.push(`Create ${resource.urn}`);
    this.#keep(resource, await this.#plugin.create(resource.urn, inputs), inputs, inputs);
  }

  async #replace(resource: Registered, old: Stored, news: Values, goesFirst: boolean): Promise<void> {
    const inputs = await this.#plugin.check(resource.urn, news, {});
    if (goesFirst) await this.#delete(old, () => this.#state.resources.delete(old.urn));
    if (this.#isOver) return;
    this.#calls.push(`Create ${resource.urn}`);
    const acted = await this.#plugin.create(resource.urn, inputs);
    if (!goesFirst && acted.kind !== "failed") this.#state.condemned.push(old);
    this.#keep(resource, acted, inputs, inputs);
  }

  #keep({ urn, dependencies }: Registered, acted: Acted, inputs: Values, inputsIfHalf: Values): void {
    if (acted.kind !== "done") this.#errors.push(new Error(`${urn.split("::").at(-1)}: ${acted.error.message}`));
    if (acted.kind === "failed") return;
    const unfinished = acted.kind === "half";
    const { id, outputs } = acted;
    const kept = { urn, id, inputs: unfinished ? inputsIfHalf : inputs, outputs, unfinished, dependencies };
    this.#state.resources.set(urn, kept);
  }

  /** What the state has and the program has not. */
  #goners(): { stored: Stored; forget: () => void }[] {
    const { resources, condemned } = this.#state;
    const declared = this.#program.command === "up" ? this.#recorded : new Map();
    return [
      ...condemned.map((stored) => ({ stored, forget: () => void condemned.splice(condemned.indexOf(stored), 1) })),
      ...[...resources.values()]
        .filter(({ urn }) => !declared.has(urn))
        .map((stored) => ({ stored, forget: () => void resources.delete(stored.urn) })),
    ];
  }

  /** Deletes each when all that depends on it is deleted. */
  async #remove(goners: { stored: Stored; forget: () => void }[]): Promise<void> {
    const ends = new Map<Stored, Promise<void>>();
    const end = ({ stored, forget }: (typeof goners)[number]): Promise<void> => {
      const dependents = goners.filter(({ stored: other }) => other.dependencies.includes(stored.urn));
      const known = ends.get(stored);
      if (known !== undefined) return known;
      const ended = Promise.all(dependents.map(end)).then(() => this.#delete(stored, forget));
      ends.set(stored, ended);
      return ended;
    };
    await Promise.all(goners.map(end));
  }

  async #delete(stored: Stored, forget: () => void): Promise<void> {
    if (this.#isOver) return;
    this.#calls.push(`Delete ${stored.urn}`);
    try {
      await this.#plugin.remove(stored.urn, stored);
      forget();
    } catch (error) {
      this.#errors.push(new Error(`delete ${stored.urn.split("::").at(-1)}: ${(error as Error).message}`));
    }
  }
}
