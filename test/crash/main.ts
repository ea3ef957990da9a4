// `npm run sweep [-- --operation "scale"] [-- --every N]`: the crash sweep of the flagship stack.

import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { operations } from "./operation.ts";
import { faults } from "./point.ts";
import { record } from "./record.ts";
import { report, sweep } from "./sweep.ts";

const { values } = parseArgs({ options: { operation: { type: "string" }, every: { type: "string", default: "1" } } });
const begun = Date.now();
const said = (text: string) =>
  process.stderr.write(`${((Date.now() - begun) / 1000).toFixed(0).padStart(5)} s  ${text}\n`);

const only = operations.findIndex(({ title }) => title === values.operation);
if (values.operation !== undefined && only < 0) {
  process.stderr.write(
    `there is no operation "${values.operation}"; there is ${operations.map(({ title }) => title).join("; ")}\n`,
  );
  process.exit(2);
}
// An operation begins where those before it ended.
const chosen = only < 0 ? operations : operations.slice(0, only + 1);
const every = Number(values.every);
const recordings = await record(chosen, said);
const swept = await sweep(chosen, recordings, {
  said,
  size: Math.max(1, availableParallelism()),
  choice: (scene, call, fault) =>
    (only < 0 || scene === only) && (call * faults.length + faults.indexOf(fault)) % every === 0,
});
const { lines, isGood } = report(swept);
for (const line of lines) console.log(line);
console.log(`in ${((Date.now() - begun) / 60_000).toFixed(1)} minutes`);
process.exitCode = isGood ? 0 : 1;
