import { Crew } from "./crew.ts";
import type { Operation } from "./operation.ts";
import type { Point } from "./point.ts";
import type { Recording } from "./recording.ts";
import { type Fault, faults } from "./trap.ts";
import type { Verdict } from "./verdict.ts";

/** What became of one point. */
interface Tried extends Verdict {
  point: Point;
  title: string;
}

/** What became of an operation's points. */
export interface Swept {
  title: string;
  calls: number;
  tried: Tried[];
  ms: number;
}

/** Which points are tried: a call by its place among the operation's. */
type Choice = (operation: number, place: { call: number; calls: number }, fault: Fault) => boolean;

/** Tries each kind of fault at each changing call of each operation. */
export async function sweep(
  operations: readonly Operation[],
  recordings: Recording[],
  { choice = () => true, size = 2, said = () => {} }: { choice?: Choice; size?: number; said?: (text: string) => void },
): Promise<Swept[]> {
  const { crew, changes } = await Crew.open(recordings, size);
  try {
    const swept: Swept[] = [];
    for (const [scene, { title }] of operations.entries()) {
      const begun = Date.now();
      const calls = changes[scene] ?? [];
      const points = calls.flatMap((change, call) =>
        faults
          .filter((fault) => choice(scene, { call, calls: calls.length }, fault))
          .map((fault): Point => ({ scene, change, fault })),
      );
      const tried = await tryAll(crew, title, points, said);
      swept.push({ title, calls: calls.length, tried, ms: Date.now() - begun });
    }
    return swept;
  } finally {
    await crew.close();
  }
}

async function tryAll(crew: Crew, title: string, points: Point[], said: (text: string) => void): Promise<Tried[]> {
  const tried: Tried[] = [];
  const rest = points.values();
  const one = async () => {
    for (const point of rest) {
      const outcome = { point, title, ...(await crew.attempt(point)) };
      tried.push(outcome);
      if (outcome.problems.length > 0) said(failureText(outcome));
      if (tried.length % 50 === 0) said(`${title}: ${tried.length} of ${points.length} points`);
    }
  };
  await Promise.all(Array.from({ length: crew.width }, one));
  return tried;
}

/** A point that did not converge, and what is not true. */
export const failureText = ({ title, point: { change, fault }, problems }: Tried): string =>
  [`${title}: ${change.key} [${change.skip}] ${fault}`, ...problems.map((problem) => `  - ${problem}`)].join("\n");

/** What the sweep prints: a line for each operation, and the sum. */
export function report(swept: Swept[]): { lines: string[]; isGood: boolean } {
  const all = swept.flatMap(({ tried }) => tried);
  const failures = all.filter(({ problems }) => problems.length > 0);
  const sum = (count: (one: Tried) => number) => all.reduce((total, one) => total + count(one), 0);
  const calls = swept.reduce((total, one) => total + one.calls, 0);
  const [duplicates, lost] = [sum((one) => one.duplicates), sum((one) => one.lost)];
  const waited = all.filter((one) => one.waited).map(({ point }) => point.fault);
  const strays = all.filter((one) => one.leftToken).length;
  const converged = all.length - failures.length;
  return {
    lines: [
      ...failures.map(failureText),
      ...swept.map(
        ({ title, calls: count, tried, ms }) =>
          `${title.padEnd(20)} calls ${count}, points tried ${tried.length}, converged ${tried.filter(({ problems }) => problems.length === 0).length}, ${(ms / 1000).toFixed(0)} s`,
      ),
      ...(waited.length > 0
        ? [
            `${waited.length} points, all of giving back a lease, had to wait for its end (${[...new Set(waited)].join("; ")})`,
          ]
        : []),
      ...(strays > 0 ? [`${strays} points left a deploy token whose value nobody has; the provider warns of it`] : []),
      `calls ${calls}, faults ${faults.length}, points tried ${all.length}, converged ${converged}, duplicates ${duplicates}, lost ${lost}`,
    ],
    isGood: failures.length === 0 && all.length > 0,
  };
}
