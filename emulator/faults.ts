import type { Call } from "./call.ts";
import { refuse } from "./errors.ts";

export const faultKinds = ["status", "refuse", "lose-response", "delay", "capacity", "event"] as const;

/** What may be full, and what Fly then says (fly-go, flaps_error_test.go). */
const shortages = {
  region: () => refuse("noHost"),
  "volume-host": ({ volume }: Wanted) => refuse("volumeHostFull", { volume }),
  memory: () => refuse("hostShort", { what: "memory" }),
  cpus: () => refuse("hostShort", { what: "CPUs" }),
  ips: () => refuse("noIpsLeft"),
  none: () => refuse("noCapacity"),
} as const satisfies Record<string, (wanted: Wanted) => never>;

interface Wanted {
  volume: string;
}

export type Shortage = keyof typeof shortages;

export const shortageNames = Object.keys(shortages) as [Shortage, ...Shortage[]];

/** What needs room at Fly, and so can be refused for want of it. */
export const needRoom = ["Machines_create", "Machines_update", "Machines_start", "Volumes_create"];

/** Refuses a call for want of room. */
export function refuseForWant({ variant = "region" }: Fault, { body }: Pick<Call, "body">): never {
  const { mounts } = (body["config"] ?? {}) as { mounts?: { volume?: unknown }[] };
  const volume = Array.isArray(mounts) ? mounts[0]?.volume : undefined;
  return shortages[variant]({ volume: typeof volume === "string" ? volume : "" });
}

/** Something that is to go wrong with the next calls of an operation. */
export interface Fault {
  /** Fly's name of the operation. */
  operation: string;
  /**
   * `status` answers so and does nothing; `refuse` cuts the connection before anything is done; `lose-response` does it,
   * then cuts the connection; `delay` lets time pass before it is done; `capacity` refuses as Fly does where something
   * is full; `event` lets something happen at Fly just before it is done.
   */
  kind: (typeof faultKinds)[number];
  /** For `status`. @default 503 */
  status?: number | undefined;
  /** For `status`. @default an error of Fly's shape */
  body?: unknown;
  /** For `delay`, in milliseconds. */
  ms?: number | undefined;
  /** For `capacity`. @default "region" */
  variant?: Shortage | undefined;
  /** For `event`: the body of `POST /_local/events`. */
  event?: unknown;
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
