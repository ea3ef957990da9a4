import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Workspace } from "../support/workspace.ts";
import { configurationOf, type Operation, programOf } from "./operation.ts";
import { type Recording, readRecording } from "./recording.ts";

const root = join(import.meta.dirname, "..", "..");
const program = readFileSync(join(root, "index.ts"), "utf8");

/** A copy of the flagship without its policy pack, which has no part in what is swept. */
export const flagship = () => Workspace.of(".", undefined, { env: { PULUMI_OPTION_POLICY_PACK: "" } });

/** Lets the project be what the operation declares. */
export async function declare(shop: Workspace, { variant, sessionKey }: Operation, before?: Operation): Promise<void> {
  shop.write("index.ts", programOf(program, variant));
  shop.edit("Pulumi.dev.yaml", (config) => configurationOf(config, variant));
  if (sessionKey === before?.sessionKey) return;
  const { code, output } = await shop.pulumi(["config", "set", "--secret", "sessionKey"], {}, sessionKey);
  if (code !== 0) throw new Error(`pulumi config set ended with ${code}:\n${output}`);
}

/** What the CLI runs for an operation. */
export const commandOf = ({ command }: Operation) => [command, "--yes", "--skip-preview", "--suppress-progress"];

/** Runs the operations one after the other with the real CLI, and writes down what it asked of the provider. */
export async function record(operations: Operation[], said: (text: string) => void = () => {}): Promise<Recording[]> {
  const shop = await flagship();
  const file = join(shop.dir, "calls.jsonl");
  try {
    const recordings: Recording[] = [];
    for (const [index, operation] of operations.entries()) {
      said(`recording ${operation.title}`);
      if (operation.command === "destroy") await shop.ok("state", "unprotect", "--all", "--yes");
      else await declare(shop, operation, operations[index - 1]);
      const since = (await shop.mutations()).length;
      const { code, output } = await shop.pulumi(commandOf(operation), { PULUMI_DEBUG_GRPC: file });
      if (code !== 0) throw new Error(`recording ${operation.title}: pulumi ended with ${code}:\n${output}`);
      recordings.push(readRecording(file, operation.command, (await shop.mutations()).slice(since)));
      rmSync(file);
    }
    return recordings;
  } finally {
    // The recording has secrets in clear.
    await shop.remove();
  }
}
