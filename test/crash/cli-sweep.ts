import { attemptWithCli, type CliFault, cliPoints } from "./cli-point.ts";
import type { CliScene, CliStage } from "./cli-stage.ts";
import type { Change } from "./trap.ts";

interface CliPoint {
  index: number;
  change: Change;
  fault: CliFault;
}

/** Tries one call of each operation with each kind of fault on the real CLI, on all the stages at once. */
export async function sweepCli(
  stages: CliStage[],
  isWanted: (scene: number) => boolean,
  said: (text: string) => void,
): Promise<{ lines: string[]; isGood: boolean }> {
  const scenes = stages[0]?.scenes ?? [];
  const points = scenes.flatMap((scene, index): CliPoint[] =>
    isWanted(index) ? cliPoints(scene).map((point) => ({ index, ...point })) : [],
  );
  const failures: string[] = [];
  const rest = points.entries();
  const work = async (stage: CliStage) => {
    for (const [number, { index, ...point }] of rest) {
      const scene = stage.scenes[index] as CliScene;
      const { problems } = await attemptWithCli(stage, scene, point);
      if ((number + 1) % 10 === 0) said(`cli: ${number + 1} of ${points.length} points`);
      if (problems.length === 0) continue;
      const where = `cli, ${scene.operation.title}: ${point.change.key} [${point.change.skip}] ${point.fault}`;
      failures.push([where, ...problems.map((problem) => `  - ${problem}`)].join("\n"));
      said(failures.at(-1) ?? "");
    }
  };
  await Promise.all(stages.map(work));
  return {
    lines: [...failures, `cli points tried ${points.length}, converged ${points.length - failures.length}`],
    isGood: failures.length === 0 && points.length > 0,
  };
}
