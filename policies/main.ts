import { startPack } from "./pack.ts";

try {
  await startPack();
} catch (error) {
  // A stack trace would lead into this package, and the CLI shows every line of it.
  process.stderr.write(`fly-production: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
