// `npm run sweep [-- --operation scale] [-- --every 10] [-- --only points|cli]`: the crash sweep of the flagship stack.

import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { CliStage } from "./cli-stage.ts";
import { sweepCli } from "./cli-sweep.ts";
import { operations } from "./operation.ts";
import { report, sweep } from "./sweep.ts";
import { faults } from "./trap.ts";

const { values } = parseArgs({
  options: { operation: { type: "string" }, every: { type: "string", default: "1" }, only: { type: "string" } },
});
const begun = Date.now();
const minutes = () => ((Date.now() - begun) / 60_000).toFixed(1);
const said = (text: string) => process.stderr.write(`${minutes().padStart(5)} min  ${text}\n`);

const only = operations.findIndex(({ title }) => title === values.operation);
if (values.operation !== undefined && only < 0) {
  const titles = operations.map(({ title }) => `"${title}"`).join(", ");
  process.stderr.write(`there is no operation "${values.operation}"; there is ${titles}\n`);
  process.exit(2);
}
// An operation begins where those before it ended.
const chosen = only < 0 ? operations : operations.slice(0, only + 1);
const isWanted = (scene: number) => only < 0 || scene === only;
const every = Number(values.every);

let isGood = true;
const stage = await CliStage.open(chosen, said);
const stages = [stage];
try {
  const recordings = stage.scenes.map(({ recording }) => recording);
  if (values.only !== "cli") {
    const swept = await sweep(chosen, recordings, {
      said,
      size: Math.min(8, availableParallelism()),
      choice: (scene, { call }, fault) =>
        isWanted(scene) && (call * faults.length + faults.indexOf(fault)) % every === 0,
    });
    const points = report(swept);
    for (const line of points.lines) console.log(line);
    isGood &&= points.isGood;
  }
  if (values.only !== "points") {
    // Two at once, as one mostly waits for its processes to start.
    stages.push(await CliStage.open(chosen));
    const cli = await sweepCli(stages, isWanted, said);
    for (const line of cli.lines) console.log(line);
    isGood &&= cli.isGood;
  }
} finally {
  await Promise.all(stages.map((one) => one.close()));
}
console.log(`in ${minutes()} minutes`);
process.exitCode = isGood ? 0 : 1;
