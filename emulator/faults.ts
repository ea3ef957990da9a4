/** Something that is to go wrong with the next calls of an operation. */
export interface Fault {
  /** Fly's name of the operation. */
  operation: string;
  /**
   * `status` answers so and does nothing; `refuse` cuts the connection before anything is done; `lose-response` does it,
   * then cuts the connection; `delay` lets time pass before it is done.
   */
  kind: "status" | "refuse" | "lose-response" | "delay";
  /** For `status`. @default 503 */
  status?: number | undefined;
  /** For `status`. @default an error of Fly's shape */
  body?: unknown;
  /** For `delay`, in milliseconds. */
  ms?: number | undefined;
  /** How many calls it hits. @default 1 */
  times?: number | undefined;
  /** How many calls pass before it hits. @default 0 */
  skip?: number | undefined;
}

/** The faults that are armed. */
export class Faults {
  #armed: (Fault & { times: number; skip: number })[] = [];

  /** Arms a fault, after those armed before it. */
  arm(fault: Fault): void {
    this.#armed.push({ ...fault, times: fault.times ?? 1, skip: fault.skip ?? 0 });
  }

  /** The fault that hits this call, counted down. */
  take(operation: string): Fault | undefined {
    for (const fault of this.#armed) {
      if (fault.operation !== operation) continue;
      if (fault.skip > 0) {
        fault.skip--;
        continue;
      }
      fault.times--;
      if (fault.times <= 0) this.#armed = this.#armed.filter((other) => other !== fault);
      return fault;
    }
    return undefined;
  }

  /** Those that have not hit as often as they should. */
  unspent(): Fault[] {
    return this.#armed.map((fault) => ({ ...fault }));
  }

  clear(): void {
    this.#armed = [];
  }
}
