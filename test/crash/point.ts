import type { HookedCall } from "../../emulator/hook.ts";
import { compare, inventory, leases } from "./inventory.ts";
import type { State } from "./mini-engine.ts";
import type { Plugin } from "./plugin.ts";
import type { Change, Scene, Stage } from "./stage.ts";

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

/** One changing call of one operation, and what goes wrong with it. */
export interface Point {
  scene: number;
  change: Change;
  fault: Fault;
}

/** What is not true after a point; empty where it converged. */
export interface Verdict {
  duplicates: number;
  lost: number;
  problems: string[];
  /** A lease that the fault kept from being given back had to run out. */
  waited: boolean;
}

/** How long a lease of the provider's lasts. */
const leaseMs = 120_000;

/** Of a lease that could not be given back no later run can know. */
const isReturn = ({ change }: Point) => change.key.startsWith("Machines_release_lease ");

/** The operation with the fault, then what a user does next. */
export async function attempt(stage: Stage, point: Point): Promise<Verdict> {
  const scene = stage.scenes[point.scene] as Scene;
  stage.restore(scene);
  const trap = new Trap(stage, point);
  const first = await stage.play(scene.recording, scene.state, (plugin) => trap.set(plugin));
  trap.clear();
  const problems = trap.isMet ? [] : ["the call was never made"];
  let { state, errors } = first;
  if (errors.length > 0) {
    const next = await stage.play(scene.recording, state);
    problems.push(...next.errors.map(({ message }) => `the next ${scene.recording.command} failed: ${message}`));
    state = next.state;
  }
  const waited = isReturn(point) && leases(stage.fly.world).length > 0;
  if (waited) stage.fly.clock.advance(leaseMs);
  const verdict = { ...judge(stage, scene, state, problems), waited };
  verdict.problems.push(...(await unrest(stage, scene, state)));
  if (verdict.problems.length > 0 && errors.length > 0)
    verdict.problems.push(`after: ${errors.map(({ message }) => message).join("; ")}`);
  return verdict;
}

/** Compares what there is with what a run without faults made. */
function judge(
  stage: Stage,
  { wanted, before, recording }: Scene,
  state: State,
  problems: string[],
): Omit<Verdict, "waited"> {
  const { world } = stage.fly;
  const found = inventory(world);
  const { duplicates, lost, others } = compare(found, wanted, before);
  const held = leases(world);
  const all = [
    ...problems,
    ...duplicates.map((what) => `${what} is there more than once`),
    ...lost.map((what) => `${what} is lost`),
    ...others,
    ...held.map((name) => `machine ${name} is still leased`),
    ...(recording.command === "destroy" && state.resources.size > 0 ? ["the state is not empty"] : []),
    ...(state.condemned.length > 0 ? ["the state has something still to delete"] : []),
    ...unknownMachines(state, found),
  ];
  return { duplicates: duplicates.length, lost: lost.length, problems: all };
}

/** The state's machines have to be those that are there. */
function unknownMachines(state: State, found: { what: string; id: string }[]): string[] {
  const known = [...state.resources.values()].flatMap(({ outputs }) => (outputs["machineIds"] as string[]) ?? []);
  const there = found.flatMap(({ what, id }) => (what.startsWith("machine ") ? [id] : []));
  return known.sort().join() === there.sort().join() ? [] : ["the state names other machines than there are"];
}

/** What one more run would change. */
async function unrest(stage: Stage, { recording }: Scene, state: State): Promise<string[]> {
  const since = stage.journalEnd;
  const again = await stage.play(recording, state);
  const changes = stage.changesSince(since);
  return [
    ...again.errors.map(({ message }) => `one more ${recording.command} failed: ${message}`),
    ...(changes.length > 0 ? [`one more ${recording.command} changed something: ${changes.join(", ")}`] : []),
  ];
}

/** Waits for its call, and does to it what the point says. */
class Trap {
  readonly #stage: Stage;
  readonly #point: Point;
  #seen = 0;
  #plugin: Plugin | undefined;
  #caught: number | undefined;

  constructor(stage: Stage, point: Point) {
    this.#stage = stage;
    this.#point = point;
  }

  get isMet(): boolean {
    return this.#caught !== undefined;
  }

  set(plugin: Plugin): void {
    this.#plugin = plugin;
    const { hooks } = this.#stage.fly;
    hooks.before = (call) => (this.#isIt(call) ? this.#before(call) : undefined);
    hooks.after = (call) => (call.seq === this.#caught ? this.#after() : undefined);
  }

  clear(): void {
    const { hooks, faults: armed } = this.#stage.fly;
    hooks.before = undefined;
    hooks.after = undefined;
    armed.clear();
  }

  #isIt(call: HookedCall): boolean {
    const { key, skip } = this.#point.change;
    if (!call.mutating || this.isMet || this.#stage.keyOf(call) !== key || this.#seen++ < skip) return false;
    this.#caught = call.seq;
    return true;
  }

  async #before({ operation, path }: HookedCall): Promise<"cut" | undefined> {
    const { fault } = this.#point;
    const answer = (status: number, error: string) =>
      this.#stage.fly.faults.arm({ operation, kind: "status", status, body: { error } });
    if (fault === "killed before it") await this.#plugin?.kill();
    if (fault === "killed before it" || fault === "connection reset") return "cut";
    if (fault === "answered 500") answer(500, "internal server error");
    if (fault === "answered 429") answer(429, "rate limit exceeded");
    if (fault === "answered 409, lease held") answer(409, leaseHeld(path));
    return undefined;
  }

  async #after(): Promise<"cut" | undefined> {
    const { fault } = this.#point;
    if (fault === "killed after it") await this.#plugin?.kill();
    return fault === "killed after it" || fault === "its answer lost" ? "cut" : undefined;
  }
}

/** What Fly says of a machine that somebody else is changing (fly/api.md §7). */
function leaseHeld(path: string): string {
  const id = /\/machines\/([0-9a-f]+)/.exec(path)?.[1] ?? "148ed127c5d689";
  const ends = new Date(Date.now() + 10_000).toISOString();
  return `aborted: machine ID ${id} lease currently held by 6f5902ac-5d3b-4ad5-ae6d-cb4e9ea2fd15@tokens.fly.io, expires at ${ends}`;
}
