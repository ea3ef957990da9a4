import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Point } from "./point.ts";
import type { Recording } from "./recording.ts";
import type { Change } from "./trap.ts";
import type { Verdict } from "./verdict.ts";
import type { Order, Reply } from "./worker.ts";

/** Stages of each process: while one waits for its Fly, another works. */
const stagesEach = 2;

/** Processes that try points, so that a machine's cores are used. */
export class Crew {
  readonly #children: ChildProcess[];
  readonly #waiting = new Map<number, PromiseWithResolvers<Verdict>>();
  #count = 0;

  private constructor(children: ChildProcess[]) {
    this.#children = children;
  }

  /** Starts that many processes; answers also with the changing calls of each recording's clean run. */
  static async open(recordings: Recording[], size: number): Promise<{ crew: Crew; changes: Change[][] }> {
    const children = Array.from({ length: size }, () =>
      fork(join(import.meta.dirname, "worker.ts"), { execArgv: [], stdio: ["ignore", "inherit", "inherit", "ipc"] }),
    );
    const crew = new Crew(children);
    try {
      const opened = children.map(async (child) => {
        send(child, { open: recordings, stages: stagesEach });
        const [reply] = (await once(child, "message")) as [Reply];
        if (!("changes" in reply)) throw new Error("failed" in reply ? reply.failed : "a worker did not open");
        return reply.changes;
      });
      const [changes = []] = await Promise.all(opened);
      for (const child of children) child.on("message", (reply: Reply) => crew.#heard(reply));
      return { crew, changes };
    } catch (error) {
      for (const child of children) child.kill();
      throw error;
    }
  }

  /** How many points can be under way. */
  get width(): number {
    return this.#children.length * stagesEach;
  }

  /** Tries a point on whichever stage is free. */
  attempt(point: Point): Promise<Verdict> {
    const number = ++this.#count;
    const verdict = Promise.withResolvers<Verdict>();
    this.#waiting.set(number, verdict);
    send(this.#children[number % this.#children.length], { number, point });
    return verdict.promise;
  }

  async close(): Promise<void> {
    await Promise.all(
      this.#children.map(async (child) => {
        const ended = once(child, "exit");
        send(child, { close: true });
        await ended;
      }),
    );
  }

  #heard(reply: Reply): void {
    if ("number" in reply) {
      this.#waiting.get(reply.number)?.resolve(reply.verdict);
      this.#waiting.delete(reply.number);
    } else if ("failed" in reply) {
      for (const { reject } of this.#waiting.values()) reject(new Error(reply.failed));
    }
  }
}

const send = (child: ChildProcess | undefined, order: Order) => child?.send(order);
