import { setTimeout as sleep } from "node:timers/promises";
import { FlyClient } from "../../fly/client.ts";
import { endpointProblem } from "../../fly/endpoint.ts";
import { subjectOf } from "../readiness/subject.ts";
import { Trouble } from "../trouble.ts";
import type { Session } from "./drill.ts";

/** Which Fly a drill is about, and how it waits there. */
export interface Fly extends Reach {
  /** For people: `api.machines.dev`. */
  name: string;
  /** Whether it is a local one, where nobody minds what happens. */
  isLocal: boolean;
  /** For what has to be undone, also when the drill is interrupted. */
  undoing(): Reach;
}

/** A client, and a way to wait. */
export interface Reach {
  client: FlyClient;
  /** Waits a moment between two looks: Fly answers a list a second. */
  pause(): Promise<unknown>;
}

/** How long clearing away may take before it is given up and said. */
const undoMs = 120_000;

/** The Fly of the environment's token, or the local one. It is left when the drill is over. */
export async function flyOf(session: Session, { local = false }: { local?: boolean | undefined }): Promise<Fly> {
  const subject = await subjectOf({ local });
  const { token, flaps, apiUrl } = subject;
  await subject[Symbol.asyncDispose]();
  if (token === undefined) throw new Trouble("set FLY_API_TOKEN, or drill on the local Fly with --local");
  const problem = endpointProblem(flaps.url);
  if (problem !== undefined) throw new Trouble(`nothing was sent: ${problem} (FLY_FLAPS_BASE_URL)`);
  session.conceal(token.value);
  // The local Fly's time is virtual: looking moves it, and nothing comes by waiting.
  const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(new URL(flaps.url).hostname);
  const options = { flapsUrl: flaps.url, apiUrl, token: token.value, rateLimits: !isLocal };
  const client = new FlyClient({ ...options, signal: session.signal });
  session.undo("connections to Fly", () => client.close());
  const reach = (signal: AbortSignal): Reach => ({
    client: client.withSignal(signal),
    pause: () => sleep(isLocal ? 20 : 1_000, undefined, { signal }),
  });
  return { ...reach(session.signal), name: flaps.name, isLocal, undoing: () => reach(AbortSignal.timeout(undoMs)) };
}

/** The option's value; without it there is nothing to drill. */
export function wanted(value: string | undefined, option: string): string {
  if (value === undefined || value === "") throw new Trouble(`name ${option}`);
  return value;
}
