import { attemptWithCli, cliPoints } from "./cli-point.ts";
import type { CliStage } from "./cli-stage.ts";

/** Tries one call of each operation with each kind of fault on the real CLI. */
export async function sweepCli(
  stage: CliStage,
  isWanted: (scene: number) => boolean,
  said: (text: string) => void,
): Promise<{ lines: string[]; isGood: boolean }> {
  const failures: string[] = [];
  let tried = 0;
  for (const [index, scene] of stage.scenes.entries()) {
    if (!isWanted(index)) continue;
    for (const point of cliPoints(scene)) {
      const { problems } = await attemptWithCli(stage, scene, point);
      tried++;
      if (problems.length === 0) continue;
      const where = `cli, ${scene.operation.title}: ${point.change.key} [${point.change.skip}] ${point.fault}`;
      failures.push([where, ...problems.map((problem) => `  - ${problem}`)].join("\n"));
      said(failures.at(-1) ?? "");
    }
    said(`cli, ${scene.operation.title}: ${tried} points so far`);
  }
  return {
    lines: [...failures, `cli points tried ${tried}, converged ${tried - failures.length}`],
    isGood: failures.length === 0 && tried > 0,
  };
}
