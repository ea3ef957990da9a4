// A process of the crash sweep: it opens stages for the recordings it is sent, and tries the points it is sent.

import { attempt, type Point } from "./point.ts";
import type { Recording } from "./recording.ts";
import { Stage } from "./stage.ts";
import type { Change } from "./trap.ts";
import type { Verdict } from "./verdict.ts";

/** What a worker is told. */
export type Order = { open: Recording[]; stages: number } | { number: number; point: Point } | { close: true };

/** What a worker answers. */
export type Reply = { changes: Change[][] } | { number: number; verdict: Verdict } | { failed: string };

const free: Stage[] = [];
const waiting: ((stage: Stage) => void)[] = [];

const reply = (message: Reply) => process.send?.(message);

/** Waits for a stage that nobody uses. */
async function onStage(work: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = free.shift() ?? (await new Promise<Stage>((taken) => waiting.push(taken)));
  await work(stage);
  const next = waiting.shift();
  if (next === undefined) free.push(stage);
  else next(stage);
}

async function obey(order: Order): Promise<void> {
  if ("open" in order) {
    free.push(...(await Promise.all(Array.from({ length: order.stages }, () => Stage.open(order.open)))));
    reply({ changes: (free[0]?.scenes ?? []).map(({ changes }) => changes) });
  } else if ("point" in order) {
    const { number, point } = order;
    await onStage(async (stage) => {
      reply({ number, verdict: await attempt(stage, point) });
    });
  } else {
    await Promise.all(free.map((stage) => stage.close()));
    process.disconnect();
  }
}

process.on("message", (order: Order) => {
  obey(order).catch((error: Error) => reply({ failed: `${error.stack}` }));
});
// Whoever wanted it is gone.
process.on("disconnect", () => process.exit());
