import type { Context } from "../lifecycle.ts";

/** How often the time that a machine takes is shown anew. */
const tickMs = 1_000;

interface Line {
  slot: string;
  /** What is being done or was done: "starting", "updated". */
  what: string;
  since: number;
  machine?: string;
  done: boolean;
  tookMs?: number;
}

/** What a user sees of a rollout: a passing line while it is under way, and what became of each machine at its end. */
export class Progress {
  readonly #context: Context;
  readonly #group: string;
  readonly #count: number;
  readonly #lines = new Map<string, Line>();
  readonly #began = Date.now();
  readonly #timer: NodeJS.Timeout;
  readonly #prefix: string;
  #healthy: number;

  /**
   * @param count - machines the group is to have
   * @param healthy - how many of them are as declared already
   * @param prefix - what is being done, where it is no ordinary rollout
   */
  constructor(context: Context, group: string, count: number, healthy: number, prefix = "") {
    this.#context = context;
    this.#group = group;
    this.#count = count;
    this.#healthy = healthy;
    this.#prefix = prefix;
    this.#timer = setInterval(() => this.#show(), tickMs).unref();
  }

  /** Says what a slot's machine is doing. */
  tell(slot: string, what: string): void {
    const line = this.#lines.get(slot);
    this.#lines.set(slot, { slot, since: line?.done === false ? line.since : Date.now(), what, done: false });
    this.#show();
  }

  /** A slot's machine is as declared. */
  done(slot: string, what: string, machine: string): void {
    const since = this.#lines.get(slot)?.since ?? Date.now();
    this.#lines.set(slot, { slot, what, machine, since, done: true, tookMs: Date.now() - since });
    this.#healthy = Math.min(this.#count, this.#healthy + 1);
    this.#show();
  }

  /** Ends the passing line. */
  end(): void {
    clearInterval(this.#timer);
    this.#context.report("");
  }

  /** What became of each machine, for the end of an update; nothing where nothing was done. */
  summary(release: string): string | undefined {
    const done = [...this.#lines.values()].filter((line) => line.done);
    if (done.length === 0) return undefined;
    const wide = Math.max(...done.map(({ slot }) => slot.length));
    const rows = done.map(
      ({ slot, machine, what, tookMs = 0 }) => `  ${slot.padEnd(wide)}  ${machine}  ${what} in ${seconds(tookMs)}`,
    );
    return [`${this.#group}: ${release} in ${seconds(Date.now() - this.#began)}`, ...rows].join("\n");
  }

  #show(): void {
    const busy = [...this.#lines.values()].filter(({ done }) => !done);
    const [longest] = busy.sort((one, other) => one.since - other.since);
    const rest = busy.length > 1 ? ` and ${busy.length - 1} more` : "";
    const now = longest && ` · ${longest.slot} ${longest.what} (${seconds(Date.now() - longest.since)})${rest}`;
    this.#context.report(`${this.#prefix}${this.#healthy}/${this.#count} healthy${now ?? ""}`);
  }
}

const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
