import { createInterface } from "node:readline/promises";
import { Trouble } from "./trouble.ts";

/** Asks before something is done; without a terminal to ask on, `--yes` has to say it. */
export async function confirm(doing: string, question: string): Promise<void> {
  if (!process.stdin.isTTY) throw new Trouble(`${doing}: it asks first, which needs a terminal, or --yes`);
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await prompt.question(`${question} [y/N] `);
  prompt.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new Trouble(`${doing}: nothing was changed`);
}
