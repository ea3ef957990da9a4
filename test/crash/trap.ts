import type { HookedCall } from "../../emulator/hook.ts";
import type { Emulator } from "../../emulator/index.ts";
import type { World } from "../../emulator/state.ts";

/** What goes wrong with one call. */
export const faults = [
  "killed before it",
  "killed after it",
  "its answer lost",
  "answered 500",
  "answered 429",
  "answered 409, lease held",
  "connection reset",
] as const;

export type Fault = (typeof faults)[number];

/** A changing call of a clean run, by what stays the same from run to run. */
export interface Change {
  /** Fly's name of the operation and what it was about. */
  key: string;
  /** How many of the same key come before. */
  skip: number;
}

/** What a call is about, ids aside, so that it is found again in another run. */
function keyOf({ clusters, ips, machines, volumes, releases }: World, { operation, path }: HookedCall): string {
  const nameOf = (part: string) =>
    // A machine that takes another's place has something of that one's id in its name.
    machines.get(part)?.name.replace(/-[0-9a-f]{6}$/, "-*") ??
    volumes.get(part)?.name ??
    clusters.get(part)?.name ??
    ips.all().find(({ ip }) => ip === decodeURIComponent(part))?.type ??
    (releases.get(part) && "release") ??
    part;
  return [operation, path.split("/").slice(3).map(nameOf).join("/")].join(" ").trim();
}

/** Notes the changing calls of a local Fly; answers with a way to end that, which tells them. */
export function watch({ hooks, world }: Emulator): () => Change[] {
  const keys: string[] = [];
  hooks.before = (call) => {
    if (call.mutating) keys.push(keyOf(world, call));
    return undefined;
  };
  return () => {
    hooks.before = undefined;
    return keys.map((key, index) => ({ key, skip: keys.slice(0, index).filter((one) => one === key).length }));
  };
}

/** Waits for a call, and lets the fault happen to it. */
export class Trap {
  readonly #fly: Emulator;
  readonly #change: Change;
  readonly #fault: Fault;
  readonly #kill: () => Promise<void>;
  #seen = 0;
  #caught: number | undefined;

  /** @param kill ends the process that makes the call, as `kill -9` does */
  constructor(fly: Emulator, { change, fault }: { change: Change; fault: Fault }, kill: () => Promise<void>) {
    this.#fly = fly;
    this.#change = change;
    this.#fault = fault;
    this.#kill = kill;
    fly.hooks.before = (call) => (this.#isIt(call) ? this.#before(call) : undefined);
    fly.hooks.after = (call) => (call.seq === this.#caught ? this.#after() : undefined);
  }

  get isMet(): boolean {
    return this.#caught !== undefined;
  }

  clear(): void {
    const { hooks, faults: armed } = this.#fly;
    hooks.before = undefined;
    hooks.after = undefined;
    armed.clear();
  }

  #isIt(call: HookedCall): boolean {
    const { key, skip } = this.#change;
    if (!call.mutating || this.isMet || keyOf(this.#fly.world, call) !== key || this.#seen++ < skip) return false;
    this.#caught = call.seq;
    return true;
  }

  async #before({ operation, path }: HookedCall): Promise<"cut" | undefined> {
    const answer = (status: number, error: string) =>
      this.#fly.faults.arm({ operation, kind: "status", status, body: { error } });
    if (this.#fault === "killed before it") await this.#kill();
    if (this.#fault === "killed before it" || this.#fault === "connection reset") return "cut";
    if (this.#fault === "answered 500") answer(500, "internal server error");
    if (this.#fault === "answered 429") answer(429, "rate limit exceeded");
    if (this.#fault === "answered 409, lease held") answer(409, leaseHeld(path));
    return undefined;
  }

  async #after(): Promise<"cut" | undefined> {
    if (this.#fault === "killed after it") await this.#kill();
    return this.#fault === "killed after it" || this.#fault === "its answer lost" ? "cut" : undefined;
  }
}

/** What Fly says of a machine that somebody else is changing (fly/api.md §7). */
function leaseHeld(path: string): string {
  const id = /\/machines\/([0-9a-f]+)/.exec(path)?.[1] ?? "148ed127c5d689";
  const ends = new Date(Date.now() + 10_000).toISOString();
  return `aborted: machine ID ${id} lease currently held by 6f5902ac-5d3b-4ad5-ae6d-cb4e9ea2fd15@tokens.fly.io, expires at ${ends}`;
}
