import { Trouble } from "../trouble.ts";
import { type Delivery, deliver } from "./format.ts";
import { exitCodes, type Report } from "./report.ts";

/** Delivers a report and answers with its exit code. What is in the way of one is a line for people, and could not tell. */
export async function answer(delivery: Delivery, make: () => Promise<Report>): Promise<void> {
  try {
    const report = await make();
    await deliver(report, delivery);
    process.exitCode = exitCodes[report.outcome];
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    console.error(`airworthy: ${error.message}`);
    process.exitCode = exitCodes["could not tell"];
  }
}
