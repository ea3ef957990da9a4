import { fstatSync } from "node:fs";
import { serve } from "./serve.ts";

// A provider whose CLI was killed would go on changing machines for ever. The engine holds the other end of our
// standard input; where a language host starts us there is none, and then the host ends us.
const stdin = fstatSync(0);
if (stdin.isFIFO() || stdin.isSocket()) process.stdin.on("end", () => process.exit(0)).resume();

const port = await serve(process.argv.slice(2).find((argument) => !argument.startsWith("-")));
process.stdout.write(`${port}\n`);
