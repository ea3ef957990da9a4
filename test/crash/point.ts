import { inventory } from "./inventory.ts";
import type { State } from "./mini-engine.ts";
import type { Scene, Stage } from "./stage.ts";
import { type Change, type Fault, Trap } from "./trap.ts";
import { judge, type Verdict } from "./verdict.ts";

/** One changing call of one operation, and what goes wrong with it. */
export interface Point {
  scene: number;
  change: Change;
  fault: Fault;
}

/** The operation with the fault, then what a user does next. */
export async function attempt(stage: Stage, point: Point): Promise<Verdict> {
  const scene = stage.scenes[point.scene] as Scene;
  const { recording } = scene;
  stage.restore(scene);
  let trap: Trap | undefined;
  const first = await stage.play(recording, scene.state, (plugin) => {
    trap = new Trap(stage.fly, point, () => plugin.kill());
  });
  trap?.clear();
  const problems = trap?.isMet ? [] : ["the call was never made"];
  let { state } = first;
  if (first.errors.length > 0) {
    const next = await stage.play(recording, state);
    problems.push(...next.errors.map(({ message }) => `the next ${recording.command} failed: ${message}`));
    state = next.state;
  }
  const verdict = judge(stage.fly, scene, point.change);
  verdict.problems.unshift(...problems);
  verdict.problems.push(...wrongState(stage, recording.command, state), ...(await unrest(stage, scene, state)));
  if (verdict.problems.length > 0 && first.errors.length > 0)
    verdict.problems.push(`after: ${first.errors.map(({ message }) => message).join("; ")}`);
  return verdict;
}

/** What the state says and is not so. */
function wrongState({ fly }: Stage, command: "up" | "destroy", { resources, condemned }: State): string[] {
  const known = [...resources.values()].flatMap(({ outputs }) => (outputs["machineIds"] as string[]) ?? []);
  const there = inventory(fly.world).flatMap(({ what, id }) => (what.startsWith("machine ") ? [id] : []));
  return [
    ...(command === "destroy" && resources.size > 0 ? ["the state is not empty"] : []),
    ...(condemned.length > 0 ? ["the state has something still to delete"] : []),
    ...(known.sort().join() === there.sort().join() ? [] : ["the state names other machines than there are"]),
  ];
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
